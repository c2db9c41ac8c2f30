-- The indexes of the tables of the namespaces $1, those of keys among them, by table and name. Left
-- out: expression indexes, those of exclusion constraints, and partial ones unless $2 (Prisma facts
-- 11.4). Columns are given by number; included ones count as key columns.
SELECT i.indrelid,                                                                             -- 0
       x.relname::text,                                                                        -- 1
       i.indisunique,                                                                          -- 2
       i.indisprimary,                                                                         -- 3
       m.amname::text,                                                                         -- 4
       i.indkey::int2[],                                                                       -- 5
       i.indoption::int2[],                                                                    -- 6
       i.indclass::oid[],                                                                      -- 7
       pg_catalog.pg_get_expr(i.indpred, i.indrelid),                                          -- 8
       EXISTS (SELECT FROM pg_catalog.pg_constraint k
                WHERE k.conindid = i.indexrelid AND k.contype = 'u')                           -- 9
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
 ORDER BY i.indrelid, x.relname
