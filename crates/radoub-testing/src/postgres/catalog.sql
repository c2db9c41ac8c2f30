-- What a database consists of, one line a thing, in an order that depends on names only: the fallback of
-- Cluster::catalog where no pg_dump fits the server. Extensions' own things and the system's are left out.
WITH spaces AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), foreign_things AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
)
SELECT line FROM (
    SELECT 'schema ' || quote_ident(nspname) AS line FROM spaces
    UNION ALL
    SELECT 'extension ' || quote_ident(extname) || ' ' || extversion FROM pg_extension
    UNION ALL
    SELECT format('relation %s kind %s persistence %s options %s rls %s/%s%s',
        c.oid::regclass, c.relkind, c.relpersistence, c.reloptions, c.relrowsecurity, c.relforcerowsecurity,
        CASE WHEN c.relkind IN ('v', 'm') THEN ' as ' || pg_get_viewdef(c.oid) ELSE '' END)
    FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
      AND NOT EXISTS (SELECT FROM foreign_things f WHERE f.classid = 'pg_class'::regclass AND f.objid = c.oid)
    UNION ALL
    SELECT format('column %s.%I number %s type %s%s default %s identity %s generated %s collation %s',
        c.oid::regclass, a.attname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum),
        format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
        pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation::regcollation)
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN spaces s ON s.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
      AND NOT EXISTS (SELECT FROM foreign_things f WHERE f.classid = 'pg_class'::regclass AND f.objid = c.oid)
    UNION ALL
    SELECT format('constraint %s.%I %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k JOIN spaces s ON s.oid = k.connamespace
    WHERE k.contype <> 'n'
    UNION ALL
    SELECT 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN spaces s ON s.oid = c.relnamespace
    UNION ALL
    SELECT format('sequence %I.%I %s %s %s %s %s cycle %s owned by %s', p.schemaname, p.sequencename, p.data_type,
        p.start_value, p.min_value, p.max_value, p.increment_by, p.cycle,
        (SELECT format('%s.%s', d.refobjid::regclass, d.refobjsubid) FROM pg_depend d
         WHERE d.objid = format('%I.%I', p.schemaname, p.sequencename)::regclass
           AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
    FROM pg_sequences p JOIN spaces s ON s.nspname = p.schemaname
    UNION ALL
    SELECT format('type %s %s labels %s base %s %s', t.oid::regtype, t.typtype,
        (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
        CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, t.typnotnull)
    FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace
    WHERE t.typtype IN ('e', 'd', 'r')
      AND NOT EXISTS (SELECT FROM foreign_things f WHERE f.classid = 'pg_type'::regclass AND f.objid = t.oid)
    UNION ALL
    SELECT 'function ' || pg_get_functiondef(p.oid)
    FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
    WHERE p.prokind IN ('f', 'p')
      AND NOT EXISTS (SELECT FROM foreign_things f WHERE f.classid = 'pg_proc'::regclass AND f.objid = p.oid)
    UNION ALL
    SELECT 'trigger ' || pg_get_triggerdef(t.oid) || ' enabled ' || t.tgenabled::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN spaces s ON s.oid = c.relnamespace
    WHERE NOT t.tgisinternal
    UNION ALL
    SELECT 'rule ' || pg_get_ruledef(r.oid)
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN spaces s ON s.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT format('policy %s.%I %s %s %s %s', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy p
    UNION ALL
    SELECT format('comment on %s: %s', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description)
    FROM pg_description d JOIN pg_class c ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid
    JOIN spaces s ON s.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT FROM foreign_things f WHERE f.classid = d.classoid AND f.objid = d.objoid)
) things
ORDER BY line COLLATE "C"
