-- One row of facts. $1 is the schema of the URL. Columns are read by number: keep look.rs in step.
SELECT pg_catalog.current_setting('server_version_num')::int4,                                 -- 0
       pg_catalog.version(),                                                                   -- 1
       pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE'),         -- 2
       (SELECT d.oid FROM pg_catalog.pg_database d
         WHERE d.datname = pg_catalog.current_database()),                                     -- 3
       current_user::text,                                                                     -- 4
       pg_catalog.pg_is_in_recovery(),                                                         -- 5
       pg_catalog.current_setting('default_transaction_read_only')::bool,                      -- 6
       n.oid IS NOT NULL,                                                                      -- 7
       COALESCE(pg_catalog.has_schema_privilege(n.oid, 'USAGE'), false),                       -- 8
       COALESCE(pg_catalog.has_schema_privilege(n.oid, 'CREATE'), false),                      -- 9
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),             -- 10
       COALESCE(pg_catalog.has_table_privilege(c.oid, 'SELECT'), false),                       -- 11
       COALESCE(pg_catalog.has_table_privilege(c.oid, 'INSERT')
                AND pg_catalog.has_table_privilege(c.oid, 'UPDATE'), false),                   -- 12
       c.relkind::text,                                                                        -- 13
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              ORDER BY a.attnum),                                                              -- 14
       pg_catalog.clock_timestamp(),                                                           -- 15
       EXISTS (SELECT FROM pg_catalog.pg_locks l
                WHERE l.locktype = 'advisory' AND l.pid <> pg_catalog.pg_backend_pid()
                  AND (l.classid, l.objid, l.objsubid) IN ((0, 72707369, 1), (72707369, 1, 2))) -- 16
  FROM (SELECT 1) one
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = '_prisma_migrations'
