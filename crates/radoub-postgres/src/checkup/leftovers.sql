-- What somebody left behind: transactions that were prepared in this database, and replication slots that nobody
-- reads (of the whole server). What, name, and what it holds back in seconds or bytes.
SELECT 'prepared', x.gid::text,
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - x.prepared)::float8
  FROM pg_catalog.pg_prepared_xacts x
 WHERE x.database = pg_catalog.current_database()
 UNION ALL
SELECT 'slot', s.slot_name::text,
       CASE WHEN pg_catalog.pg_is_in_recovery() THEN 0
            ELSE COALESCE(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn), 0) END::float8
  FROM pg_catalog.pg_replication_slots s
 WHERE NOT s.active
 ORDER BY 1, 2
