-- Empties a database: everything that does not belong to the system goes, and `public` comes back as a
-- fresh database has it.
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN SELECT evtname FROM pg_event_trigger LOOP
        EXECUTE format('DROP EVENT TRIGGER %I', thing.evtname);
    END LOOP;
    FOR thing IN SELECT nspname FROM pg_namespace
                  WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', thing.nspname);
    END LOOP;
    FOR thing IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP
        EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', thing.extname);
    END LOOP;
    FOR thing IN SELECT srvname FROM pg_foreign_server LOOP
        EXECUTE format('DROP SERVER %I CASCADE', thing.srvname);
    END LOOP;
    FOR thing IN SELECT fdwname FROM pg_foreign_data_wrapper LOOP
        EXECUTE format('DROP FOREIGN DATA WRAPPER %I CASCADE', thing.fdwname);
    END LOOP;
    FOR thing IN SELECT lomoid FROM (SELECT oid AS lomoid FROM pg_largeobject_metadata) it LOOP
        PERFORM lo_unlink(thing.lomoid);
    END LOOP;
    CREATE SCHEMA public;
    IF current_setting('server_version_num')::int >= 150000 THEN
        ALTER SCHEMA public OWNER TO pg_database_owner;
        GRANT USAGE ON SCHEMA public TO PUBLIC;
    ELSE
        GRANT ALL ON SCHEMA public TO PUBLIC;
    END IF;
    COMMENT ON SCHEMA public IS 'standard public schema';
END
$$
