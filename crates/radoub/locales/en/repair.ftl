# Repairs: adopt, baseline, squash, new, resolve.
repair-heading-adopt = Adopting what the databases hold
repair-heading-baseline = Baselines
repair-heading-squash = Squashing
repair-nothing = nothing to do
repair-aside = { $count ->
    [one] its migration leaves the history: { $migrations }
   *[other] { $count } migrations leave the history: { $migrations }
}, kept in { $folder }
repair-writes = writes { $migration } ({ $count ->
    [one] { $count } statement
   *[other] { $count } statements
}), recorded as applied
repair-writes-waiting = writes { $migration } ({ $count ->
    [one] { $count } statement
   *[other] { $count } statements
}), which waits for radoub apply
repair-way-back = with down.sql, the way back{ $count ->
    [0] {""}
    [one] , which names { $count } loss
   *[other] , which names { $count } losses
}
repair-recorded = records as applied, without running: { $migrations }
repair-removed = rows leave _prisma_migrations, kept in { $folder }/_prisma_migrations.jsonl: { $migrations }
repair-retired = failed rows are marked as rolled back: { $migrations }
repair-restamped = checksum of the file as it is now: { $migrations }
repair-lock-file = writes the missing migration_lock.toml
repair-not-carried = { $count ->
    [one] { $count } object that Prisma does not see would be missing on an empty database
   *[other] { $count } objects that Prisma does not see would be missing on an empty database
}; --carry writes them into the migration:
repair-carried = { $count ->
    [one] { $count } object that Prisma does not see is written into the migration:
   *[other] { $count } objects that Prisma does not see are written into the migration:
}
repair-by-hand = { $count ->
    [one] { $count } object would be missing on an empty database, and no script can add it:
   *[other] { $count } objects would be missing on an empty database, and no script can add them:
}
repair-not-reproduced = { $count ->
    [one] { $count } object came out in another form on the scratch database:
   *[other] { $count } objects came out in another form on the scratch database:
}
repair-rows-skipped = { $migration } is recorded without being run, and what it does to rows is not done: { $changes }
repair-rows-forgotten = { $migration } fills tables, and new databases will not get its rows: { $changes }
repair-row-change = { $what } (line { $line })
repair-schema = { $count ->
    [one] rewrites { $files } after the database
   *[other] rewrites { $count } files of the schema after the database: { $files }
}
repair-schema-behind = schema.prisma does not describe the database: radoub prisma db pull writes it anew
repair-waits = { $migration } changes the database, and is not run now
repair-no-way-back = the way back from { $migration } was tried and does not lead back, so it has no down.sql
repair-proof = proven on a scratch database: { $count ->
    [one] { $count } migration runs from nothing and ends where it should
   *[other] { $count } migrations run from nothing and end where they should
}{ $back ->
    [0] {""}
   *[other] {", "}and back again
} ({ $took })
repair-untouched = no statement of a migration is run on the live database
repair-ask = Carry this out?
repair-dry-run = Nothing was done (--dry-run).
repair-declined = Nothing was done.
repair-needs-yes = Nothing was done: add --yes to carry it out.
repair-done = ✅ { $service }: history and ledger now tell what the database holds

failure-schema-refused = Prisma refuses the schema: { $place } { $message }
failure-disagree = Database and schema.prisma disagree about { $count ->
    [one] { $count } object
   *[other] { $count } objects
}: somebody has to say which of them is right.
failure-needs-consent = { $odd ->
    [edited] Changed since it was applied
    [missing] Applied, and missing from the folder
   *[other] It changes rows, and would not do so any more
}: { $migrations }.
failure-needs-consent-remedy = { $odd ->
    [edited] put the file back, or agree to it as it is: --allow edited
    [missing] fetch the folder, or agree to forget it: --allow missing
   *[other] keep it in the history, or agree to do without its rows: --allow rows
}
failure-other-remedy = `{ $verb }` is not what helps here.
failure-not-managed-here = { $service } has no database under Prisma Migrate that could be looked at.
failure-shared-database = The database is shared with { $others }: a history of one would drop what the others made.
failure-shared-database-remedy = give each service a database or a schema of its own
failure-nothing-to-squash = { $migration } is the first migration: there is nothing before it.
failure-cannot-carry = The history makes { $kind } { $name }, which no script can make in addition to what Prisma writes{ $count ->
    [one] .
   *[other] {" "}(one of { $count }).
}
failure-cannot-carry-remedy = squash only what comes before it
failure-proof-stops = The migration { $migration } that would be written does not run on an empty database.
failure-proof-stops-remedy = if it lacks an extension, a function or a type: --carry
failure-proof-differs = The new history would not end where it should: { $count ->
    [one] { $count } object differs
   *[other] { $count } objects differ
} ({ $objects }). Nothing was written.
failure-moved-since = { $service } has changed since it was looked at: files, ledger or database. Nothing was written.
failure-moved-since-remedy = look again: radoub drift { $service }
failure-unwritable = { $path } cannot be written: { $reason }.
failure-unwritable-remedy = check the rights on the folder; nothing was changed

new-one-service = `new` works on one service: name it with --service.
new-nothing = nothing to write: the history ends at schema.prisma
new-reset = empties { $database }: all its data is lost
new-pending = applies first: { $migrations }
new-writes = writes { $migration } and applies it
new-writes-only = writes { $migration }, to be edited and applied with radoub apply
new-generate = client generated: { $command } ({ $took })
new-restart = restarted: { $command } ({ $took })
new-errand-failed = This did not work: { $command }
failure-other-database = --reset names { $named }, and the database is { $database }: nothing was emptied.
failure-other-database-remedy = --reset { $database } empties it

resolve-none = No migration of { $service } failed.
resolve-effect-present = ✅ there
resolve-effect-absent = ○ not there
resolve-effect-unlike = ⚠️ in part
resolve-effect-rows = ? rows
resolve-effect-none = – no trace
resolve-effect-stops = ? not run
resolve-answer-rolled-back = nothing of it is there: { $migration } can be marked as rolled back, and applied again
resolve-answer-applied = all of it is there: { $migration } can be marked as applied
resolve-answer-rows-unknown = the schema has all of it, and whether its rows were changed cannot be seen: look at them, then mark it with --applied { $migration } or --rolled-back { $migration }
resolve-answer-half = part of it is there: undo that, or do the rest by hand, then mark it with --rolled-back { $migration } or --applied { $migration }
resolve-answer-unknown = what became of it cannot be told
resolve-undo = this undoes what is there:
failure-carries-on = { $migration } is not lost: radoub apply carries it on where it stopped.
failure-carries-on-remedy = radoub apply { $service }
failure-unexecutable = The rows that are there are in the way: { $reason }
failure-unexecutable-remedy = write it with --create-only, mend it, then: radoub apply { $service }
