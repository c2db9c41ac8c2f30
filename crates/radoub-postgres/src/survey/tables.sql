-- The tables, materialized views and indexes of these names, in any schema of the database: how large
-- they are. $1 is the names. Of a partitioned table all partitions count. Nothing of the rows is read.
SELECT n.nspname::text,                                                                        -- 0
       c.relname::text,                                                                        -- 1
       c.relkind IN ('i', 'I'),                                                                -- 2
       tn.nspname::text,                                                                       -- 3
       t.relname::text,                                                                        -- 4
       s.rows,                                                                                 -- 5
       s.heap,                                                                                 -- 6
       s.bytes                                                                                 -- 7
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_catalog.pg_class t ON t.oid = COALESCE(i.indrelid, c.oid)
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
 CROSS JOIN LATERAL (
       -- A table that was never analyzed knows no number of rows (-1 from 14 on, 0 before).
       SELECT pg_catalog.sum(p.reltuples) FILTER (WHERE p.reltuples > 0)::float8 AS rows,
              COALESCE(pg_catalog.sum(CASE WHEN $2 THEN pg_catalog.pg_relation_size(p.oid)
                                           ELSE GREATEST(p.relpages, 1) END), 0)::int8 AS heap,
              COALESCE(pg_catalog.sum(CASE WHEN $2 THEN pg_catalog.pg_total_relation_size(p.oid)
                                           ELSE GREATEST(p.relpages, 1)::int8
                                                * pg_catalog.current_setting('block_size')::int8
                                      END), 0)::int8 AS bytes
         FROM pg_catalog.pg_class p
        WHERE p.relkind IN ('r', 'm')
          AND p.oid IN (SELECT t.oid UNION SELECT pt.relid FROM pg_catalog.pg_partition_tree(
                          CASE WHEN t.relkind = 'p' THEN t.oid::regclass END) pt)
       ) s
 WHERE c.relname = ANY ($1)
   AND c.relkind IN ('r', 'p', 'm', 'i', 'I')
   AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
 ORDER BY n.nspname, c.relname
