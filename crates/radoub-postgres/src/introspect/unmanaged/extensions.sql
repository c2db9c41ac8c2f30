-- The extensions of the database, plpgsql left out: every database has it.
SELECT e.oid,                                                                                  -- 0
       e.extname::text,                                                                        -- 1
       n.nspname::text                                                                         -- 2
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
 WHERE e.extname <> 'plpgsql'
 ORDER BY e.extname
