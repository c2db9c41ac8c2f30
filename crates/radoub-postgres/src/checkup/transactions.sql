-- Sessions of others in this database that are in a transaction: pid, what they call themselves, whether they only
-- sit in it, for how many seconds it has been open and they have sat.
SELECT a.pid,
       COALESCE(a.application_name, ''),
       COALESCE(a.state LIKE 'idle in transaction%', false),
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.xact_start)::float8,
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.state_change)::float8
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
   AND a.xact_start IS NOT NULL AND a.backend_type = 'client backend'
 ORDER BY a.xact_start, a.pid
