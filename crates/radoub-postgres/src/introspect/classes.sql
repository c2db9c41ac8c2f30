-- All operator classes of the database, to tell those of indexes by their ids.
SELECT o.oid,                                                                                  -- 0
       o.opcname,                                                                              -- 1
       o.opcdefault                                                                            -- 2
  FROM pg_catalog.pg_opclass o
