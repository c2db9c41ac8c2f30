# `radoub plan`: what is planned, and what moved since.
plan-title = Plan for { $project }
plan-wave = WAVE { $wave } OF { $total }
plan-place = { $database } on { $server }, PostgreSQL { $version }
plan-create-database = the database is created first
plan-rebuild = 🔨 first: its image is built anew
plan-rebuild-old = 🔨 first: its image is older than its schema or migrations, and is built anew
plan-back-up = 💾 before: a backup, read back
plan-restart = ↻ behind: it is restarted
plan-probe = 🔎 behind: its tables are asked as the service asks them
plan-verify = 🔎 behind: health route, tables and logs are looked at, and the data is compared with before
plan-like = the same as for { $service }, which is in the same state
plan-whole = whole, in one transaction
plan-stepwise = statement by statement, resumable
plan-runs-in-part = in a transaction of its own
plan-runs-alone = outside of transactions
plan-took-before = took { $took } before
plan-guess = about { $took }, guessed from sizes
plan-table = { $table }: { $size }
plan-table-rows = { $table }: about { $rows } rows, { $size }
plan-lock = { $lock } on { $table }
plan-lock-dependents = { $lock } on what depends on it
plan-line = line
plan-hazards = To agree to
plan-hazard = ⚠️ must be agreed to: --allow { $hazard } (statement { $number })
plan-written = the plan is in { $path }; apply it with: radoub apply --plan { $path }
plan-verdict-nothing = ✅ NOTHING TO APPLY
plan-verdict-work = { $count ->
    [one] { $count } SERVICE HAS WORK
   *[other] { $count } SERVICES HAVE WORK
}
plan-verdict-refused = ❌ { $refused ->
    [one] { $refused } SERVICE DEMANDS ATTENTION FIRST
   *[other] { $refused } SERVICES DEMAND ATTENTION FIRST
}, { $count ->
    [one] { $count } HAS WORK
   *[other] { $count } HAVE WORK
}
plan-until-unknown = No service has a migration { $migration }.
plan-until-unknown-remedy = give a name, the beginning of one, or a time stamp: radoub check
plan-file-unreadable = { $path } is not a plan that this radoub can read.
plan-moved = This plan was made for something else; nothing was changed. What moved:
plan-moved-remedy = look again: radoub plan -o FILE

moved-not-planned = it is not in the plan, and no database of the plan is in its state
moved-other-work = this version of radoub would do other work than the plan says
moved-state = it was { $was } and is { $is }
moved-file-edited = { $migration }/migration.sql was edited
moved-file-added = { $migration } came to the folder
moved-file-removed = { $migration } is gone from the folder
moved-ledger-added = there is a ledger now
moved-ledger-removed = the ledger is gone
moved-row-added = the ledger has a new row: { $migration }, { $state }
moved-row-removed = the ledger lost a row: { $migration }
moved-row-changed = the row of { $migration } in the ledger is another one
moved-server = another { $fact ->
    [address] address
    [database] database
    [oid] database under the same name
    [version] version of PostgreSQL
    [system-identifier] server, initialised apart
    [timeline] timeline: a copy was promoted
    [wal-position] server: its log is shorter, an older copy
   *[data-directory] server: a copy in another folder
}: { $was } → { $is }
moved-schema-added = new in the database: { $what } ({ $is })
moved-schema-removed = gone from the database: { $what }
moved-schema-changed = changed in the database: { $what } ({ $was } → { $is })

work-rows = as long as it has rows
work-scan = reads the table
work-index-build = builds an index
work-rewrite = writes the table anew
work-unknown = its time is not known

risk-delete-data = deletes data
risk-rewrite-table = writes the table anew while nobody may read it
risk-long-lock = keeps others from the table while it works
risk-break-code = code that runs now may still name it
risk-may-fail = fails when the data is not as it demands
risk-unforeseeable = runs code of the database, which may do anything

act-create-table = create table `{ $name }`
act-drop-table = drop table `{ $name }`
act-rename-table = rename table `{ $name }` to `{ $to }`
act-alter-table = change table `{ $table }`
act-add-column = add column `{ $name }` to table `{ $table }`
act-drop-column = drop column `{ $name }` of table `{ $table }`
act-rename-column = rename column `{ $name }` of table `{ $table }` to `{ $to }`
act-change-type = change type of column `{ $name }` of table `{ $table }` to { $to }
act-set-not-null = demand a value in column `{ $name }` of table `{ $table }`
act-drop-not-null = demand no value any more in column `{ $name }` of table `{ $table }`
act-set-default = set default of column `{ $name }` of table `{ $table }`
act-drop-default = drop default of column `{ $name }` of table `{ $table }`
act-alter-column = change column `{ $name }` of table `{ $table }`
act-add-primary-key = add primary key to table `{ $table }`
act-add-foreign-key = link table `{ $table }` to table `{ $to }`
act-add-unique = add unique constraint to table `{ $table }`
act-add-check = add check to table `{ $table }`
act-add-exclusion = add exclusion constraint to table `{ $table }`
act-validate-constraint = validate constraint `{ $name }` of table `{ $table }`
act-drop-constraint = drop constraint `{ $name }` of table `{ $table }`
act-rename-constraint = rename constraint `{ $name }` of table `{ $table }` to `{ $to }`
act-attach-partition = attach partition `{ $name }` to table `{ $table }`
act-detach-partition = detach partition `{ $name }` from table `{ $table }`
act-create-index = create index on table `{ $table }`
act-create-unique-index = create unique index on table `{ $table }`
act-drop-index = drop index `{ $name }`
act-rename-index = rename index `{ $name }` to `{ $to }`
act-reindex = build `{ $name }` anew
act-create-type = create type `{ $name }`
act-add-label = add value `{ $name }` to type `{ $to }`
act-rename-label = rename value `{ $name }` of type `{ $to }`
act-alter-type = change type `{ $name }`
act-drop-type = drop type `{ $name }`
act-create-object = create { $to } `{ $name }`
act-alter-object = change { $to } `{ $name }`
act-drop-object = drop { $to } `{ $name }`
act-refresh-view = refresh view `{ $name }`
act-insert-rows = insert rows into table `{ $name }`
act-update-rows = update rows of table `{ $name }`
act-delete-rows = delete rows of table `{ $name }`
act-truncate = empty table `{ $name }`
act-lock-table = lock table `{ $name }`
act-maintain = { $name } { $table }
act-run-code = run code of the database
