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
help-prisma-db-pull-about = Write the schema from the database, keeping the names that the schema gives
help-prisma-db-pull-arg-force = Forget the models of the schema that is there
help-prisma-db-pull-arg-print = Print the schema instead of writing it
help-prisma-db-pull-arg-schemas = PostgreSQL schemas to look at instead of those of the datasource
help-prisma-db-pull-arg-url = Database to look at instead of the configured one
help-prisma-db-pull-arg-schema = Schema file or folder
help-prisma-db-pull-arg-config = Prisma config file
help-prisma-db-pull-arg-composite-type-depth = Without effect on PostgreSQL
help-prisma-db-pull-arg-local-d1 = Not for PostgreSQL
help-prisma-db-pull-examples = {"  "}radoub prisma db pull
  {"  "}radoub prisma db pull --print > pulled.prisma
  {"  "}radoub prisma db pull --force --schema services/auth/prisma/schema.prisma
help-prisma-migrate-diff-about = Show what turns one schema into another, as a summary or as a script
help-prisma-migrate-diff-arg-from-empty = From nothing
help-prisma-migrate-diff-arg-to-empty = To nothing
help-prisma-migrate-diff-arg-from-schema = From this schema file or folder
help-prisma-migrate-diff-arg-to-schema = To this schema file or folder
help-prisma-migrate-diff-arg-from-schema-datamodel = The same under its name of 5 and 6
help-prisma-migrate-diff-arg-to-schema-datamodel = The same under its name of 5 and 6
help-prisma-migrate-diff-arg-from-schema-datasource = From the database that this schema names (5 and 6)
help-prisma-migrate-diff-arg-to-schema-datasource = To the database that this schema names (5 and 6)
help-prisma-migrate-diff-arg-from-url = From this database (5 and 6)
help-prisma-migrate-diff-arg-to-url = To this database (5 and 6)
help-prisma-migrate-diff-arg-from-config-datasource = From the database of the Prisma config file
help-prisma-migrate-diff-arg-to-config-datasource = To the database of the Prisma config file
help-prisma-migrate-diff-arg-from-migrations = From what the migrations of this folder make of an empty database
help-prisma-migrate-diff-arg-to-migrations = To what the migrations of this folder make of an empty database
help-prisma-migrate-diff-arg-from-local-d1 = Refused: radoub speaks to PostgreSQL only
help-prisma-migrate-diff-arg-to-local-d1 = Refused: radoub speaks to PostgreSQL only
help-prisma-migrate-diff-arg-shadow-database-url = Database to run migrations on, which is emptied first (default: a temporary one; 5 and 6)
help-prisma-migrate-diff-arg-script = SQL instead of a summary
help-prisma-migrate-diff-arg-exit-code = End with 2 when there is a difference, with 1 on an error
help-prisma-migrate-diff-arg-output = File to write to instead of standard output
help-prisma-migrate-diff-arg-config = Prisma config file
help-prisma-migrate-diff-examples = {"  "}radoub prisma migrate diff --from-empty --to-schema prisma/schema.prisma --script
  {"  "}radoub prisma migrate diff --from-migrations prisma/migrations --to-schema prisma/schema.prisma --exit-code
  {"  "}radoub prisma migrate diff --from-url "$DATABASE_URL" --to-schema-datamodel prisma/schema.prisma
help-prisma-migrate-dev-about = Write the next migration of a development database and apply it
help-prisma-migrate-dev-arg-name = Name of the migration
help-prisma-migrate-dev-arg-create-only = Write it and do not apply it
help-prisma-migrate-dev-arg-skip-generate = Do not run the generators (5 and 6)
help-prisma-migrate-dev-arg-skip-seed = Do not run the seed after a reset (5 and 6)
help-prisma-migrate-dev-arg-url = Database to use instead of the configured one (7)
help-prisma-migrate-dev-arg-schema = Schema file or folder
help-prisma-migrate-dev-arg-config = Prisma config file
help-prisma-migrate-dev-examples = {"  "}radoub prisma migrate dev --name add_orders
  {"  "}radoub prisma migrate dev --create-only --name split_address
help-prisma-migrate-reset-about = Empty the database and build it anew from its migrations; all data is lost
help-prisma-migrate-reset-arg-force = Do not ask (also -f)
help-prisma-migrate-reset-arg-skip-generate = Do not run the generators (5 and 6)
help-prisma-migrate-reset-arg-skip-seed = Do not run the seed (5 and 6)
help-prisma-migrate-reset-arg-schema = Schema file or folder
help-prisma-migrate-reset-arg-config = Prisma config file
help-prisma-migrate-reset-examples = {"  "}radoub prisma migrate reset
  {"  "}radoub prisma migrate reset --force --skip-seed
help-prisma-db-push-about = Make the database what the schema wants, without a migration
help-prisma-db-push-arg-accept-data-loss = Do it also where data may be lost
help-prisma-db-push-arg-force-reset = Empty the database first; all data is lost
help-prisma-db-push-arg-skip-generate = Do not run the generators (5 and 6)
help-prisma-db-push-arg-url = Database to use instead of the configured one (7)
help-prisma-db-push-arg-schema = Schema file or folder
help-prisma-db-push-arg-config = Prisma config file
help-prisma-db-push-examples = {"  "}radoub prisma db push
  {"  "}radoub prisma db push --accept-data-loss --skip-generate
