-- What a database is besides its contents, and what no dump of one database holds. Columns that came with
-- later versions are read through JSON, where a missing one is NULL. $1 is the name of the database.
SELECT d.oid,                                                                                  -- 0
       pg_catalog.pg_get_userbyid(d.datdba)::text,                                             -- 1
       pg_catalog.pg_encoding_to_char(d.encoding)::text,                                       -- 2
       d.datcollate::text,                                                                     -- 3
       d.datctype::text,                                                                       -- 4
       COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c'),                             -- 5
       COALESCE(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale'), -- 6
       pg_catalog.to_jsonb(d) ->> 'daticurules',                                               -- 7
       (SELECT t.spcname::text FROM pg_catalog.pg_tablespace t
         WHERE t.oid = d.dattablespace AND t.spcname <> 'pg_default'),                         -- 8
       d.datconnlimit,                                                                         -- 9
       pg_catalog.shobj_description(d.oid, 'pg_database'),                                     -- 10
       d.datacl IS NOT NULL,                                                                   -- 11
       ARRAY(SELECT COALESCE(r.rolname::text, '')
               FROM pg_catalog.aclexplode(d.datacl) a
               LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
              ORDER BY r.rolname COLLATE "C", a.privilege_type COLLATE "C"),                   -- 12
       ARRAY(SELECT a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END
               FROM pg_catalog.aclexplode(d.datacl) a
               LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
              ORDER BY r.rolname COLLATE "C", a.privilege_type COLLATE "C"),                   -- 13
       ARRAY(SELECT COALESCE(r.rolname::text, '')
               FROM pg_catalog.pg_db_role_setting s
               LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) AS line
              WHERE s.setdatabase = d.oid
              ORDER BY r.rolname COLLATE "C", line COLLATE "C"),                               -- 14
       ARRAY(SELECT line
               FROM pg_catalog.pg_db_role_setting s
               LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) AS line
              WHERE s.setdatabase = d.oid
              ORDER BY r.rolname COLLATE "C", line COLLATE "C"),                               -- 15
       pg_catalog.pg_database_size(d.oid)                                                      -- 16
  FROM pg_catalog.pg_database d
 WHERE d.datname = $1
