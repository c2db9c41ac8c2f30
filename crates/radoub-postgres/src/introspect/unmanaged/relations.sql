-- Views, foreign tables, and what tables of the namespaces $1 have beyond columns and constraints: how they
-- are partitioned, of what they are partitions, from what they inherit, how they are stored and secured.
-- Without those of extensions.
SELECT c.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       c.relname::text,                                                                        -- 2
       c.relkind::text,                                                                        -- 3
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,            -- 4
       COALESCE(c.reloptions, '{}'),                                                           -- 5
       c.relispopulated,                                                                       -- 6
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,                 -- 7
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END,      -- 8
       ARRAY(SELECT pn.nspname::text FROM pg_catalog.pg_inherits i
               JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
               JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
              WHERE i.inhrelid = c.oid ORDER BY i.inhseqno),                                   -- 9
       ARRAY(SELECT p.relname::text FROM pg_catalog.pg_inherits i
               JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
              WHERE i.inhrelid = c.oid ORDER BY i.inhseqno),                                   -- 10
       c.relpersistence = 'u',                                                                 -- 11
       c.relreplident::text,                                                                   -- 12
       (SELECT x.relname::text FROM pg_catalog.pg_index i
          JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
         WHERE i.indrelid = c.oid AND i.indisreplident),                                       -- 13
       c.relrowsecurity,                                                                       -- 14
       c.relforcerowsecurity,                                                                  -- 15
       (SELECT s.srvname::text FROM pg_catalog.pg_foreign_table f
          JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
         WHERE f.ftrelid = c.oid)                                                              -- 16
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = ANY ($1)
   AND c.relname <> '_prisma_migrations'
   AND (c.relkind IN ('v', 'm', 'f', 'p')
        OR c.relkind = 'r' AND (c.relispartition OR c.reloptions IS NOT NULL OR c.relpersistence = 'u'
                                OR c.relreplident <> 'd' OR c.relrowsecurity OR c.relforcerowsecurity
                                OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname
