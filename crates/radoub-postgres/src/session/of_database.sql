-- Sessions in database $1, our own left out; workers of the server itself are none.
SELECT a.pid,
       a.usename::text,
       a.application_name,
       pg_catalog.host(a.client_addr),
       a.state,
       a.backend_start,
       a.xact_start,
       a.query_start,
       a.state_change,
       pg_catalog.left(a.query, 200),
       pg_catalog.clock_timestamp()
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datname = $1 AND a.pid <> pg_catalog.pg_backend_pid()
   AND a.backend_type NOT IN ('autovacuum worker', 'parallel worker')
 ORDER BY a.backend_start, a.pid
