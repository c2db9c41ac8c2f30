-- The constraints of the tables of the namespaces $1 that Prisma does not see, or not all of: checks,
-- exclusions, and keys with more than columns and actions. What a table has from its parent is left out.
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
           AND NOT COALESCE((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false),  -- 7
       c.relispartition                                                                        -- 8
  FROM pg_catalog.pg_class c
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
        OR k.contype = 'p' AND (k.condeferrable OR i.indnatts > i.indnkeyatts
                                OR COALESCE((pg_catalog.to_jsonb(k) ->> 'conperiod')::bool, false))
        OR k.contype = 'f' AND (tn.nspname <> ALL ($1) OR k.condeferrable OR NOT k.convalidated
                                OR k.confmatchtype <> 's'
                                OR pg_catalog.to_jsonb(k) ->> 'confdelsetcols' IS NOT NULL
                                OR COALESCE((pg_catalog.to_jsonb(k) ->> 'conperiod')::bool, false)
                                OR NOT COALESCE((pg_catalog.to_jsonb(k) ->> 'conenforced')::bool, true)))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname, k.conname
