# `radoub backup`, `radoub backups` and `radoub restore`.
age-seconds = { $count } s ago
age-minutes = { $count } min ago
age-hours = { $count } h ago
age-days = { $count } days ago

backup-heading = Database Backups
backup-started = dumping { $size }
backup-moving = { $plain } dumped, { $stored } stored, { $returned } read back
backup-written = stored as { $backup }
backup-proven = read back, restored aside, all rows there
backup-stored = copied to its second home
backup-outcome-proven = ✅ { $backup }: { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} in { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
}, { $size }, verified ({ $took })
backup-outcome-unproven = ⚠️ { $backup }: { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} in { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
}, { $size }, not verified ({ $took })
backup-outcome-failed = ❌ No backup
backup-verdict-kept = ✅ { $count ->
    [one] { $count } BACKUP
   *[other] { $count } BACKUPS
} IN { $folder }
backup-verdict-wrong = ❌ { $count ->
    [one] { $count } BACKUP NEEDS ATTENTION
   *[other] { $count } BACKUPS NEED ATTENTION
}
backup-unknown = There is no backup { $backup } here, or several begin like that.
backup-unknown-remedy = radoub backups lists them
backup-fetched = ✅ { $backup } is back in { $folder }; verify it: radoub backup verify { $backup }

backups-unreadable = The folder of backups { $path } cannot be read.
backups-unreadable-one = { $path } looks like a backup and cannot be read: { $reason }
backups-none = No backup in { $folder }.
backups-column-backup = BACKUP
backups-column-age = AGE
backups-column-size = SIZE
backups-column-rows = ROWS
backups-column-state = STATE
backups-verified = ✅ verified { $at }
backups-unverified = ⚠️ not verified
backups-encrypted = encrypted
backups-stored = also in { $place }
backups-elsewhere = ☁️ only in { $place }

verify-proven = ✅ { $backup }: { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} in { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
} restored aside and counted ({ $took })
verify-failed = ❌ { $backup } is no way back:
verify-nothing = Every backup is verified already.

prune-removed = removed { $backup } of { $at } ({ $size })
prune-would = would remove { $backup } of { $at } ({ $size })
prune-failed = ❌ { $backup } of { $at } ({ $size }) was not removed:
prune-verdict = { $count ->
    [0] Nothing to remove
    [one] { $count } backup, { $size }
   *[other] { $count } backups, { $size }
}: the newest { $keep } of each service stay, those of the last { $days } days, and the newest verified one.
prune-replaced = { $database } ({ $service }, { $size }), replaced { $at }
prune-replaced-ask = Drop { $count ->
    [one] this replaced database
   *[other] these { $count } replaced databases
} for good?
prune-replaced-none = No replaced database is left.
prune-replaced-kept = Nothing was dropped. To drop: radoub backup prune --replaced --yes
prune-replaced-dropped = { $count ->
    [one] { $count } replaced database
   *[other] { $count } replaced databases
} dropped.

restore-prospect = { $service }: { $database } back to { $backup } ({ $at }, { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}, { $size })
restore-unverified = ⚠️ this backup was never verified; its rows are counted before anything is swapped
restore-also = the same database is used by { $services }
restore-into-nothing = there is no database { $database } now: nothing is replaced
restore-loses-nothing = nothing was written since, as far as can be seen
restore-loses = written since the backup, and lost with it ({ $count ->
    [one] { $count } table
   *[other] { $count } tables
}):
restore-more = … and { $count ->
    [one] { $count } table
   *[other] { $count } tables
} more
restore-loss-table = { $table }: { $now ->
    [one] { $now } row
   *[other] { $now } rows
}, and the backup has no such table
restore-loss-back = { $table }: gone now, { $then ->
    [one] { $then } row
   *[other] { $then } rows
} come back
restore-loss-rows = { $table }: { $now } rows now, { $then } in the backup
restore-loss-writes = (+{ $inserted } inserted, { $updated } updated, { $deleted } deleted)
restore-ask = Replace { $count ->
    [one] this database
   *[other] these { $count } databases
}? Each replaced one stays aside.
restore-not-agreed = nothing was done; to agree without being asked: --yes
restore-done-before = ✅ { $service } was restored from { $backup } already, and nothing was written since. Again all the same: --force
restore-resumed = found what an earlier restore had filled
restore-filling = filling a new database: { $done } of { $total }
restore-checked = new database filled, all rows there
restore-waiting = waiting until nobody is connected: { $sessions }
restore-swapped = swapped; the old database is now { $aside }
restore-swapped-in = in its place
restore-outcome = ✅ { $service } is back to { $backup } ({ $took })
restore-outcome-failed = ❌ { $service } is as it was:
restore-aside = the replaced database is kept as { $aside }; when it is no longer needed: radoub backup prune --replaced
restore-undressed = not carried over: { $what }
restore-set-unknown = There is no set of backups { $set }. The latest:
restore-one-service = Name exactly one service, or --set for a whole set.
restore-of-another = { $backup } is a backup of { $other }, not of { $service }.

