-- All types that a column may have, one row each: of a domain what it is made of, as information_schema has it;
-- of an array its elements (Prisma facts 11.2). Row types of tables are read only where something has them.
SELECT t.oid,                                                                                  -- 0
       e.typname,                                                                              -- 1
       CASE WHEN e.typtype = 'e' THEN n.nspname END,                                           -- 2
       b.typname,                                                                              -- 3
       b.typlen = -1 AND b.typelem <> 0,                                                       -- 4
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.oid, NULL) END,                 -- 5
       t.typtypmod,                                                                            -- 6
       t.typtype = 'd' AND t.typnotnull                                                        -- 7
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  LEFT JOIN pg_catalog.pg_type l ON l.oid = b.typelem AND l.typarray = b.oid
  JOIN pg_catalog.pg_type e ON e.oid = COALESCE(l.oid, b.oid)
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.typnamespace
 WHERE e.typrelid = 0
    OR EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = t.oid
                  AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'n')
