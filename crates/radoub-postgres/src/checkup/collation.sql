-- The version of the collation that the database was made with and the one that the system has now (15 and later).
SELECT d.datcollversion::text,
       pg_catalog.pg_database_collation_actual_version(d.oid)::text
  FROM pg_catalog.pg_database d
 WHERE d.datname = pg_catalog.current_database()
