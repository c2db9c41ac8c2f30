-- The columns of the relations of the namespaces $1 whose kind is among $2, one row each, by relation and
-- position. Of a column of domain type the base type is read, as information_schema has it; of an array
-- the type of its elements (Prisma facts 11.2).
SELECT a.attrelid,                                                                             -- 0
       a.attnum,                                                                               -- 1
       a.attname::text,                                                                        -- 2
       e.typname::text,                                                                        -- 3
       CASE WHEN e.typtype = 'e' THEN en.nspname::text END,                                    -- 4
       b.typname::text,                                                                        -- 5
       b.typlen = -1 AND b.typelem <> 0,                                                       -- 6
       CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,                        -- 7
       a.attnotnull OR (t.typtype = 'd' AND t.typnotnull),                                     -- 8
       CASE WHEN a.atthasdef THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,              -- 9
       a.attidentity <> '',                                                                    -- 10
       a.attgenerated <> ''                                                                    -- 11
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  LEFT JOIN pg_catalog.pg_type l ON l.oid = b.typelem AND l.typarray = b.oid
  JOIN pg_catalog.pg_type e ON e.oid = COALESCE(l.oid, b.oid)
  JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE n.nspname = ANY ($1)
   AND c.relkind::text = ANY ($2)
   AND (NOT c.relispartition OR c.relkind = 'p')
 ORDER BY a.attrelid, a.attnum
