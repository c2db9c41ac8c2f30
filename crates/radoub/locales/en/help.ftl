# Help texts. The key says the place: help-COMMAND-arg-ARGUMENT.
help-usage = Usage:
help-commands = Commands
help-arguments = Arguments
help-options = Options
help-shared-options = Options of every command
help-examples = Examples:
help-arg-help = Show this help
help-arg-version = Show the version
help-about = Keeps a fleet of services, each with its own PostgreSQL database under Prisma Migrate, at its schema. Without a command: radoub check.
help-arg-dir = Folder of the project (default: where you are)
help-arg-files = Compose file; may be repeated (default: as docker compose finds them)
help-arg-profiles = Compose profile to switch on; may be repeated
help-arg-project-name = Name of the Compose project
help-arg-env-files = Environment file to use instead of .env; may be repeated
help-arg-config = The fleet file (default: radoub.toml in the project's folder) [RADOUB_CONFIG]
help-arg-json = One JSON document instead of text
help-arg-plain = Lines instead of a live table, as when the output is piped
help-arg-lang = Language, fr or en (default: that of the system) [RADOUB_LANG]
help-arg-jobs = Services worked on at once (default: 64) [RADOUB_JOBS]
help-arg-per-server = Services worked on at once on one server (default: 8) [RADOUB_PER_SERVER]
help-arg-timeout = Seconds that a server has to answer (default: 5, or connect_timeout of the URL) [RADOUB_TIMEOUT]
help-arg-state-dir = Folder of the journals (default: .radoub beside the fleet) [RADOUB_STATE_DIR]

help-check-about = Show the state of every service's database, at once, and change nothing
help-check-arg-services = Services to look at (default: all)
help-check-examples = {"  "}radoub check
  {"  "}radoub check auth-service technical-service
  {"  "}radoub check --json | jq '.services[] | select(.state == "pending")'
help-plan-about = Show what an apply would do, and what it would risk; change nothing
help-plan-arg-services = Services to look at (default: all)
help-plan-arg-only = Only these services, comma-separated; the same as naming them
help-plan-arg-except = All services but these, comma-separated
help-plan-arg-until = Leave alone what comes behind this migration: a name, its beginning, or a time stamp
help-plan-arg-create-database = Create the databases that do not exist
help-plan-arg-allow = Agree to something by name: delete-data, rewrite-table, long-lock, drift, edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated
help-plan-arg-max-failures = Go on into later waves until more than so many services failed; then begin nothing more (default: a wave comes to its end, none follows a failure)
help-plan-arg-output = File to write the plan to, for apply --plan
help-plan-arg-markdown = Markdown, for a merge request
help-plan-arg-sql = Show the statements in full
help-plan-examples = {"  "}radoub plan
  {"  "}radoub plan --markdown > plan.md
  {"  "}radoub plan -o plan.json --allow delete-data
help-apply-about = Apply the pending migrations of every service, each service on its own
help-apply-arg-services = Services to bring up to date (default: all)
help-apply-arg-only = Only these services, comma-separated; the same as naming them
help-apply-arg-except = All services but these, comma-separated
help-apply-arg-until = Leave alone what comes behind this migration: a name, its beginning, or a time stamp
help-apply-arg-create-database = Create the databases that do not exist
help-apply-arg-allow = Agree to something by name: delete-data, rewrite-table, long-lock, drift, edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated
help-apply-arg-max-failures = Go on into later waves until more than so many services failed; then begin nothing more (default: a wave comes to its end, none follows a failure)
help-apply-arg-plan = Apply this plan, as radoub plan -o wrote it; refused when anything moved since
help-apply-arg-report = Write the report into this file; its ending says the form: .json, .xml (JUnit), .md, .html, .txt; may be repeated
help-apply-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-apply-arg-lock-timeout = Seconds a statement may queue for a table before it steps back and tries again (default: 2)
help-apply-arg-lock-budget = Seconds of such tries before a migration is given up, unchanged (default: 60)
help-apply-examples = {"  "}radoub apply
  {"  "}radoub apply billing-service --create-database
  {"  "}radoub apply --except hr-service --until 20260212 --report run.html
  {"  "}radoub apply --plan plan.json
help-resume-about = Go on with a run that was stopped, failed or killed; what is applied is read from the databases
help-resume-arg-run = The run: its name, the beginning or end of it, or last (default: last)
help-resume-arg-report = Write the report into this file; its ending says the form: .json, .xml (JUnit), .md, .html, .txt; may be repeated
help-resume-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-resume-arg-lock-timeout = Seconds a statement may queue for a table before it steps back and tries again (default: 2)
help-resume-arg-lock-budget = Seconds of such tries before a migration is given up, unchanged (default: 60)
help-resume-examples = {"  "}radoub resume
  {"  "}radoub resume 20260212-182206-a1b2 --report run.html
help-history-about = Show the runs: when, who, what came of them
help-history-arg-services = Runs that worked on these services (default: all)
help-history-arg-last = How many runs, the newest first (default: 20)
help-history-arg-markdown = The section of the guide, as Markdown
help-history-examples = {"  "}radoub history
  {"  "}radoub history auth-service --markdown
  {"  "}radoub history --json | jq '.runs[0].migrations'
help-show-about = Show the report of a run, from its journal
help-show-arg-run = The run: its name, the beginning or end of it, or last (default: last)
help-show-arg-format = Form: text, json, junit, markdown or html (default: text)
help-show-examples = {"  "}radoub show
  {"  "}radoub show 20260212-182206-a1b2 --format html > run.html
help-resolve-about = Mark a migration of one service as applied or as rolled back
help-resolve-arg-service = The service
help-resolve-arg-applied = Migration that the database contains already
help-resolve-arg-rolled-back = Failed migration of which nothing is left
help-resolve-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-resolve-examples = {"  "}radoub resolve auth-service --rolled-back 20260212000000_auditlog_level
  {"  "}radoub resolve hr-service --applied 20260101000000_baseline
help-services-about = List the services, their databases, and where each fact was found
help-services-arg-services = Services to list (default: all)
help-services-arg-markdown = The table of the guide, as Markdown
help-services-examples = {"  "}radoub services
  {"  "}radoub services --markdown
help-init-about = Write a commented radoub.toml of what was discovered; it is not needed to work
help-init-arg-force = Write over a file that is there
help-init-arg-print = Show it instead of writing it
help-init-examples = {"  "}radoub init --print
help-demo-about = Play the guide's “Problème 1” on a fleet of its own: break, check, apply, check
help-demo-arg-server = Where its databases live: embedded (inside this process) or local (PostgreSQL binaries of this system)
help-demo-arg-keep = Keep the fleet's folder afterwards
help-demo-examples = {"  "}radoub demo
  {"  "}radoub demo --server local
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
help-reference-about = Write a page of the reference
help-reference-arg-page = Which page
help-engine-bench-about = Measure how long schema to SQL takes
help-engine-bench-arg-schemas = Schema files or folders
help-engine-bench-arg-rounds = How often each is done
help-replay-about = Replay the histories of the fleet on scratch databases
help-replay-arg-services = Services to replay (default: all)
help-replay-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-replay-arg-rounds = How often it is done
