-- The tables whose rows a dump holds, and how often each was written to. Members of extensions are left
-- out, because the extension brings them; partitions and children stand for themselves. Columns are read
-- by number: keep snapshot.rs in step.
SELECT n.nspname::text,                                                                        -- 0
       c.relname::text,                                                                        -- 1
       pg_catalog.pg_stat_get_tuples_inserted(c.oid),                                          -- 2
       pg_catalog.pg_stat_get_tuples_updated(c.oid),                                           -- 3
       pg_catalog.pg_stat_get_tuples_deleted(c.oid),                                           -- 4
       pg_catalog.pg_table_size(c.oid)                                                         -- 5
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND n.nspname <> ALL ('{pg_catalog,information_schema,pg_toast}')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
