# `radoub check`. The heading, the line of each service and the verdict are those of the guide.
check-heading = Prisma Migrations Check
check-checking = Checking { $service }...
check-column-service = SERVICE
check-column-database = DATABASE
check-column-state = STATE

state-up-to-date = ✅ Up to date
state-pending = ⚠️ { $count ->
    [one] { $count } pending migration
   *[other] { $count } pending migrations
}
state-in-progress = ⏳ Migration in progress
state-failed = ❌ { $count ->
    [one] { $count } failed migration
   *[other] { $count } failed migrations
}
state-edited = ⚠️ { $count ->
    [one] { $count } migration edited after it was applied
   *[other] { $count } migrations edited after they were applied
}
state-diverged = ❌ Folder and database tell different histories
state-behind = ⚠️ { $count ->
    [one] The folder lacks { $count } applied migration
   *[other] The folder lacks { $count } applied migrations
}
state-not-managed = ⚠️ Database not managed by Prisma Migrate
state-no-migrations = ⚠️ No migrations
state-database-missing = ❌ Database missing
state-unreachable = ❌ Unreachable
state-invalid = ❌ Settings or files are wrong
state-not-applicable = ⚠️ N/A

check-pending = pending: { $migration }
check-failed = failed: { $migration }, started { $started }
check-last-failure = last try of { $migration } failed at { $started } and changed nothing:
check-edited = edited after it was applied: { $migration }
check-missing = applied, but not in the folder: { $migration }
check-not-managed = it holds tables and no _prisma_migrations: pushed, restored or made by hand. `migrate deploy` would refuse it (P3005).
check-lock-holder = the migration lock is held by process { $pid } ({ $application }, { $client }) since { $since }
check-era = Prisma { $version } commits statement by statement: a failure there leaves half a migration. radoub apply runs each file whole.

check-verdict-up-to-date = ✅ ALL MIGRATIONS ARE UP TO DATE
check-verdict-none = ⚠️ NO SERVICE USES PRISMA MIGRATE HERE
check-verdict-need = ⚠️ { $count ->
    [one] { $count } SERVICE OUT OF { $total } NEEDS ATTENTION
   *[other] { $count } SERVICES OUT OF { $total } NEED ATTENTION
}

not-applicable-no-schema = no Prisma schema
not-applicable-prisma-next = Prisma 8, whose migrations are another system
not-applicable-other-provider = its schema is for { $provider }, not for PostgreSQL

remedy-apply = radoub apply { $service }
remedy-mend-script = mend { $migration }/migration.sql, then: radoub apply { $service }
remedy-create-database = radoub apply { $service } --create-database
remedy-resolve-failed = radoub resolve { $service }
remedy-restore-file = put { $migration }/migration.sql back as it was (git checkout), and write a new migration
remedy-restore-or-allow = put { $migration }/migration.sql back as it was (git checkout), or agree to it as it is: radoub adopt { $service } --allow edited
remedy-fetch-files = fetch the missing folder { $migration } (git pull), or check that the right version is checked out
remedy-restore-script = put { $migration }/migration.sql back, or delete the folder
remedy-wait = wait until it is done, then: radoub check { $service }
remedy-first-migration = radoub new init --service { $service }
remedy-mend-connection = start the server or mend its address
remedy-mend-settings = mend the setting
remedy-mend-lock-file = put provider = "postgresql" into migration_lock.toml

watch-column-before = BEFORE
watch-looked = Looked at { $at }; again every { $every } s, until Ctrl-C
watch-last = Last look: { $at }
watch-looking = looking …
watch-details = otherwise in detail
watch-first = { $at }  { $service }: { $after }
watch-changed = { $at }  { $service }: { $before } → { $after }
