-- Foreign keys by which rows of the namespaces $1 go or change with others: child, parent, whether with a
-- deleted one, whether with a changed one.
SELECT n.nspname::text, c.relname::text, pn.nspname::text, p.relname::text,
       k.confdeltype IN ('c', 'n', 'd'), k.confupdtype IN ('c', 'n', 'd')
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
 WHERE k.contype = 'f' AND n.nspname = ANY ($1)
   AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
 ORDER BY 1, 2, 3, 4
