-- The namespaces of this database that hold a table `_prisma_migrations`.
SELECT n.nspname::text
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relname = '_prisma_migrations' AND c.relkind IN ('r', 'p')
 ORDER BY 1
