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

help-check-about = Show the state of every service's database, at once, and change nothing
help-check-arg-services = Services to look at (default: all)
help-check-examples = {"  "}radoub check
  {"  "}radoub check auth-service technical-service
  {"  "}radoub check --json | jq '.services[] | select(.state == "pending")'
help-apply-about = Apply the pending migrations of every service, each service on its own
help-apply-arg-services = Services to bring up to date (default: all)
help-apply-arg-create-database = Create the databases that do not exist
help-apply-arg-allow = Agree to something odd, by name: edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated
help-apply-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-apply-arg-lock-timeout = Seconds a statement may queue for a table before it steps back and tries again (default: 2)
help-apply-arg-lock-budget = Seconds of such tries before a migration is given up, unchanged (default: 60)
help-apply-examples = {"  "}radoub apply
  {"  "}radoub apply billing-service --create-database
  {"  "}radoub apply --allow missing
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
help-reference-about = Write a page of the reference
help-reference-arg-page = Which page
help-engine-bench-about = Measure how long schema to SQL takes
help-engine-bench-arg-schemas = Schema files or folders
help-engine-bench-arg-rounds = How often each is done
help-replay-about = Replay the histories of the fleet on scratch databases
help-replay-arg-services = Services to replay (default: all)
help-replay-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-replay-arg-rounds = How often it is done
