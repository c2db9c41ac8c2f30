-- The types of the columns of the tables of these names. $1 is the names.
SELECT n.nspname::text,                                                                        -- 0
       c.relname::text,                                                                        -- 1
       a.attname::text,                                                                        -- 2
       pg_catalog.format_type(a.atttypid, a.atttypmod)                                         -- 3
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relname = ANY ($1) AND c.relkind IN ('r', 'p')
   AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
 ORDER BY n.nspname, c.relname, a.attnum
