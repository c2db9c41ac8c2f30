-- Sessions that hold or want the migration lock of this database, holders first.
-- Advisory lock 72707369 is Prisma's (one bigint key: classid 0, objsubid 1); (72707369, 1) is held
-- by the session in which a radoub works while it lets others have Prisma's.
SELECT l.pid,
       a.usename::text,
       a.application_name,
       pg_catalog.host(a.client_addr),
       a.state,
       a.backend_start,
       a.xact_start,
       a.query_start,
       a.state_change,
       pg_catalog.left(a.query, 200),
       pg_catalog.clock_timestamp(),
       l.granted
  FROM pg_catalog.pg_locks l
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'advisory'
   AND (l.classid, l.objid, l.objsubid) IN ((0, 72707369, 1), (72707369, 1, 2))
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                      WHERE d.datname = pg_catalog.current_database())
   AND l.pid <> pg_catalog.pg_backend_pid()
 ORDER BY l.granted DESC, l.objsubid, a.backend_start, l.pid
