-- Types of the database, one row each, in no order: those that somebody has made, and no rows of tables; all of
-- them when $1. How they hang together is worked out by who reads them: joins of this catalog with itself cost the
-- server five times as much.
SELECT t.oid,                                                                                  -- 0
       t.typname,                                                                              -- 1
       t.typnamespace,                                                                         -- 2
       t.typtype,                                                                              -- 3
       t.typbasetype,                                                                          -- 4
       t.typelem,                                                                              -- 5
       t.typarray,                                                                             -- 6
       t.typlen,                                                                               -- 7
       t.typtypmod,                                                                            -- 8
       t.typnotnull,                                                                           -- 9
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.oid, NULL) END                  -- 10
  FROM pg_catalog.pg_type t
 WHERE t.oid >= 16384 AND t.typtype <> 'c'
    OR $1
