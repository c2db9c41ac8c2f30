-- The extensions of the database, by name; plpgsql, which every database has, left out.
SELECT e.extname::text,                                                                        -- 0
       n.nspname::text,                                                                        -- 1
       e.extversion,                                                                           -- 2
       e.extrelocatable                                                                        -- 3
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
 ORDER BY e.extname
