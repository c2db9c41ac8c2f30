-- The triggers of the namespaces $1, of tables and views, without those that the server makes itself.
SELECT t.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       c.relname::text,                                                                        -- 2
       t.tgname::text,                                                                         -- 3
       pg_catalog.pg_get_triggerdef(t.oid, true),                                              -- 4
       t.tgenabled::text,                                                                      -- 5
       c.relispartition OR c.relkind = 'f',                                                    -- 6
       c.oid                                                                                   -- 7
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid
 WHERE n.nspname = ANY ($1)
   AND c.relname <> '_prisma_migrations'
   AND NOT t.tgisinternal
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND e.objid = t.oid AND e.deptype = 'P')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND e.objid = t.oid AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname, t.tgname
