-- Foreign keys of the namespaces $1: owner, name, target, columns on both sides in the same order.
SELECT n.nspname::text, c.relname::text, k.conname::text, pn.nspname::text, p.relname::text,
       (SELECT array_agg(a.attname::text ORDER BY u.place)
          FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
       (SELECT array_agg(a.attname::text ORDER BY u.place)
          FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number)
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
 WHERE k.contype = 'f' AND n.nspname = ANY ($1) AND c.relkind = 'r'
 ORDER BY 1, 2, 3
