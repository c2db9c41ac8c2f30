-- The columns of the tables of the namespaces $1 that have more than a type, a default and NOT NULL: those of
-- a domain, of a collation of their own, arrays that are NOT NULL, generated and identity columns, and those
-- whose default takes from a sequence.
SELECT a.attrelid,                                                                             -- 0
       a.attnum,                                                                               -- 1
       n.nspname::text,                                                                        -- 2
       c.relname::text,                                                                        -- 3
       a.attname::text,                                                                        -- 4
       pg_catalog.format_type(a.atttypid, a.atttypmod),                                        -- 5
       t.typtype = 'd',                                                                        -- 6
       CASE WHEN a.attcollation <> t.typcollation
            THEN a.attcollation::pg_catalog.regcollation::text END,                            -- 7
       a.attnotnull,                                                                           -- 8
       t.typlen = -1 AND t.typelem <> 0,                                                       -- 9
       a.attgenerated::text,                                                                   -- 10
       pg_catalog.pg_get_expr(d.adbin, d.adrelid),                                             -- 11
       a.attidentity::text,                                                                    -- 12
       s.objid,                                                                                -- 13
       -- what goes with the column when it is made anew
       CASE WHEN a.attgenerated <> '' THEN ARRAY(
           SELECT pg_catalog.pg_get_indexdef(i.indexrelid, 0, true) FROM pg_catalog.pg_index i
            WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey::int2[])
              AND i.indpred IS NULL AND i.indexprs IS NULL
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = a.attrelid)
            ORDER BY i.indexrelid
       ) END,                                                                                  -- 14
       EXISTS (SELECT FROM pg_catalog.pg_constraint k
                WHERE k.contype IN ('p', 'u', 'f')
                  AND (k.conrelid = a.attrelid AND a.attnum = ANY (k.conkey)
                       OR k.confrelid = a.attrelid AND a.attnum = ANY (k.confkey)))            -- 15
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN LATERAL (
           -- the sequence that the default takes from
           SELECT p.refobjid AS objid
             FROM pg_catalog.pg_depend p
             JOIN pg_catalog.pg_class q ON q.oid = p.refobjid AND q.relkind = 'S'
            WHERE p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND p.objid = d.oid
              AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            LIMIT 1
       ) s ON a.attgenerated = ''
 WHERE n.nspname = ANY ($1)
   AND c.relname <> '_prisma_migrations'
   AND c.relkind IN ('r', 'p')
   AND NOT c.relispartition
   AND (t.typtype = 'd' OR a.attcollation <> t.typcollation
        OR a.attnotnull AND t.typlen = -1 AND t.typelem <> 0
        OR a.attgenerated <> '' OR a.attidentity <> '' OR s.objid IS NOT NULL)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname, a.attnum
