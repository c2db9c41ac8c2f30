-- Sequences that feed an integer column of the namespaces $1: by ownership (serial) or as its identity.
SELECT sn.nspname::text, s.relname::text, n.nspname::text, c.relname::text, a.attname::text, q.seqincrement
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
  JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
  JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
 WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
   AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
   AND n.nspname = ANY ($1) AND a.atttypid IN (21, 23, 20)
 ORDER BY 3, 4, 5
