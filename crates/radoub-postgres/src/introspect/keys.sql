-- The foreign keys and unique constraints of the tables $1, in no order. Columns are given by number; of a table
-- outside of $1 that is referred to, namespace and name. A key to a partitioned table brings one to each
-- partition; Prisma sees those too ($2).
SELECT k.conrelid,                                                                             -- 0
       k.contype,                                                                              -- 1
       k.conindid,                                                                             -- 2
       k.conname,                                                                              -- 3
       k.conkey,                                                                               -- 4
       k.confrelid,                                                                            -- 5
       k.confkey,                                                                              -- 6
       k.confdeltype,                                                                          -- 7
       k.confupdtype,                                                                          -- 8
       CASE WHEN k.contype = 'f' AND k.confrelid <> ALL ($1) THEN (
           SELECT ARRAY[n.nspname, t.relname]
             FROM pg_catalog.pg_class t
             JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
            WHERE t.oid = k.confrelid
       ) END                                                                                   -- 9
  FROM pg_catalog.pg_constraint k
 WHERE k.conrelid = ANY ($1)
   AND (k.contype = 'u' OR k.contype = 'f' AND (k.conparentid = 0 OR $2))
