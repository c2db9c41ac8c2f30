-- The constraints of the tables of the namespaces $1 that Prisma does not see, or not all of: checks,
-- exclusions, and keys with more than columns and actions. What a table has from its parent is left out.
--
-- `missing` stands in for columns that older servers do not have: a name that the inner query does not know is
-- looked for outside.
WITH missing (indnullsnotdistinct, confdelsetcols, conperiod, conenforced) AS (
       VALUES (false, NULL::int2[], false, true)
     )
SELECT k.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       c.relname::text,                                                                        -- 2
       k.conname::text,                                                                        -- 3
       k.contype::text,                                                                        -- 4
       pg_catalog.pg_get_constraintdef(k.oid),                                                 -- 5
       -- a foreign key out of the namespaces
       k.contype = 'f' AND tn.nspname <> ALL ($1),                                             -- 6
       -- a unique constraint that a plain unique index can be turned into
       k.contype = 'u' AND NOT k.condeferrable AND i.indnatts = i.indnkeyatts
           AND NOT (SELECT indnullsnotdistinct FROM pg_catalog.pg_index p WHERE p.indexrelid = k.conindid), -- 7
       c.relispartition                                                                        -- 8
  FROM missing
 CROSS JOIN pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
  LEFT JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u')
 WHERE n.nspname = ANY ($1)
   AND c.relname <> '_prisma_migrations'
   AND c.relkind IN ('r', 'p')
   AND k.conislocal AND k.conparentid = 0
   AND (k.contype IN ('c', 'x', 'u')
        OR k.contype IN ('p', 'f')
           AND (k.condeferrable OR NOT k.convalidated OR i.indnatts > i.indnkeyatts
                OR tn.nspname <> ALL ($1) OR k.contype = 'f' AND k.confmatchtype <> 's'
                OR (SELECT conperiod OR NOT conenforced OR confdelsetcols IS NOT NULL
                      FROM pg_catalog.pg_constraint p WHERE p.oid = k.oid)))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname, k.conname
