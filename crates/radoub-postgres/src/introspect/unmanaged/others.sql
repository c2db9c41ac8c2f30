-- What is seldom met, by name: statistics and event triggers with their definitions, and things that are
-- only told. Of the namespaces $1, those of extensions left out.
SELECT o.class, o.oid, o.kind, o.namespace, o.name, o.of_namespace, o.of_name, o.definition, o.prefix
  FROM (
       SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::oid AS class, s.oid, 'statistics' AS kind,
              n.nspname::text AS namespace, s.stxname::text AS name, tn.nspname::text AS of_namespace,
              t.relname::text AS of_name, pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
              pg_catalog.quote_ident(n.nspname) || '.' AS prefix
         FROM pg_catalog.pg_statistic_ext s
         JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
         JOIN pg_catalog.pg_class t ON t.oid = s.stxrelid
         JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
       UNION ALL
       SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass::oid, e.oid, 'event trigger',
              n.nspname::text, e.evtname::text, NULL, NULL,
              'CREATE EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname) || ' ON ' || e.evtevent
                  || CASE WHEN e.evttags IS NULL THEN '' ELSE ' WHEN TAG IN ('
                  || (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(g.tag), ', ') FROM pg_catalog.unnest(e.evttags) g (tag)) || ')' END
                  || ' EXECUTE FUNCTION ' || e.evtfoid::pg_catalog.regproc::text || '()'
                  || CASE e.evtenabled WHEN 'O' THEN '' ELSE E';\nALTER EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname)
                  || CASE e.evtenabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' ENABLE ALWAYS' END END,
              ''
         FROM pg_catalog.pg_event_trigger e
         JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid
         JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
       UNION ALL
       SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass::oid, c.oid, 'collation', n.nspname::text, c.collname::text, NULL, NULL, NULL, ''
         FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
       UNION ALL
       SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass::oid, o.oid, 'operator', n.nspname::text, o.oid::pg_catalog.regoperator::text, NULL, NULL, NULL, ''
         FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
        WHERE n.nspname = ANY ($1)
       UNION ALL
       SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass::oid, o.oid, 'operator class', n.nspname::text, o.opcname::text, NULL, NULL, NULL, ''
         FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
       UNION ALL
       SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass::oid, t.oid, 'text search', n.nspname::text, t.cfgname::text, NULL, NULL, NULL, ''
         FROM pg_catalog.pg_ts_config t JOIN pg_catalog.pg_namespace n ON n.oid = t.cfgnamespace
       UNION ALL
       SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass::oid, t.oid, 'text search', n.nspname::text, t.dictname::text, NULL, NULL, NULL, ''
         FROM pg_catalog.pg_ts_dict t JOIN pg_catalog.pg_namespace n ON n.oid = t.dictnamespace
       UNION ALL
       SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass::oid, c.oid, 'cast', n.nspname::text,
              pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL), NULL, NULL, NULL, ''
         FROM pg_catalog.pg_cast c
         JOIN pg_catalog.pg_type t ON t.oid IN (c.castsource, c.casttarget)
         JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace AND n.nspname = ANY ($1)
        WHERE c.oid >= 16384
       ) o
 WHERE o.namespace = ANY ($1)
   AND o.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype IN ('e', 'i'))
 ORDER BY o.kind, o.namespace, o.name
