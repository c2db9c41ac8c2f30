-- The rules of the namespaces $1, those that make a view left out.
SELECT r.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       c.relname::text,                                                                        -- 2
       r.rulename::text,                                                                       -- 3
       pg_catalog.pg_get_ruledef(r.oid, true),                                                 -- 4
       r.ev_enabled::text                                                                      -- 5
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
 WHERE n.nspname = ANY ($1)
   AND r.rulename <> '_RETURN'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname, r.rulename
