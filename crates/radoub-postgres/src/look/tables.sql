-- The tables that make Prisma refuse a first migration: how many, and the first of them, named from the schema of
-- the URL, $1. $2 are all schemas that count. Only asked where there is no ledger.
WITH counting AS (
    SELECT s.nspname, t.relname
      FROM pg_catalog.pg_class t
      JOIN pg_catalog.pg_namespace s ON s.oid = t.relnamespace
     WHERE s.nspname = ANY ($2)
       AND t.relkind = 'r'
       AND t.relname <> ALL ('{_prisma_migrations,spatial_ref_sys,geometry_columns,geography_columns,raster_columns,raster_overviews}')
)
SELECT (SELECT pg_catalog.count(*) FROM counting),                                             -- 0
       ARRAY(SELECT CASE WHEN nspname = $1 THEN '' ELSE nspname || '.' END || relname
               FROM counting
              ORDER BY nspname <> $1, relname LIMIT 20)                                        -- 1
