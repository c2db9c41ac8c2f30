-- The operator classes of the database, to tell those of indexes by their ids; without those that B-trees (403)
-- and hashes (405) have when none is said.
SELECT o.oid,                                                                                  -- 0
       o.opcname,                                                                              -- 1
       o.opcdefault                                                                            -- 2
  FROM pg_catalog.pg_opclass o
 WHERE NOT o.opcdefault OR o.opcmethod NOT IN (403, 405)
