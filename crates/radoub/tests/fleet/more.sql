-- A hundred thousand rows in the first table, by name, that refers to no other and takes generated ones.
DO $$
DECLARE
    target record;
    names text;
    expressions text;
BEGIN
    FOR target IN
        SELECT c.oid, c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f')
        ORDER BY c.relname
    LOOP
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
               string_agg(CASE
                   WHEN t.typtype = 'e' THEN format('(enum_range(NULL::%s))[1]', t.oid::regtype)
                   WHEN t.typcategory = 'A' THEN format('''{}''::%s', t.oid::regtype)
                   WHEN t.typname = 'bool' THEN 'n % 2 = 0'
                   WHEN t.typname IN ('json', 'jsonb') THEN format('format(''{"n": %%s}'', n)::%s', t.oid::regtype)
                   WHEN t.typname = 'uuid' THEN '(''00000000-0000-0000-0000-'' || lpad(n::text, 12, ''0''))::uuid'
                   WHEN t.typcategory = 'N' AND k.is_unique THEN 'n'
                   WHEN t.typcategory = 'N' THEN 'n % 100'
                   WHEN t.typcategory = 'D' THEN '''2026-02-11 10:00:00'''
                   WHEN t.typcategory = 'S' THEN format('n || ''-%s''', a.attnum)
                   ELSE 'NULL'
               END, ', ' ORDER BY a.attnum)
        INTO names, expressions
        FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)
            ) AS is_unique
        ) k
        WHERE a.attrelid = target.oid AND a.attnum > 0 AND NOT a.attisdropped;
        BEGIN
            EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM generate_series(1000, 100999) n', target.name, names, expressions);
            RETURN;
        EXCEPTION WHEN others THEN
            -- A key of an enum or of a date takes no more rows: the next table does.
            CONTINUE;
        END;
    END LOOP;
    RAISE 'no table takes generated rows';
END
$$;
