-- Domains, composite types and ranges of the namespaces $1, without those of extensions.
SELECT t.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       t.typname::text,                                                                        -- 2
       t.typtype::text,                                                                        -- 3
       -- of a domain: type, collation, default, NOT NULL, names of the checks, and the checks
       CASE t.typtype WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)
                      WHEN 'r' THEN pg_catalog.format_type(r.rngsubtype, NULL) END,            -- 4
       CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation
            THEN t.typcollation::pg_catalog.regcollation::text
            WHEN t.typtype = 'r' AND r.rngcollation <> s.typcollation
            THEN r.rngcollation::pg_catalog.regcollation::text END,                            -- 5
       COALESCE(pg_catalog.pg_get_expr(t.typdefaultbin, 0), pg_catalog.quote_literal(t.typdefault)), -- 6
       t.typnotnull,                                                                           -- 7
       ARRAY(SELECT k.conname::text FROM pg_catalog.pg_constraint k
              WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname),                -- 8
       ARRAY(SELECT pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k
              WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname),                -- 9
       -- of a composite type: names, types and collations of the attributes
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
              ORDER BY a.attnum),                                                              -- 10
       ARRAY(SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) ||
                    CASE WHEN a.attcollation <> 0 AND a.attcollation <> y.typcollation
                         THEN ' COLLATE ' || a.attcollation::pg_catalog.regcollation::text
                         ELSE '' END
               FROM pg_catalog.pg_attribute a
               JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
              WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
              ORDER BY a.attnum),                                                              -- 11
       -- of a range: operator class when it is not the usual one, functions, the type of several ranges
       CASE WHEN NOT o.opcdefault THEN pg_catalog.quote_ident(o_n.nspname) || '.' || pg_catalog.quote_ident(o.opcname) END, -- 12
       CASE WHEN r.rngcanonical::oid <> 0 THEN r.rngcanonical::text END,                       -- 13
       CASE WHEN r.rngsubdiff::oid <> 0 THEN r.rngsubdiff::text END,                           -- 14
       -- the column is there from 14 on
       pg_catalog.format_type((pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::oid, NULL)         -- 15
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
  LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
  LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
  LEFT JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
  LEFT JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
  LEFT JOIN pg_catalog.pg_namespace o_n ON o_n.oid = o.opcnamespace
 WHERE n.nspname = ANY ($1)
   AND (t.typtype IN ('d', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND e.objid = t.oid AND e.deptype = 'e')
 ORDER BY n.nspname, t.typname
