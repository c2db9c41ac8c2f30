-- What is odd about the relations of the namespaces $1: what, namespace, table, name. Members of extensions are the
-- extension's business.
SELECT 'invalid-index', n.nspname::text, t.relname::text, c.relname::text
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE n.nspname = ANY ($1) AND NOT i.indisvalid AND c.relkind = 'i'
   -- One that is being built is not valid yet.
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
 UNION ALL
SELECT 'unlogged', n.nspname::text, t.relname::text, t.relname::text
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE n.nspname = ANY ($1) AND t.relkind IN ('r', 'p') AND t.relpersistence = 'u'
 UNION ALL
SELECT 'without-key', n.nspname::text, t.relname::text, t.relname::text
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE n.nspname = ANY ($1) AND t.relkind IN ('r', 'p') AND NOT t.relispartition
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e')
   -- The tables of Prisma's implicit relations have a unique index over their two columns instead (Prisma facts 7).
   AND NOT (t.relname LIKE '\_%' AND (SELECT pg_catalog.array_agg(a.attname::text ORDER BY a.attnum)
                                        FROM pg_catalog.pg_attribute a
                                       WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped)
                                     = ARRAY['A', 'B'])
 UNION ALL
SELECT 'not-valid', n.nspname::text, t.relname::text, k.conname::text
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE n.nspname = ANY ($1) AND NOT k.convalidated
 UNION ALL
SELECT 'autovacuum-off', n.nspname::text, t.relname::text, t.relname::text
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 WHERE n.nspname = ANY ($1) AND t.relkind = 'r'
   AND EXISTS (SELECT FROM pg_catalog.unnest(t.reloptions) o(text)
                WHERE o.text ~* '^autovacuum_enabled=(off|false|no|0)$')
 ORDER BY 1, 2, 3, 4
