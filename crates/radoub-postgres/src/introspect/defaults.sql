-- The defaults of the columns of the relations $1, one row each, in no order, and what generated columns are
-- generated from. An expression is printed without its table where it names no column of it: that spares the server
-- from reading the names of all of them.
SELECT d.adrelid,                                                                              -- 0
       d.adnum,                                                                                -- 1
       pg_catalog.pg_get_expr(d.adbin,
           CASE WHEN d.adbin::text LIKE '%{VAR %' THEN d.adrelid ELSE 0 END)                   -- 2
  FROM pg_catalog.pg_attrdef d
 WHERE d.adrelid = ANY ($1)
