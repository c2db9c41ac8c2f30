-- What the namespaces $1 hold that can be dropped one by one: the words behind DROP, namespace, name, and the
-- arguments of a function. What an extension brought is left to it, and
-- what is part of something else (the constructors of a range) to that. Columns are read by number: keep reset.rs
-- in step.
SELECT o.kind, o.namespace, o.name, o.arguments
  FROM (
      SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                            WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE'
                            WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END AS kind,
             n.nspname::text AS namespace, c.relname::text AS name, NULL::text AS arguments,
             CASE c.relkind WHEN 'v' THEN 1 WHEN 'm' THEN 2 WHEN 'S' THEN 4 WHEN 'c' THEN 5 ELSE 3 END AS turn,
             c.oid, 'pg_catalog.pg_class'::pg_catalog.regclass AS class
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
      UNION ALL
      SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
             n.nspname::text, p.proname::text, pg_catalog.pg_get_function_identity_arguments(p.oid),
             6, p.oid, 'pg_catalog.pg_proc'::pg_catalog.regclass
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname = ANY ($1)
      UNION ALL
      SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END,
             n.nspname::text, t.typname::text, NULL,
             7, t.oid, 'pg_catalog.pg_type'::pg_catalog.regclass
        FROM pg_catalog.pg_type t
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
       WHERE n.nspname = ANY ($1) AND t.typtype IN ('e', 'd', 'r')
  ) o
 WHERE NOT EXISTS (
     SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = o.class AND d.objid = o.oid
        AND (d.deptype = 'e' OR d.deptype = 'i' AND o.class = 'pg_catalog.pg_proc'::pg_catalog.regclass))
 ORDER BY o.turn, o.namespace, o.name, o.arguments
