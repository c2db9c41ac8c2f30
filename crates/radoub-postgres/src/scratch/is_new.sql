-- Whether nothing is in this database that somebody has made: ids below 16384 are those that it was born with.
-- Namespaces of temporary tables stay when these are gone.
SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE oid = 2200 AND nspname = 'public')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_(toast_)?temp_')
   AND NOT EXISTS (SELECT FROM (
              SELECT oid FROM pg_catalog.pg_am
    UNION ALL SELECT oid FROM pg_catalog.pg_amop
    UNION ALL SELECT oid FROM pg_catalog.pg_amproc
    UNION ALL SELECT oid FROM pg_catalog.pg_attrdef
    UNION ALL SELECT oid FROM pg_catalog.pg_cast
    UNION ALL SELECT oid FROM pg_catalog.pg_class
    UNION ALL SELECT oid FROM pg_catalog.pg_collation
    UNION ALL SELECT oid FROM pg_catalog.pg_constraint
    UNION ALL SELECT oid FROM pg_catalog.pg_conversion
    UNION ALL SELECT oid FROM pg_catalog.pg_default_acl
    UNION ALL SELECT oid FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT oid FROM pg_catalog.pg_extension
    UNION ALL SELECT oid FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT oid FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT oid FROM pg_catalog.pg_language
    UNION ALL SELECT oid FROM pg_catalog.pg_largeobject_metadata
    UNION ALL SELECT oid FROM pg_catalog.pg_opclass
    UNION ALL SELECT oid FROM pg_catalog.pg_operator
    UNION ALL SELECT oid FROM pg_catalog.pg_opfamily
    UNION ALL SELECT oid FROM pg_catalog.pg_policy
    UNION ALL SELECT oid FROM pg_catalog.pg_proc
    UNION ALL SELECT oid FROM pg_catalog.pg_publication
    UNION ALL SELECT oid FROM pg_catalog.pg_publication_rel
    UNION ALL SELECT oid FROM pg_catalog.pg_rewrite
    UNION ALL SELECT oid FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT oid FROM pg_catalog.pg_transform
    UNION ALL SELECT oid FROM pg_catalog.pg_trigger
    UNION ALL SELECT oid FROM pg_catalog.pg_ts_config
    UNION ALL SELECT oid FROM pg_catalog.pg_ts_dict
    UNION ALL SELECT oid FROM pg_catalog.pg_ts_parser
    UNION ALL SELECT oid FROM pg_catalog.pg_ts_template
    UNION ALL SELECT oid FROM pg_catalog.pg_type
       ) things WHERE oid >= 16384)
