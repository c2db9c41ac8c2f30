-- The tables of the namespaces $1, one row each, by namespace and name in byte order (the order of the
-- type `name`): ordinary and partitioned ones, no partitions. Where Prisma's oddities are wanted ($2), also
-- partitions that are partitioned themselves, and tables that belong to an extension (Prisma facts 11.1;
-- measured).
SELECT c.oid,                                                                                  -- 0
       n.nspname,                                                                              -- 1
       c.relname                                                                               -- 2
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = ANY ($1)
   AND c.relkind IN ('r', 'p')
   AND ($2 AND c.relkind = 'p'
        OR NOT c.relispartition
           AND ($2 OR NOT EXISTS (
               SELECT FROM pg_catalog.pg_depend e
                WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')))
 ORDER BY n.nspname, c.relname
