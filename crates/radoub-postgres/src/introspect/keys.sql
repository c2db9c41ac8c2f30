-- The foreign keys of the tables of the namespaces $1, in no order. Columns are given by number. A
-- key to a partitioned table brings one to each partition; Prisma sees those too ($2).
SELECT k.conrelid,                                                                             -- 0
       k.conname,                                                                              -- 1
       k.conkey,                                                                               -- 2
       k.confrelid,                                                                            -- 3
       k.confkey,                                                                              -- 4
       k.confdeltype,                                                                          -- 5
       k.confupdtype,                                                                          -- 6
       tn.nspname,                                                                             -- 7
       t.relname                                                                               -- 8
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'
  JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
 WHERE n.nspname = ANY ($1)
   AND c.relkind IN ('r', 'p')
   AND (NOT c.relispartition OR c.relkind = 'p')
   AND (k.conparentid = 0 OR $2)
