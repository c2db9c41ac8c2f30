-- The namespaces of $1 that exist, each with its tables, one row each, in no order: ordinary and partitioned
-- ones, no partitions. Where Prisma's oddities are wanted ($2), also partitions that are partitioned themselves
-- (Prisma facts 11.1; measured). A namespace without tables has a row of its own.
SELECT n.oid,                                                                                  -- 0
       n.nspname,                                                                              -- 1
       c.oid,                                                                                  -- 2
       c.relname                                                                               -- 3
  FROM pg_catalog.pg_namespace n
  LEFT JOIN pg_catalog.pg_class c
         ON c.relnamespace = n.oid
        AND c.relkind IN ('r', 'p')
        AND (NOT c.relispartition OR $2 AND c.relkind = 'p')
 WHERE n.nspname = ANY ($1)
