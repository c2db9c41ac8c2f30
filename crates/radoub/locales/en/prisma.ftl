# Help of `radoub prisma`. What its commands say themselves is in Prisma's words.

help-prisma-about = Stand in for the Prisma CLI: the same flags, decisive words and exit codes, for one service
help-prisma-migrate-about = prisma migrate
help-prisma-migrate-status-about = Compare the migrations folder with the database
help-prisma-migrate-deploy-about = Apply the pending migrations
help-prisma-migrate-resolve-about = Mark a migration as applied or as rolled back
help-prisma-migrate-status-arg-schema = Schema file or folder
help-prisma-migrate-deploy-arg-schema = Schema file or folder
help-prisma-migrate-resolve-arg-schema = Schema file or folder
help-prisma-migrate-status-arg-config = Prisma config file
help-prisma-migrate-deploy-arg-config = Prisma config file
help-prisma-migrate-resolve-arg-config = Prisma config file
help-prisma-migrate-resolve-arg-applied = Migration that the database contains already
help-prisma-migrate-resolve-arg-rolled-back = Failed migration of which nothing is left
help-prisma-arg-prisma = Release of Prisma to follow, 5, 6 or 7 (default: the one the package names) [RADOUB_PRISMA]
help-prisma-validate-about = Check a schema: every mistake at once, with its line and a remedy
help-prisma-validate-arg-schema = Schema file or folder
help-prisma-validate-arg-config = Prisma config file
help-prisma-validate-examples = {"  "}radoub prisma validate
  {"  "}radoub prisma validate --schema services/auth/prisma/schema.prisma --prisma 7
  {"  "}radoub prisma validate --json | jq '.errors[].message'
help-prisma-format-about = Lay the files of a schema out as Prisma does
help-prisma-format-arg-schema = Schema file or folder
help-prisma-format-arg-config = Prisma config file
help-prisma-format-arg-check = Change nothing; end with 1 when a file is not laid out
help-prisma-format-examples = {"  "}radoub prisma format
  {"  "}radoub prisma format --check
help-prisma-migrate-diff-about = Show what turns one schema into another, as a summary or as a script
help-prisma-migrate-diff-arg-from-empty = From nothing
help-prisma-migrate-diff-arg-from-schema = From this schema file or folder (also --from-schema-datamodel)
help-prisma-migrate-diff-arg-to-empty = To nothing
help-prisma-migrate-diff-arg-to-schema = To this schema file or folder (also --to-schema-datamodel)
help-prisma-migrate-diff-arg-script = SQL instead of a summary
help-prisma-migrate-diff-arg-exit-code = End with 2 when there is a difference, with 1 on an error
help-prisma-migrate-diff-arg-output = File to write to instead of standard output
help-prisma-migrate-diff-arg-config = Prisma config file
help-prisma-migrate-diff-arg-from-url = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-to-url = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-from-migrations = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-to-migrations = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-from-schema-datasource = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-to-schema-datasource = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-from-config-datasource = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-to-config-datasource = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-from-local-d1 = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-to-local-d1 = Not taken yet: only schema files are compared
help-prisma-migrate-diff-arg-shadow-database-url = Not taken yet: only schema files are compared
help-prisma-migrate-diff-examples = {"  "}radoub prisma migrate diff --from-empty --to-schema prisma/schema.prisma --script
  {"  "}radoub prisma migrate diff --from-schema old.prisma --to-schema new.prisma --exit-code
help-prisma-examples = {"  "}radoub prisma migrate deploy
  {"  "}ln -s radoub /usr/local/bin/prisma && prisma migrate status
help-prisma-db-about = prisma db
help-prisma-db-execute-about = Run a script on a database, without recording it
help-prisma-db-execute-arg-files = Script to run
help-prisma-db-execute-arg-stdin = Run what comes on standard input
help-prisma-db-execute-arg-url = Database to run it on (5 and 6)
help-prisma-db-execute-arg-schema = Schema whose datasource names the database (5 and 6)
help-prisma-db-execute-arg-config = Prisma config file
help-prisma-db-execute-examples = {"  "}radoub prisma db execute --file ./script.sql --schema prisma/schema.prisma
  {"  "}echo 'TRUNCATE TABLE dev;' | radoub prisma db execute --stdin --url "$DATABASE_URL"
help-prisma-db-seed-about = Run the configured seed command
help-prisma-db-seed-arg-config = Prisma config file
help-prisma-db-seed-arg-arguments = Words for the seed command
help-prisma-db-seed-examples = {"  "}radoub prisma db seed
  {"  "}radoub prisma db seed -- --environment test
