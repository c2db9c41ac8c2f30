-- One row of facts about the database and the role. $1 is the schema of the URL. Columns are read by number: keep
-- checkup.rs in step.
SELECT pg_catalog.pg_encoding_to_char(d.encoding)::text,                                       -- 0
       d.datcollate::text,                                                                     -- 1
       pg_catalog.age(d.datfrozenxid)::int8,                                                   -- 2
       pg_catalog.pg_database_size(d.oid)::int8,                                               -- 3
       r.rolname::text,                                                                        -- 4
       r.rolsuper,                                                                             -- 5
       r.rolcreatedb,                                                                          -- 6
       COALESCE((SELECT pg_catalog.has_schema_privilege(n.oid, 'CREATE')
                   FROM pg_catalog.pg_namespace n WHERE n.nspname = $1),
                pg_catalog.has_database_privilege(d.oid, 'CREATE')),                           -- 7
       -- The setting of the role in this database wins over that of the role, and that over the database's.
       (SELECT pg_catalog.substr(c.setting, 19)
          FROM pg_catalog.pg_db_role_setting s
         CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c(setting)
         WHERE s.setrole IN (0, r.oid) AND s.setdatabase IN (0, d.oid)
           AND c.setting LIKE 'statement\_timeout=%'
         ORDER BY s.setrole = 0, s.setdatabase = 0 LIMIT 1)                                    -- 8
  FROM pg_catalog.pg_database d
 CROSS JOIN pg_catalog.pg_roles r
 WHERE d.datname = pg_catalog.current_database() AND r.rolname = current_user
