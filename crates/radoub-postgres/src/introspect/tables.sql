-- The tables of the namespaces $1, one row each, by namespace and name in byte order (the order of the
-- type `name`): ordinary, partitioned and foreign tables; partitions are not read (Prisma facts 11.1).
SELECT c.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       c.relname::text                                                                         -- 2
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = ANY ($1)
   AND c.relkind IN ('r', 'p', 'f')
   AND NOT c.relispartition
 ORDER BY n.nspname, c.relname
