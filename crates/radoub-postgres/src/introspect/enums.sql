-- The labels of all enum types of the database, one row each, in no order.
SELECT e.enumtypid,                                                                            -- 0
       e.enumsortorder,                                                                        -- 1
       e.enumlabel                                                                             -- 2
  FROM pg_catalog.pg_enum e
