-- The indexes of the tables and stored views of the namespaces $1 that Prisma does not see, or not all of;
-- those of constraints are told with the constraints, those of partitions with their parents.
SELECT x.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       c.relname::text,                                                                        -- 2
       x.relname::text,                                                                        -- 3
       pg_catalog.pg_get_indexdef(x.oid, 0, true),                                             -- 4
       c.relkind::text,                                                                        -- 5
       i.indpred IS NOT NULL,                                                                  -- 6
       i.indexprs IS NOT NULL,                                                                 -- 7
       m.amname NOT IN ('btree', 'hash', 'gin', 'gist', 'spgist', 'brin'),                     -- 8
       c.relispartition                                                                        -- 9
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = x.relam
 WHERE n.nspname = ANY ($1)
   AND c.relname <> '_prisma_migrations'
   AND c.relkind IN ('r', 'p', 'm')
   AND NOT x.relispartition
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                    WHERE k.conindid = x.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x'))
   AND (c.relkind = 'm'
        OR i.indpred IS NOT NULL
        OR i.indexprs IS NOT NULL
        OR m.amname NOT IN ('btree', 'hash', 'gin', 'gist', 'spgist', 'brin')
        OR i.indnatts > i.indnkeyatts
        OR x.reloptions IS NOT NULL
        OR COALESCE((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false)
        -- nulls come last in ascending order and first in descending
        OR EXISTS (SELECT FROM pg_catalog.unnest(i.indoption::int2[]) o (bits) WHERE o.bits IN (1, 2))
        OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = x.oid AND pg_catalog.to_jsonb(a) ->> 'attoptions' IS NOT NULL)
        OR EXISTS (SELECT
                     FROM unnest(i.indkey::int2[], i.indcollation::oid[], i.indclass::oid[]) k (number, sorted, class)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                     JOIN pg_catalog.pg_opclass o ON o.oid = k.class
                    WHERE k.sorted <> 0 AND k.sorted <> a.attcollation
                       OR m.amname IN ('btree', 'hash') AND NOT o.opcdefault))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid IN (c.oid, x.oid) AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname, x.relname
