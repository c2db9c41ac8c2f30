-- The indexes of the tables $1, those of keys among them, in no order. Left out: expression indexes, those of
-- exclusion constraints, and partial ones unless $2 (Prisma facts 11.4); other access methods than those that
-- every server has under the same id. Columns are given by number, classes by id; included columns count as key
-- columns. Their lists are text, which the server writes in a third of the time of an array.
SELECT i.indrelid,                                                                             -- 0
       i.indexrelid,                                                                           -- 1
       x.relname,                                                                              -- 2
       i.indisunique,                                                                          -- 3
       i.indisprimary,                                                                         -- 4
       x.relam,                                                                                -- 5
       i.indkey::text,                                                                         -- 6
       i.indoption::text,                                                                      -- 7
       i.indclass::text,                                                                       -- 8
       pg_catalog.pg_get_expr(i.indpred, i.indrelid)                                           -- 9
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
 WHERE i.indrelid = ANY ($1)
   AND i.indexprs IS NULL
   AND (i.indpred IS NULL OR $2)
   AND NOT i.indisexclusion
   AND x.relam IN (403, 405, 783, 2742, 3580, 4000)
