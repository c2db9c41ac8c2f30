-- The indexes of the tables and stored views of the namespaces $1 that Prisma does not see, or not all of;
-- those of constraints are told with the constraints, those of partitions with their parents.
--
-- `missing` stands in for a column that older servers do not have: a name that the inner query does not know is
-- looked for outside.
WITH missing (indnullsnotdistinct) AS (VALUES (false)),
     unusual AS (SELECT pg_catalog.array_agg(o.oid) AS classes FROM pg_catalog.pg_opclass o WHERE NOT o.opcdefault)
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
  FROM missing
 CROSS JOIN unusual
 CROSS JOIN pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = x.relam
 WHERE n.nspname = ANY ($1)
   AND c.relname <> '_prisma_migrations'
   AND c.relkind IN ('r', 'p', 'm')
   AND NOT i.indisprimary
   AND NOT x.relispartition
   AND (c.relkind = 'm'
        OR i.indpred IS NOT NULL
        OR i.indexprs IS NOT NULL
        OR m.amname NOT IN ('btree', 'hash', 'gin', 'gist', 'spgist', 'brin')
        OR i.indnatts > i.indnkeyatts
        OR x.reloptions IS NOT NULL
        -- nulls come last in ascending order and first in descending
        OR i.indoption::int2[] && '{1,2}'::int2[]
        OR m.amname IN ('btree', 'hash') AND i.indclass::oid[] && unusual.classes
        OR i.indisunique AND (SELECT indnullsnotdistinct FROM pg_catalog.pg_index p WHERE p.indexrelid = i.indexrelid)
        OR NOT i.indcollation::oid[] <@ '{0,100}'::oid[] AND EXISTS (
               SELECT
                 FROM unnest(i.indkey::int2[], i.indcollation::oid[]) k (number, sorted)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
                WHERE k.sorted <> 0 AND k.sorted <> a.attcollation)
        OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = x.oid AND a.attoptions IS NOT NULL))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                    WHERE k.conindid = x.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x'))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid IN (c.oid, x.oid) AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname, x.relname
