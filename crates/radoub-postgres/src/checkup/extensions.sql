-- Which of the extensions $1 the server could not create.
SELECT w.name
  FROM pg_catalog.unnest($1) w(name)
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions e WHERE e.name = w.name)
 ORDER BY 1
