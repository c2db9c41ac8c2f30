# `radoub apply` and `radoub resolve`.
apply-heading = Applying Prisma Migrations
apply-report = FINAL REPORT
apply-database-created = database created
apply-no-engine = No container is restarted: { $reason }
apply-waiting = waiting for the migration lock
apply-waiting-for = waiting: process { $pid } ({ $application }, { $client }) holds the migration lock since { $since }
apply-started = ▶ { $migration }
apply-started-stepwise = ▶ { $migration } (statement by statement)
apply-statement = ▶ { $migration }: { $done } of { $total }
apply-blocked = ⏳ { $migration }: locked by others, try { $attempt } ({ $blockers })
apply-index-dropped = dropping the invalid index { $index } that a broken build left
apply-reconnecting = the connection was lost; looking what became of { $migration }
apply-applied = ✅ { $migration } ({ $took })
apply-already = { $migration } was applied by somebody else in the meantime
apply-ended = done in { $took }
apply-outcome-applied = ✅ { $count ->
    [one] { $count } migration applied
   *[other] { $count } migrations applied
} ({ $took })
apply-outcome-nothing = ✅ Nothing to apply
apply-outcome-refused = ⚠️ Left alone
apply-outcome-failed = ❌ Failed
apply-outcome-failed-after = ❌ Failed, after { $count ->
    [one] { $count } migration applied
   *[other] { $count } migrations applied
} ({ $took })
apply-outcome-not-applicable = ⚠️ N/A
apply-outcome-created = (database created)
apply-verdict-nothing = ✅ NOTHING TO APPLY
apply-verdict-created = ✅ DATABASE CREATED; NO MIGRATION TO APPLY
apply-verdict-applied = ✅ ALL PENDING MIGRATIONS ARE APPLIED
apply-verdict-wrong = ❌ { $count ->
    [one] { $count } SERVICE NEEDS ATTENTION
   *[other] { $count } SERVICES NEED ATTENTION
}

failure-edited = { $migration } was edited after it was applied; nothing was changed.
failure-edited-remedy = put the file back as it was and write a new migration, or agree to it: radoub apply { $service } --allow { $hazard }
failure-missing = { $migration } is applied, and its folder is missing here: perhaps an older version is checked out. Nothing was changed.
failure-missing-remedy = fetch the folder (git pull), or agree to it: radoub apply { $service } --allow { $hazard }
failure-duplicated = { $migration } repeats the script of another migration; nothing was changed.
failure-duplicated-remedy = delete the copy, or agree to it: radoub apply { $service } --allow { $hazard }
failure-not-utf8 = { $migration }/migration.sql is not UTF-8: some letters would reach the database as �. Nothing was changed.
failure-not-utf8-remedy = save the file as UTF-8, or agree to it: radoub apply { $service } --allow { $hazard }
failure-byte-order-mark = { $migration }/migration.sql starts with a byte order mark, which PostgreSQL takes for a syntax error. Nothing was changed.
failure-byte-order-mark-remedy = save the file as UTF-8 without BOM
failure-empty-file = { $migration }/migration.sql is empty; nothing was changed.
failure-empty-file-remedy = put the file back, or agree to it: radoub apply { $service } --allow { $hazard }
failure-unterminated = { $migration }/migration.sql opens a quote or a comment that never closes; nothing was changed.
failure-unterminated-remedy = close it: look at the last $$, ' or /* of the file

resolve-applied = ✅ { $migration } is marked as applied in { $service }.
resolve-rolled-back = ✅ { $migration } is marked as rolled back in { $service }. It is pending again.
resolve-one-service = Name exactly one service: a migration is marked in one database at a time.
resolve-nothing = { $service } is marked as nothing yet: { $state }.

failure-nul-character = { $migration }/migration.sql holds a NUL character in line { $line }; nothing was changed.
failure-nul-character-remedy = take the NUL out: the file was probably saved as UTF-16
failure-copies-rows = { $migration }/migration.sql copies rows through the connection in line { $line } (COPY … FROM STDIN), which only psql does; nothing was changed.
failure-copies-rows-remedy = write the rows as INSERT, or run the file with psql and mark it: radoub resolve { $service } --applied { $migration }
failure-never-committed = The transaction that line { $line } of { $migration }/migration.sql opens is never committed; nothing was changed.
failure-never-committed-remedy = add the COMMIT, or take the BEGIN away: radoub runs the file in a transaction of its own

failure-delete-data = { $migration }/migration.sql, line { $line }, deletes data: { $statement } (table { $table }, { $rows ->
    [unknown] rows not counted
   *[other] about { $rows } rows
}, { $size }); nothing was changed.
failure-delete-data-remedy = make sure that nobody needs it, then agree to it: radoub apply { $service } --allow { $hazard }
failure-rewrite-table = { $migration }/migration.sql, line { $line }, writes a large table anew while nobody may read it: { $statement } (table { $table }, { $size }); nothing was changed.
failure-rewrite-table-remedy = do it at a quiet hour and agree to it: radoub apply { $service } --allow { $hazard }
failure-long-lock = { $migration }/migration.sql, line { $line }, keeps others from the table { $table } for about { $seconds } s: { $statement }; nothing was changed.
failure-long-lock-remedy = use CONCURRENTLY or NOT VALID where PostgreSQL has it, or agree to it at a quiet hour: radoub apply { $service } --allow { $hazard }
failure-journal-failed = The journal of this run cannot be written; nothing more was begun here.
failure-journal-failed-remedy = make room for the journal, then: radoub resume
failure-already-there = { $migration }/migration.sql, line { $line }, makes what is there already: { $statement }; the database is not what its history says. Nothing was changed.
failure-already-there-remedy = if the database contains all of it: radoub resolve { $service } --applied { $migration }; to try it all the same: radoub apply { $service } --allow { $hazard }
failure-extension-unavailable = { $migration } asks for the extension { $extension }, which this server does not have; nothing was changed.
failure-extension-unavailable-remedy = install the extension on the server, then: radoub apply { $service }
