-- The tables of the namespaces $1, one row each, by namespace and name in byte order (the order of the
-- type `name`): ordinary and partitioned ones. Partitions are not read, except, where Prisma's oddities
-- are wanted ($2), those that are partitioned themselves (Prisma facts 11.1; measured).
SELECT c.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       c.relname::text                                                                         -- 2
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = ANY ($1)
   AND c.relkind IN ('r', 'p')
   AND (NOT c.relispartition OR c.relkind = 'p' AND $2)
 ORDER BY n.nspname, c.relname
