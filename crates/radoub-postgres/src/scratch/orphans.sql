-- The scratch databases whose maker is gone: nobody holds the advisory lock of the number in their name.
-- Only those that this role may drop. A database is made after its lock is taken, and the locks are read
-- after the names, so a living one is never among them.
SELECT d.datname::text
  FROM pg_catalog.pg_database d
 WHERE d.datname ~ '^radoub_scratch_[0-9a-f]{16}_[0-9]+$'
   AND pg_catalog.pg_has_role(d.datdba, 'USAGE')
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_locks l
        WHERE l.locktype = 'advisory' AND l.objsubid = 1
          AND l.classid::int8 = ('x' || pg_catalog.substr(d.datname::text, 16, 8))::bit(32)::int8
          AND l.objid::int8 = ('x' || pg_catalog.substr(d.datname::text, 24, 8))::bit(32)::int8)
 ORDER BY d.datname
