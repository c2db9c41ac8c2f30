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
help-check-arg-deep = Also say of every service whether schema.prisma, history and database agree; takes scratch databases, and longer
help-check-arg-watch = Look again every so many seconds (5 when none are given) and mark what has changed, until Ctrl-C; without a terminal a line for each change
help-check-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-check-examples = {"  "}radoub check
  {"  "}radoub check --deep
  {"  "}radoub check --watch 10
  {"  "}radoub check auth-service technical-service
  {"  "}radoub check --json | jq '.services[] | select(.state == "pending")'
help-plan-about = Show what an apply would do, and what it would risk; change nothing
help-plan-arg-services = Services to look at (default: all)
help-plan-arg-only = Only these services, comma-separated; the same as naming them
help-plan-arg-except = All services but these, comma-separated
help-plan-arg-until = Leave alone what comes behind this migration: a name, its beginning, or a time stamp
help-plan-arg-create-database = Create the databases that do not exist
help-plan-arg-allow = Agree to something by name: delete-data, rewrite-table, long-lock, drift, edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated, push-at-start
help-plan-arg-max-failures = Go on into later waves until more than so many services failed; then begin nothing more (default: a wave comes to its end, none follows a failure)
help-plan-arg-no-backup = Apply without a backup: there is no way back but your own
help-plan-arg-no-restart = Do not restart the services whose database changed
help-plan-arg-rebuild = Build the images of services to be restarted anew
help-plan-arg-no-rebuild = Restart them with the images that are there
help-plan-arg-verify = Look at every service afterwards, also at those that are not restarted: health route, tables, logs
help-plan-arg-no-verify = Do not look at the services that were restarted
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
help-apply-arg-allow = Agree to something by name: delete-data, rewrite-table, long-lock, drift, edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated, push-at-start
help-apply-arg-max-failures = Go on into later waves until more than so many services failed; then begin nothing more (default: a wave comes to its end, none follows a failure)
help-apply-arg-no-backup = Apply without a backup: there is no way back but your own
help-apply-arg-no-restart = Do not restart the services whose database changed
help-apply-arg-rebuild = Build the images of services to be restarted anew
help-apply-arg-no-rebuild = Restart them with the images that are there
help-apply-arg-verify = Look at every service afterwards, also at those that are not restarted: health route, tables, logs
help-apply-arg-no-verify = Do not look at the services that were restarted
help-apply-arg-plan = Apply this plan, as radoub plan -o wrote it; refused when anything moved since
help-apply-arg-report = Write the report into this file; its ending says the form: .json, .xml (JUnit), .md, .html, .txt; may be repeated
help-apply-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-apply-arg-lock-timeout = Seconds a statement may queue for a table before it steps back and tries again (default: 2)
help-apply-arg-lock-budget = Seconds of such tries before a migration is given up, unchanged (default: 60)
help-apply-arg-statement-timeout = Seconds one statement of a migration may take before it is cancelled and undone (default: as the server has it)
help-apply-arg-health-timeout = Seconds that a restarted service has to become well (default: 60, or `health_seconds` of [verify] in radoub.toml)
help-apply-arg-quiet-period = Seconds after which it is looked at a second time (default: 5, or `quiet_seconds` of [verify] in radoub.toml; 0 for one look)
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
help-resume-arg-statement-timeout = Seconds one statement of a migration may take before it is cancelled and undone (default: as the server has it)
help-resume-arg-health-timeout = Seconds that a restarted service has to become well (default: 60, or `health_seconds` of [verify] in radoub.toml)
help-resume-arg-quiet-period = Seconds after which it is looked at a second time (default: 5, or `quiet_seconds` of [verify] in radoub.toml; 0 for one look)
help-resume-arg-yes = Do not ask before a restore or rollback is gone on with
help-resume-arg-allow-delete-data = Agree that down.sql deletes data, when a rollback is gone on with
help-resume-arg-disconnect = Of a restore: end the sessions of others at the moment of the swap
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
help-drift-about = Show which of schema.prisma, migration history and database agree, what differs, why, and the one command that mends it
help-drift-arg-services = Services to look at (default: all)
help-drift-arg-replay = Say of every history whether it runs on an empty database, and where it stops; also where the database cannot be reached
help-drift-arg-all = Every object and every part that differs, not only the first ones
help-drift-arg-unmanaged = Also list what the database holds and Prisma does not see: views, triggers, checks, partial indexes, …
help-drift-arg-sql = Print the SQL that leads from one side to another instead (default: between the two whose difference explains the verdict)
help-drift-arg-from = Side to start from: live, schema, history or applied, which is what the applied migrations leave
help-drift-arg-to = Side to arrive at, likewise
help-drift-arg-reverse = The other way round
help-drift-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-drift-examples = {"  "}radoub drift
  {"  "}radoub drift --replay billing-service
  {"  "}radoub drift billing-service --sql
  {"  "}radoub drift billing-service --sql --from history --to live
  {"  "}radoub drift --json | jq '.services[] | select(.cause != "in-order") | .repair'
