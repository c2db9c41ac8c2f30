-- The enum types, domains and range types of these names, and the extensions of these names that could
-- be created or are. $1 is the names, $2 those of extensions: the server reads a folder for them, so it
-- does that only when there are some.
SELECT n.nspname::text, t.typname::text, 'type'
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typname = ANY ($1) AND t.typtype IN ('e', 'd', 'r')
 UNION ALL
SELECT '', e.name::text, 'extension'
  FROM pg_catalog.pg_available_extensions e
 WHERE pg_catalog.cardinality($2) > 0 AND e.name = ANY ($2)
 ORDER BY 3, 1, 2
