-- What is remarked about the tables, views and enum types of the namespaces $1: one row a remark, with
-- its kind, the object, and the constraint or index, and the column, that is meant. Partial indexes are
-- looked at when $2.
WITH relations AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relhassubclass, c.relrowsecurity
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($1)
       AND c.relkind IN ('r', 'p', 'v')
       AND NOT c.relispartition
)
SELECT kind,                                                                                   -- 0
       namespace::text,                                                                        -- 1
       object::text,                                                                           -- 2
       name::text,                                                                             -- 3
       part::text                                                                              -- 4
  FROM (
    SELECT CASE WHEN r.relkind = 'p' THEN 'partitioned' ELSE 'inherited' END AS kind,
           r.nspname AS namespace, r.relname AS object, NULL::name AS name, NULL::name AS part, 0 AS place, 0 AS later
      FROM relations r
     WHERE r.relhassubclass
    UNION ALL
    SELECT 'row security', r.nspname, r.relname, NULL, NULL, 0, 0
      FROM relations r
     WHERE r.relrowsecurity
    UNION ALL
    SELECT CASE k.contype WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' ELSE 'deferring' END,
           r.nspname, r.relname, k.conname, NULL, 0,
           -- Keys that are indexes come before foreign keys.
           CASE k.contype WHEN 'f' THEN 1 ELSE 0 END
      FROM relations r
      JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
     WHERE k.contype IN ('c', 'x')
        OR k.contype IN ('p', 'u', 'f') AND (k.condeferrable OR k.condeferred)
    UNION ALL
    SELECT 'expression index', r.nspname, r.relname, x.relname, NULL, 0, 0
      FROM relations r
      JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
      JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
     WHERE i.indexprs IS NOT NULL
       AND (i.indpred IS NULL OR $2)
       AND NOT i.indisexclusion
    UNION ALL
    -- Bit 0 of an option is DESC, bit 1 NULLS FIRST, and each is usual with the other.
    SELECT 'nulls order', r.nspname, r.relname, x.relname, a.attname, o.place::int4, 0
      FROM relations r
      JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
      JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
     CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(i.indoption::int2[]), pg_catalog.unnest(i.indkey::int2[]))
           WITH ORDINALITY o (bits, column_number, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = o.column_number
     WHERE (o.bits & 1 = 1) <> (o.bits & 2 = 2)
       AND i.indexprs IS NULL
       AND (i.indpred IS NULL OR $2)
       AND NOT i.indisexclusion
    UNION ALL
    SELECT 'comment', r.nspname, r.relname, NULL, a.attname, d.objsubid, 0
      FROM relations r
      JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = r.oid
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.objsubid AND d.objsubid > 0
    UNION ALL
    SELECT 'comment', n.nspname, t.typname, NULL, NULL, 0, 0
      FROM pg_catalog.pg_type t
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_type'::regclass AND d.objoid = t.oid
     WHERE n.nspname = ANY ($1)
       AND t.typtype = 'e'
  ) remarks
 ORDER BY namespace, object, kind, later, name, place
