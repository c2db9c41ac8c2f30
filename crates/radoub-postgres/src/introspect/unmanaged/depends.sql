-- What needs what, among things that are not of the system: class and id of the one that needs, class and id
-- of the one that is needed. Parts count as what they are parts of (the default of a column as its table, the
-- rule of a view as the view, the row type as the table, an array as its elements), members of an extension as
-- the extension. Only what tables, views, functions and types need of each other matters; that a part of a table
-- needs a table goes without saying.
WITH pair AS (
       SELECT COALESCE(r.class, CASE WHEN a.oid IS NOT NULL THEN 'pg_catalog.pg_class'::pg_catalog.regclass::oid
                                     WHEN k.contypid <> 0 THEN 'pg_catalog.pg_type'::pg_catalog.regclass::oid
                                     ELSE d.classid END) AS class,
              COALESCE(r.oid, a.adrelid, NULLIF(k.contypid, 0), d.objid) AS oid,
              d.refclassid, d.refobjid
         FROM pg_catalog.pg_depend d
         LEFT JOIN (SELECT w.oid AS rule, 'pg_catalog.pg_class'::pg_catalog.regclass::oid AS class, w.ev_class AS oid
                      FROM pg_catalog.pg_rewrite w WHERE w.rulename = '_RETURN') r
                ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.rule = d.objid
         LEFT JOIN pg_catalog.pg_attrdef a
                ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND a.oid = d.objid
         LEFT JOIN pg_catalog.pg_constraint k
                ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
        WHERE d.refobjid >= 16384 AND d.objid >= 16384
          AND d.deptype IN ('n', 'a')
          AND (d.classid <> 'pg_catalog.pg_trigger'::pg_catalog.regclass
               OR d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
          AND (d.refclassid <> 'pg_catalog.pg_class'::pg_catalog.regclass
               OR d.classid IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_type'::pg_catalog.regclass)
               OR d.refobjid IN (SELECT v.oid FROM pg_catalog.pg_class v WHERE v.relkind IN ('v', 'm', 'S')))
     ), needed AS (
       SELECT p.class, p.oid,
              CASE WHEN e.refobjid IS NOT NULL THEN 'pg_catalog.pg_extension'::pg_catalog.regclass::oid
                   WHEN t.typrelid <> 0 AND c.relkind <> 'c' THEN 'pg_catalog.pg_class'::pg_catalog.regclass::oid
                   ELSE p.refclassid END AS needs_class,
              CASE WHEN e.refobjid IS NOT NULL THEN e.refobjid
                   WHEN t.typrelid <> 0 AND c.relkind <> 'c' THEN t.typrelid
                   WHEN t.typelem <> 0 AND t.typlen = -1 THEN t.typelem
                   ELSE p.refobjid END AS needs_oid
         FROM pair p
         LEFT JOIN pg_catalog.pg_depend e
                ON e.classid = p.refclassid AND e.objid = p.refobjid AND e.deptype = 'e'
         LEFT JOIN pg_catalog.pg_type t
                ON p.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = p.refobjid
         LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
     )
SELECT DISTINCT n.class,                                                                       -- 0
       n.oid,                                                                                  -- 1
       n.needs_class,                                                                          -- 2
       n.needs_oid,                                                                            -- 3
       COALESCE(c.relkind IN ('r', 'p'), false)                                                -- 4
  FROM needed n
  LEFT JOIN pg_catalog.pg_class c ON n.needs_class = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = n.needs_oid
 WHERE (n.class, n.oid) <> (n.needs_class, n.needs_oid)
   AND (n.class IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_type'::pg_catalog.regclass)
        OR c.relkind IS NULL OR c.relkind IN ('v', 'm', 'S'))
 ORDER BY 1, 2, 3, 4
