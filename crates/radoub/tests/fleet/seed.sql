-- Three rows in every table, whatever it consists of: keys of other tables are not followed.
SET session_replication_role = replica;
DO $$
DECLARE
    target record;
    names text;
    expressions text;
    number int;
BEGIN
    FOR target IN
        SELECT c.oid, c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
        ORDER BY c.relname
    LOOP
        FOR number IN 1..3 LOOP
            SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
                   string_agg(CASE
                       WHEN t.typtype = 'e' THEN format('(enum_range(NULL::%s))[1]', t.oid::regtype)
                       WHEN t.typcategory = 'A' THEN format('''{}''::%s', t.oid::regtype)
                       WHEN t.typname = 'bool' THEN 'true'
                       WHEN t.typname IN ('json', 'jsonb') THEN format('''{"n": %s}''', number)
                       WHEN t.typname = 'uuid' THEN format('''00000000-0000-0000-0000-00000000000%s''', number)
                       WHEN t.typcategory = 'N' THEN number::text
                       WHEN t.typcategory = 'D' THEN format('''2026-02-1%s 10:00:00''', number)
                       WHEN t.typcategory = 'S' THEN format('''%s%s''', number, a.attnum)
                       ELSE 'NULL'
                   END, ', ' ORDER BY a.attnum)
            INTO names, expressions
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = target.oid AND a.attnum > 0 AND NOT a.attisdropped;
            EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', target.name, names, expressions);
        END LOOP;
    END LOOP;
END
$$;
RESET session_replication_role;
