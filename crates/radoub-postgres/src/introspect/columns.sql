-- The columns of the relations of the namespaces $1 whose kind is among $2, one row each, by relation and
-- position. Types are given by id.
SELECT a.attrelid,                                                                             -- 0
       a.attnum,                                                                               -- 1
       a.attname::text,                                                                        -- 2
       a.atttypid,                                                                             -- 3
       a.atttypmod,                                                                            -- 4
       a.attnotnull,                                                                           -- 5
       a.attidentity <> '',                                                                    -- 6
       a.attgenerated::text,                                                                   -- 7
       CASE WHEN a.atthasdef THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END               -- 8
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE n.nspname = ANY ($1)
   AND c.relkind::text = ANY ($2)
   AND (NOT c.relispartition OR c.relkind = 'p')
 ORDER BY a.attrelid, a.attnum
