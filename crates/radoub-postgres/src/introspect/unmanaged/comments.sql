-- The comments on things of the namespaces $1, and on these themselves; those of extensions and of the
-- fresh namespace `public` left out.
SELECT d.classoid,                                                                             -- 0
       d.objoid,                                                                               -- 1
       o.type,                                                                                 -- 2
       CASE WHEN t.oid IS NULL THEN o.object_names
            ELSE ARRAY[tn.nspname::text, t.typname::text] END,                                 -- 3
       CASE WHEN t.oid IS NULL THEN o.object_args ELSE '{}' END,                               -- 4
       d.description                                                                           -- 5
  FROM pg_catalog.pg_description d
 CROSS JOIN LATERAL pg_catalog.pg_identify_object_as_address(d.classoid, d.objoid, d.objsubid) o
  LEFT JOIN pg_catalog.pg_type t
         ON d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = d.objoid
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
 WHERE d.objoid >= 16384
   AND COALESCE(tn.nspname, o.object_names[1]) = ANY ($1)
   AND d.description <> 'standard public schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
 ORDER BY 3, 4, 5
