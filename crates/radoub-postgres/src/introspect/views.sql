-- The views of the namespaces $1, stored or not, by namespace and name.
SELECT c.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       c.relname::text,                                                                        -- 2
       c.relkind = 'm',                                                                        -- 3
       pg_catalog.pg_get_viewdef(c.oid)                                                        -- 4
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = ANY ($1)
   AND c.relkind IN ('v', 'm')
 ORDER BY n.nspname, c.relname
