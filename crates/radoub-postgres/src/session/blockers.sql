-- Sessions that keep session $1 waiting; the numbers of prepared transactions (pid 0) come without
-- details.
SELECT b.pid,
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
  FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) AS pid) b
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
 ORDER BY a.xact_start, b.pid
