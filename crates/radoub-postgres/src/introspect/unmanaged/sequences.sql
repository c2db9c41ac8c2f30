-- The sequences of the namespaces $1 with the column that owns each, if one does; without those of
-- extensions.
SELECT s.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       s.relname::text,                                                                        -- 2
       o.refobjid,                                                                             -- 3
       o.refobjsubid::int2,                                                                    -- 4
       o.deptype = 'i',                                                                        -- 5
       pg_catalog.format_type(q.seqtypid, NULL),                                               -- 6
       q.seqstart,                                                                             -- 7
       q.seqincrement,                                                                         -- 8
       q.seqmin,                                                                               -- 9
       q.seqmax,                                                                               -- 10
       q.seqcache,                                                                             -- 11
       q.seqcycle                                                                              -- 12
  FROM pg_catalog.pg_class s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
  JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
  LEFT JOIN pg_catalog.pg_depend o
         ON o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objid = s.oid AND o.objsubid = 0
        AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjsubid > 0
        AND o.deptype IN ('a', 'i')
 WHERE n.nspname = ANY ($1)
   AND s.relkind = 'S'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = s.oid AND e.deptype = 'e')
 ORDER BY n.nspname, s.relname
