-- What takes back what scripts have made in a new database: statements, in the order in which they run together.
SELECT pg_catalog.format('DROP EXTENSION IF EXISTS %I CASCADE', e.extname), 1
  FROM pg_catalog.pg_extension e
 WHERE e.oid >= 16384
UNION ALL
SELECT pg_catalog.format('DROP SCHEMA IF EXISTS %I CASCADE', n.nspname), 2
  FROM pg_catalog.pg_namespace n
 WHERE n.oid >= 16384
   AND n.nspname !~ '^pg_'
UNION ALL
SELECT pg_catalog.format('DROP %s IF EXISTS %s CASCADE', k.word, pg_catalog.string_agg(c.oid::pg_catalog.regclass::text, ', ')), 3
  FROM pg_catalog.pg_class c
  JOIN (VALUES ('r', 'TABLE'), ('p', 'TABLE'), ('v', 'VIEW'), ('m', 'MATERIALIZED VIEW'), ('S', 'SEQUENCE')) k (kind, word)
    ON k.kind = c.relkind::text
 WHERE c.relnamespace = 2200
   AND c.oid >= 16384
   -- Those of columns go with them.
   AND NOT (c.relkind = 'S' AND EXISTS (
       SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')))
 GROUP BY k.word
UNION ALL
SELECT 'DROP TYPE IF EXISTS ' || pg_catalog.string_agg(t.oid::pg_catalog.regtype::text, ', ') || ' CASCADE', 4
  FROM pg_catalog.pg_type t
  LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
 WHERE t.typnamespace = 2200
   AND t.oid >= 16384
   AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
HAVING pg_catalog.count(*) > 0
UNION ALL
SELECT 'DROP ROUTINE IF EXISTS ' || pg_catalog.string_agg(p.oid::pg_catalog.regprocedure::text, ', ') || ' CASCADE', 5
  FROM pg_catalog.pg_proc p
 WHERE p.pronamespace = 2200
   AND p.oid >= 16384
HAVING pg_catalog.count(*) > 0
 ORDER BY 2
