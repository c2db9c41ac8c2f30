-- The columns of the relations $1, one row each, in no order. Types are given by id. An expression is printed
-- without its table where it cannot name a column of it: that spares the server from reading the names of all of
-- them.
SELECT a.attrelid,                                                                             -- 0
       a.attnum,                                                                               -- 1
       a.attname,                                                                              -- 2
       a.atttypid,                                                                             -- 3
       a.atttypmod,                                                                            -- 4
       a.attnotnull,                                                                           -- 5
       a.attidentity,                                                                          -- 6
       a.attgenerated,                                                                         -- 7
       CASE WHEN a.atthasdef THEN
           pg_catalog.pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adrelid END)
       END                                                                                     -- 8
  FROM pg_catalog.pg_attribute a
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid = ANY ($1)
   AND a.attnum > 0
   AND NOT a.attisdropped
