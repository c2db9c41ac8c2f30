-- The columns of the relations $1, one row each, in no order. Types are given by id.
SELECT a.attrelid,                                                                             -- 0
       a.attnum,                                                                               -- 1
       a.attname,                                                                              -- 2
       a.atttypid,                                                                             -- 3
       a.atttypmod,                                                                            -- 4
       a.attnotnull,                                                                           -- 5
       a.attidentity,                                                                          -- 6
       a.attgenerated                                                                          -- 7
  FROM pg_catalog.pg_attribute a
 WHERE a.attrelid = ANY ($1)
   AND a.attnum > 0
   AND NOT a.attisdropped
