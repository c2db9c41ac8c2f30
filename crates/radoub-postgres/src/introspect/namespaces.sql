-- One row: the version of the server, and which of the namespaces $1 exist, in byte order.
SELECT pg_catalog.current_setting('server_version_num')::int4,                                 -- 0
       ARRAY(SELECT n.nspname::text FROM pg_catalog.pg_namespace n
              WHERE n.nspname = ANY ($1) ORDER BY n.nspname)                                   -- 1
