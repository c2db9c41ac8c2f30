-- What keeps a schema from being empty, asked where there is no ledger: one row. $1 is the schema of the URL, $2 all
-- schemas that count.
WITH own AS MATERIALIZED (
    SELECT n.nspname, c.relname
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY ($2) AND c.relkind = 'r'
       AND c.relname <> ALL ('{_prisma_migrations,spatial_ref_sys,geometry_columns,geography_columns,raster_columns,raster_overviews}')
)
SELECT (SELECT pg_catalog.count(*) FROM own),
       ARRAY(SELECT CASE WHEN o.nspname = $1 THEN '' ELSE o.nspname || '.' END || o.relname
               FROM own o
              ORDER BY o.nspname <> $1, o.relname LIMIT 20)
