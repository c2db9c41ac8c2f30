-- Functions, procedures and aggregates of the namespaces $1, without those of extensions.
SELECT p.oid,                                                                                  -- 0
       n.nspname::text,                                                                        -- 1
       p.proname::text,                                                                        -- 2
       pg_catalog.oidvectortypes(p.proargtypes),                                               -- 3
       p.prokind::text,                                                                        -- 4
       -- the server always writes the namespace of the function itself
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END,               -- 5
       pg_catalog.quote_ident(n.nspname) || '.',                                               -- 6
       -- of an aggregate: arguments, and its parts as words and values
       pg_catalog.pg_get_function_arguments(p.oid),                                            -- 7
       CASE WHEN p.prokind = 'a' THEN (
           SELECT ARRAY(SELECT x.word || ' = ' || x.value FROM (VALUES
                      (1, 'SFUNC', a.aggtransfn::text),
                      (2, 'STYPE', pg_catalog.format_type(a.aggtranstype, NULL)),
                      (3, 'SSPACE', NULLIF(a.aggtransspace, 0)::text),
                      (4, 'FINALFUNC', CASE WHEN a.aggfinalfn::oid <> 0 THEN a.aggfinalfn::text END),
                      (5, 'COMBINEFUNC', CASE WHEN a.aggcombinefn::oid <> 0 THEN a.aggcombinefn::text END),
                      (6, 'SERIALFUNC', CASE WHEN a.aggserialfn::oid <> 0 THEN a.aggserialfn::text END),
                      (7, 'DESERIALFUNC', CASE WHEN a.aggdeserialfn::oid <> 0 THEN a.aggdeserialfn::text END),
                      (8, 'INITCOND', pg_catalog.quote_literal(a.agginitval)),
                      (9, 'MSFUNC', CASE WHEN a.aggmtransfn::oid <> 0 THEN a.aggmtransfn::text END),
                      (10, 'MINVFUNC', CASE WHEN a.aggminvtransfn::oid <> 0 THEN a.aggminvtransfn::text END),
                      (11, 'MSTYPE', CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END),
                      (12, 'MFINALFUNC', CASE WHEN a.aggmfinalfn::oid <> 0 THEN a.aggmfinalfn::text END),
                      (13, 'MINITCOND', pg_catalog.quote_literal(a.aggminitval)),
                      (14, 'SORTOP', CASE WHEN a.aggsortop <> 0 THEN 'OPERATOR(' || a.aggsortop::pg_catalog.regoperator::text || ')' END),
                      (15, 'PARALLEL', CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END)
                  ) x (place, word, value) WHERE x.value IS NOT NULL ORDER BY x.place)
             FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid
       ) END                                                                                   -- 8
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname = ANY ($1)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
 ORDER BY n.nspname, p.proname, 4
