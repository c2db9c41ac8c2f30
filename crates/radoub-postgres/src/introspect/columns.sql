-- The columns of the relations of the namespaces $1 whose kind is among $2, one row each, in no order. Types are
-- given by id. An expression is printed without its table where it cannot name a column of it: that spares the
-- server from reading the names of all of them.
SELECT a.attrelid,                                                                             -- 0
       a.attnum,                                                                               -- 1
       a.attname,                                                                              -- 2
       a.atttypid,                                                                             -- 3
       a.atttypmod,                                                                            -- 4
       a.attnotnull,                                                                           -- 5
       a.attidentity,                                                                          -- 6
       a.attgenerated,                                                                         -- 7
       CASE WHEN a.atthasdef THEN (
           SELECT pg_catalog.pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adrelid END)
             FROM pg_catalog.pg_attrdef d
            WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
       ) END                                                                                   -- 8
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE n.nspname = ANY ($1)
   AND c.relkind::text = ANY ($2)
   AND (NOT c.relispartition OR c.relkind = 'p')
