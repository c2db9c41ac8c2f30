-- The columns of the tables of the namespaces $1: their types, and which of them tell one row from all others
-- (the primary key, or else the unique index with the fewest columns, none of which may be NULL). Members of
-- extensions and temporary tables are left out, as in snapshot/tables.sql. Columns are read by number: keep
-- census.rs in step.
SELECT n.nspname::text,                                                                        -- 0
       c.relname::text,                                                                        -- 1
       a.attname::text,                                                                        -- 2
       pg_catalog.format_type(a.atttypid, a.atttypmod),                                        -- 3
       CASE WHEN t.typtype = 'b' AND t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
            THEN t.typname::text END,                                                          -- 4
       (SELECT place::int4
          FROM pg_catalog.generate_series(0, k.indnkeyatts - 1) place
         WHERE k.indkey[place] = a.attnum),                                                    -- 5
       pg_catalog.has_table_privilege(c.oid, 'SELECT')
         AND NOT pg_catalog.row_security_active(c.oid)                                         -- 6
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN LATERAL (
       SELECT i.indkey, i.indnkeyatts
         FROM pg_catalog.pg_index i
        WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
          AND i.indpred IS NULL AND i.indexprs IS NULL
          AND NOT EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) place
                            JOIN pg_catalog.pg_attribute ka
                              ON ka.attrelid = c.oid AND ka.attnum = i.indkey[place]
                           WHERE NOT ka.attnotnull)
        ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
        LIMIT 1) k ON true
 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname = ANY ($1)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", a.attnum
