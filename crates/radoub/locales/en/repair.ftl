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
    [one] 1 statement
   *[other] { $count } statements
}), recorded as applied
repair-writes-waiting = writes { $migration } ({ $count ->
    [one] 1 statement
   *[other] { $count } statements
}), which waits for radoub apply
repair-way-back = with down.sql, the way back{ $count ->
    [0] {""}
    [one] , which names 1 loss
   *[other] , which names { $count } losses
}
repair-recorded = records as applied, without running: { $migrations }
repair-removed = rows leave _prisma_migrations, kept in { $folder }/_prisma_migrations.jsonl: { $migrations }
repair-retired = failed rows are marked as rolled back: { $migrations }
repair-restamped = checksum of the file as it is now: { $migrations }
repair-not-carried = { $count ->
    [one] 1 object that Prisma does not see would be missing on an empty database
   *[other] { $count } objects that Prisma does not see would be missing on an empty database
}; --carry writes them into the migration:
repair-carried = { $count ->
    [one] 1 object that Prisma does not see is written into the migration:
   *[other] { $count } objects that Prisma does not see are written into the migration:
}
repair-by-hand = { $count ->
    [one] 1 object would be missing on an empty database, and no script can add it:
   *[other] { $count } objects would be missing on an empty database, and no script can add them:
}
repair-not-reproduced = { $count ->
    [one] 1 object came out in another form on the scratch database:
   *[other] { $count } objects came out in another form on the scratch database:
}
repair-rows-skipped = { $migration } is recorded without being run, and what it does to rows is not done: { $changes } (line)
repair-rows-forgotten = { $migration } fills tables, and new databases will not get its rows: { $changes } (line)
repair-schema-behind = schema.prisma does not describe the database: radoub prisma db pull writes it anew
repair-waits = { $migration } changes the database, and is not run now
repair-no-way-back = the way back from { $migration } was tried and does not lead back, so it has no down.sql
repair-proof = proven on a scratch database: { $count ->
    [one] 1 migration runs from nothing and ends where it should
   *[other] { $count } migrations run from nothing and end where they should
}{ $back ->
    [0] {""}
   *[other] {", "}and back again
} ({ $took })
repair-untouched = no statement of a migration is run on the live database
repair-ask = Carry this out? [y/N]
repair-dry-run = Nothing was done (--dry-run).
repair-declined = Nothing was done.
repair-needs-yes = Nothing was done: add --yes to carry it out.
repair-done = ✅ { $service }: history and ledger now tell what the database holds
