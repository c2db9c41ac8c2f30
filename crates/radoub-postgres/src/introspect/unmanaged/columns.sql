-- The columns of the tables of the namespaces $1 that have more than a type, a default and NOT NULL: those of
-- a domain, of a collation of their own, arrays that are NOT NULL, generated and identity columns, and those
-- whose default takes from a sequence.
WITH fed AS MATERIALIZED (
       -- the sequence that a default takes from
       SELECT d.adrelid, d.adnum, p.refobjid AS sequence
         FROM pg_catalog.pg_class s
         JOIN pg_catalog.pg_depend p
           ON p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.refobjid = s.oid
          AND p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
         JOIN pg_catalog.pg_attrdef d ON d.oid = p.objid
        WHERE s.relkind = 'S'
     )
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
       CASE WHEN a.attgenerated = '' THEN s.sequence END,                                      -- 13
       -- what goes with the column when it is made anew
       CASE WHEN a.attgenerated <> '' THEN ARRAY(
           SELECT pg_catalog.pg_get_indexdef(i.indexrelid, 0, true) FROM pg_catalog.pg_index i
            WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey::int2[])
              AND i.indpred IS NULL AND i.indexprs IS NULL
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = a.attrelid)
            ORDER BY i.indexrelid
       ) END,                                                                                  -- 14
       -- whether a key stands in the way
       a.attgenerated <> '' AND EXISTS (
           SELECT FROM pg_catalog.pg_constraint k
            WHERE k.contype IN ('p', 'u', 'f')
              AND (k.conrelid = a.attrelid AND a.attnum = ANY (k.conkey)
                   OR k.confrelid = a.attrelid AND a.attnum = ANY (k.confkey)))                -- 15
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN fed s ON s.adrelid = a.attrelid AND s.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 WHERE n.nspname = ANY ($1)
   AND c.relname <> '_prisma_migrations'
   AND c.relkind IN ('r', 'p')
   AND NOT c.relispartition
   AND (s.sequence IS NOT NULL
        OR a.attgenerated <> ''
        OR a.attidentity <> ''
        OR a.attcollation NOT IN (0, 100) AND a.attcollation <> t.typcollation
        OR a.atttypid IN (SELECT o.oid FROM pg_catalog.pg_type o WHERE o.typtype = 'd')
        OR a.attnotnull AND a.attlen = -1
           AND a.atttypid IN (SELECT o.oid FROM pg_catalog.pg_type o WHERE o.typlen = -1 AND o.typelem <> 0))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
 ORDER BY n.nspname, c.relname, a.attnum
