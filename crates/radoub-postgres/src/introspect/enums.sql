-- The enum types of the namespaces $1, used or not, by namespace and name in byte order; those of extensions
-- only where Prisma's oddities are wanted ($2).
SELECT n.nspname::text,                                                                        -- 0
       t.typname::text,                                                                        -- 1
       ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e
              WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)                              -- 2
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE n.nspname = ANY ($1)
   AND t.typtype = 'e'
   AND ($2 OR NOT EXISTS (
       SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND e.objid = t.oid AND e.deptype = 'e'))
 ORDER BY n.nspname, t.typname