failure-pg-dump-missing = No pg_dump was found for a server of version { $server }{ $container ->
    [none] {""}
   *[other] , neither on this machine nor in the container { $container }
}.
failure-pg-dump-missing-remedy = install postgresql-client-{ $server }, start the server's container, or name the folder: [backup] programs in radoub.toml
failure-pg-dump-too-old = pg_dump { $found } ({ $path }) is too old for a server of version { $server }{ $container ->
    [none] {""}
   *[other] , and the container { $container } does not run or has none that fits
}.
failure-pg-dump-too-old-remedy = install postgresql-client-{ $server }, start the server's container, or name the folder: [backup] programs in radoub.toml
failure-container-missing = The container { $container } does not run, or has no pg_dump for a server of version { $server }.
failure-container-missing-remedy = docker compose up -d { $container }, or [backup] via = "host" in radoub.toml
failure-dump-failed = pg_dump of { $database } failed: { $reason }
failure-pour-failed = { $backup } could not be restored into { $database }: { $reason }
failure-pour-failed-remedy = rows that break a rule of their own cannot be restored: radoub verify { $service } names orphans; mend them, then try again
failure-no-space = The disk is full: { $path } could not be written. Nothing was changed, and nothing half-written is left.
failure-no-space-remedy = free some space, remove old backups (radoub backup prune), or set [backup] dir in radoub.toml
failure-backup-key = The key of the backups cannot be used: { $reason }.
failure-backup-key-remedy = look at recipients, identity_… and passphrase_… under [backup] in radoub.toml
failure-wrong-key = The configured key does not open { $backup }.
failure-wrong-key-remedy = give the secret key that belongs to its recipients: [backup] identity_file, identity_env or identity_command
failure-backup-damaged = { $backup } is damaged: { $reason }.
failure-backup-damaged-remedy = take a new one: radoub backup { $service }
failure-backup-differs = { $backup } came back with { $found ->
    [none] no table { $table }
   *[other] { $found } rows in { $table }
} instead of { $wanted } rows.
failure-backup-differs-remedy = take a new one: radoub backup { $service }
failure-backup-unknown = There is no backup { $backup }.
failure-backup-unknown-remedy = radoub backups
failure-backup-missing = There is no backup of { $service }.
failure-backup-missing-remedy = radoub backup { $service }
failure-backup-unproven = There is no verified backup of { $service } that is young enough.
failure-backup-unproven-remedy = radoub backup { $service }
failure-store-failed = { $place } did not take the backup: { $reason }. The copy on this machine is there.
failure-store-failed-remedy = look at [backup.store] in radoub.toml
failure-service-gone = The fleet has no service { $service } any more.
failure-service-gone-remedy = point radoub at the folder that has it (-C), or restore by hand: pg_restore
failure-stopped = Interrupted; nothing was changed.
failure-database-busy = { $database } is in use by { $count } sessions ({ $sessions }); it was not replaced.
failure-database-busy-remedy = stop the service and run the same command again, or end its sessions: --disconnect. The new database is filled and waits.
failure-may-not-end = { $user } may not end the sessions of others in { $database }; it was not replaced.
failure-may-not-end-remedy = stop the service, or as a superuser: GRANT pg_signal_backend TO "{ $user }"
failure-restore-runs = Another radoub is restoring { $database }.
failure-restore-runs-remedy = wait until it is done
failure-nothing-to-undo = There is nothing to undo in { $service }.

help-backup-about = Back every database up, and prove it: read back, restored aside, every table counted
help-backup-arg-services = Services to back up (default: all)
help-backup-arg-no-verify = Do not read the backups back; an apply will not trust them
help-backup-arg-set = Name of the set that these backups belong to (default: day and time)
help-backup-examples = {"  "}radoub backup
  {"  "}radoub backup billing-service hr-service
  {"  "}radoub backup verify billing-service_20261125_213000
  {"  "}radoub backup prune --keep 7 --keep-days 30 --dry-run
help-backup-verify-about = Read backups back, restore them aside, count every table, and note the result
help-backup-verify-arg-backups = Backups, or what only one begins with
help-backup-verify-arg-all = Every backup that is not verified yet
help-backup-verify-examples = {"  "}radoub backup verify billing-service_20261125_213000
  {"  "}radoub backup verify --all
help-backup-prune-about = Remove old backups, or databases that a restore has replaced; the newest verified backup stays
help-backup-prune-arg-services = Services whose backups are looked at (default: all)
help-backup-prune-arg-keep = How many of each service stay at least (default: keep in radoub.toml, or 7)
help-backup-prune-arg-keep-days = For how many days one stays at least (default: keep_days in radoub.toml, or 30)
help-backup-prune-arg-replaced = Databases that were replaced by a restore, instead of backups
help-backup-prune-arg-dry-run = Only say what would go
help-backup-prune-arg-yes = Do not ask
help-backup-prune-examples = {"  "}radoub backup prune --dry-run
  {"  "}radoub backup prune --replaced
help-backup-fetch-about = Bring a backup back from the second home
help-backup-fetch-arg-backup = The backup; radoub backups --stored lists them
help-backup-fetch-examples = {"  "}radoub backup fetch billing-service_20261125_213000
help-backups-about = List the backups, newest first: age, size, rows, verified or not
help-backups-arg-services = Services whose backups are listed (default: all)
help-backups-arg-stored = Ask the second home too, for backups that are only there
help-backups-examples = {"  "}radoub backups
  {"  "}radoub backups billing-service --json
help-restore-about = Bring a service back to a backup: into a new database, counted, then swapped; the old one stays aside
help-restore-arg-service = The service
help-restore-arg-backup = The backup, or what only one begins with (default: the newest verified one)
help-restore-arg-set = Every service of this set at once, or of those the one that is named
help-restore-arg-disconnect = End the sessions of others at the moment of the swap
help-restore-arg-wait = Seconds to wait until nobody is connected (default: 30)
help-restore-arg-dry-run = Only say what would be lost
help-restore-arg-force = Restore also when it was restored from this backup already
help-restore-arg-yes = Do not ask
help-restore-examples = {"  "}radoub restore billing-service --dry-run
  {"  "}radoub restore billing-service billing-service_20261125_213000 --disconnect
  {"  "}radoub restore --set 20261125_213000 --yes
