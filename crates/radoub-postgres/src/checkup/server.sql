-- One row of facts about the server. Columns are read by number: keep checkup.rs in step.
SELECT pg_catalog.current_setting('server_version_num')::int4,                                 -- 0
       pg_catalog.current_setting('max_connections')::int4,                                    -- 1
       pg_catalog.current_setting('superuser_reserved_connections')::int4
         + COALESCE(pg_catalog.current_setting('reserved_connections', true), '0')::int4,      -- 2
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity a
         WHERE a.backend_type IS NULL OR a.backend_type = 'client backend')::int4,             -- 3
       pg_catalog.current_setting('fsync')::bool,                                              -- 4
       pg_catalog.current_setting('full_page_writes')::bool,                                   -- 5
       pg_catalog.current_setting('autovacuum')::bool,                                         -- 6
       pg_catalog.pg_is_in_recovery(),                                                         -- 7
       pg_catalog.current_setting('default_transaction_read_only')::bool,                      -- 8
       pg_catalog.clock_timestamp()                                                            -- 9
