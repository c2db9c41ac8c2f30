-- Whether databases can be made here, by this role. Columns are read by number: keep scratch.rs in step.
SELECT pg_catalog.pg_is_in_recovery(),                                                  -- 0
       pg_catalog.current_setting('default_transaction_read_only')::bool,               -- 1
       COALESCE((SELECT r.rolsuper OR r.rolcreatedb FROM pg_catalog.pg_roles r
                  WHERE r.rolname = current_user), false)                               -- 2
