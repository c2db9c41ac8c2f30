-- The columns of the tables and views of the namespaces $1 whose kind is among $2, one row each, by
-- relation and position. Of a column of domain type the base type is read, as information_schema has
-- it; of an array the type of its elements (Prisma facts 11.2).
SELECT a.attrelid,                                                                             -- 0
       a.attnum,                                                                               -- 1
       a.attname::text,                                                                        -- 2
       e.typname::text,                                                                        -- 3
       en.nspname::text,                                                                       -- 4
       e.typtype = 'e',                                                                        -- 5
       e.oid <> b.oid,                                                                         -- 6
       CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,                        -- 7
       pg_catalog.format_type(a.atttypid, a.atttypmod),                                        -- 8
       a.attnotnull OR (t.typtype = 'd' AND t.typnotnull),                                     -- 9
       CASE WHEN a.atthasdef THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,              -- 10
       a.attidentity <> '',                                                                    -- 11
       a.attgenerated <> ''                                                                    -- 12
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN b.typlen = -1 AND b.typelem <> 0 THEN b.typelem ELSE b.oid END
  JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE n.nspname = ANY ($1)
   AND c.relkind::text = ANY ($2)
   AND NOT c.relispartition
 ORDER BY a.attrelid, a.attnum