help-new-about = Write the migration that an edited schema.prisma asks for, apply it to the development database, generate the client and restart the service where radoub.toml says how
help-new-arg-name = What the migration is about: add_role
help-new-arg-service = The service (default: the only one)
help-new-arg-create-only = Write it and apply nothing
help-new-arg-reset = Empty this database first, and apply everything anew; its name has to be typed
help-new-arg-dry-run = Show the plan and its proof, and do nothing
help-new-arg-yes = Carry the plan out without asking
help-new-arg-allow = Agree to something by name: delete-data
help-new-arg-sql = Show the scripts in the plan
help-new-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-new-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-new-examples = {"  "}radoub new add_role --service technical-service
  {"  "}radoub new add_role --service technical-service --create-only
  {"  "}radoub new start_over --service hr-service --reset parabellum_hr
help-adopt-about = Keep what a database holds: write the migration that its history lacks, or a baseline, and record it as applied; no row is touched
help-adopt-arg-services = Services to adopt
help-adopt-arg-all = Every service that needs it
help-adopt-arg-wins = Who is right where database and schema.prisma disagree: live, and schema.prisma is written anew, or schema
help-adopt-arg-carry = Also write what Prisma does not see into the migration: views, functions, triggers, checks, partial indexes, …
help-adopt-arg-dry-run = Show the plan and its proof, and do nothing
help-adopt-arg-yes = Carry the plan out without asking
help-adopt-arg-sql = Show the scripts in the plan
help-adopt-arg-name = What to call the migration (default: adopt, baseline)
help-adopt-arg-allow = Agree to something odd, by name: edited, missing, rows
help-adopt-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-adopt-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-adopt-examples = {"  "}radoub adopt billing-service --dry-run
  {"  "}radoub adopt billing-service
  {"  "}radoub adopt --all --yes
  {"  "}radoub adopt hr-service --wins live --carry
help-baseline-about = Replace a history by one migration that makes the whole database, recorded as applied; the old one is kept aside
help-baseline-arg-services = Services that get a baseline
help-baseline-arg-wins = Who is right where database and schema.prisma disagree: live, and schema.prisma is written anew, or schema
help-baseline-arg-carry = Also write what Prisma does not see into the migration: views, functions, triggers, checks, partial indexes, …
help-baseline-arg-dry-run = Show the plan and its proof, and do nothing
help-baseline-arg-yes = Carry the plan out without asking
help-baseline-arg-sql = Show the scripts in the plan
help-baseline-arg-name = What to call the migration (default: adopt, baseline)
help-baseline-arg-allow = Agree to something odd, by name: edited, missing, rows
help-baseline-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-baseline-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-baseline-examples = {"  "}radoub baseline hr-service --dry-run --sql
  {"  "}radoub baseline hr-service --carry --yes
help-squash-about = Make one migration of the first ones of a history; it ends in the same catalog, and the old ones are kept aside
help-squash-arg-service = The service
help-squash-arg-until = Last migration that goes into the one
help-squash-arg-dry-run = Show the plan and its proof, and do nothing
help-squash-arg-yes = Carry the plan out without asking
help-squash-arg-sql = Show the scripts in the plan
help-squash-arg-name = What to call the migration (default: adopt, baseline)
help-squash-arg-allow = Agree to something odd, by name: edited, missing, rows
help-squash-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-squash-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-squash-examples = {"  "}radoub squash auth-service --until 20260101000000_roles --dry-run
  {"  "}radoub squash auth-service --until 20260101000000_roles --yes
help-resolve-about = Mark a migration of one service as applied or as rolled back; without saying which, look at the database and work it out
help-resolve-arg-service = The service
help-resolve-arg-applied = Migration that the database contains already
help-resolve-arg-rolled-back = Failed migration of which nothing is left
help-resolve-arg-dry-run = Show the plan and its proof, and do nothing
help-resolve-arg-yes = Carry the plan out without asking
help-resolve-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-resolve-arg-wait = Seconds to wait while somebody else is migrating (default: 10)
help-resolve-examples = {"  "}radoub resolve auth-service
  {"  "}radoub resolve auth-service --rolled-back 20260212000000_auditlog_level
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
help-engine-bench-arg-pairs = Take the schemas two by two, and measure the step from each first one to its second
help-engine-bench-arg-rounds = How often each is done
help-replay-about = Replay the histories of the fleet on scratch databases
help-replay-arg-services = Services to replay (default: all)
help-replay-arg-scratch = Where scratch databases lie: server, local or embedded (RADOUB_SCRATCH; default: the first that there is)
help-replay-arg-rounds = How often it is done
help-replay-arg-script = Compare the end state with nothing and with the schema, as scripts
