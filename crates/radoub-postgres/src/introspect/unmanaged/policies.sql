-- The policies of row security of the namespaces $1.
SELECT p.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       c.relname::text,                                                                        -- 2
       p.polname::text,                                                                        -- 3
       p.polpermissive,                                                                        -- 4
       p.polcmd::text,                                                                         -- 5
       ARRAY(SELECT pg_catalog.pg_get_userbyid(r.role)::text
               FROM pg_catalog.unnest(p.polroles) WITH ORDINALITY r (role, place)
              WHERE r.role <> 0 ORDER BY r.place),                                             -- 6
       pg_catalog.pg_get_expr(p.polqual, p.polrelid),                                          -- 7
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)                                      -- 8
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid
 WHERE n.nspname = ANY ($1)
 ORDER BY n.nspname, c.relname, p.polname
