-- Sequences of the namespaces $1 that count up: where they are, and where their column or they themselves end.
SELECT n.nspname::text, s.relname::text, v.last::int8, LEAST(q.seqmax, f.most)::int8
  FROM pg_catalog.pg_sequence q
  JOIN pg_catalog.pg_class s ON s.oid = q.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
 CROSS JOIN LATERAL (SELECT CASE WHEN pg_catalog.has_sequence_privilege(s.oid, 'USAGE, SELECT')
                                 THEN pg_catalog.pg_sequence_last_value(s.oid) END AS last) v
  LEFT JOIN LATERAL (
       SELECT CASE a.atttypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 END::int8 AS most
         FROM pg_catalog.pg_depend d
         JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.oid
          AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
        LIMIT 1) f ON true
 WHERE n.nspname = ANY ($1) AND q.seqincrement > 0 AND NOT q.seqcycle AND v.last IS NOT NULL
 ORDER BY 1, 2
