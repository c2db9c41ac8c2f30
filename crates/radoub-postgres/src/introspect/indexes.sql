-- The indexes of the tables of the namespaces $1, those of keys among them, in no order. Left out: expression
-- indexes, those of exclusion constraints, and partial ones unless $2 (Prisma facts 11.4). Columns are given by
-- number, classes by id; included columns count as key columns.
SELECT i.indrelid,                                                                             -- 0
       x.relname,                                                                              -- 1
       i.indisunique,                                                                          -- 2
       i.indisprimary,                                                                         -- 3
       m.amname,                                                                               -- 4
       i.indkey::int2[],                                                                       -- 5
       i.indoption::int2[],                                                                    -- 6
       i.indclass::oid[],                                                                      -- 7
       pg_catalog.pg_get_expr(i.indpred, i.indrelid),                                          -- 8
       i.indisunique AND NOT i.indisprimary AND EXISTS (
           SELECT FROM pg_catalog.pg_constraint k
            WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype = 'u')   -- 9
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = x.relam
 WHERE n.nspname = ANY ($1)
   AND c.relkind IN ('r', 'p')
   AND (NOT c.relispartition OR c.relkind = 'p')
   AND i.indexprs IS NULL
   AND (i.indpred IS NULL OR $2)
   AND NOT i.indisexclusion
   AND m.amname IN ('btree', 'hash', 'gin', 'gist', 'spgist', 'brin')
