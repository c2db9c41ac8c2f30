-- How many sessions of others there are in this database, whose writing the server may not have counted yet.
-- A role that may not see what a session is counts it.
SELECT pg_catalog.count(*)
  FROM pg_catalog.pg_stat_activity s
 WHERE s.datname = pg_catalog.current_database() AND s.usename IS NOT NULL
   AND s.pid <> pg_catalog.pg_backend_pid()
   AND COALESCE(s.backend_type, 'client backend') = 'client backend'
   AND COALESCE(s.application_name, '') !~ '^radoub( |$)'
