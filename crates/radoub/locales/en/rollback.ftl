# `radoub rollback`: the ladder.
rollback-one-service = Name exactly one service.
rollback-impossible = This way back is not there; nothing was changed.
rollback-impossible-remedy = the ways that there are: radoub rollback { $service }
rollback-nothing = { $service }: nothing was applied that could be undone
rollback-further = further back: name the migration that stays the last one, --to MIGRATION
rollback-heading = { $service }: to undo: { $migrations }
rollback-uncommitted = { $migration } failed and nothing of it was committed: the database is as before
rollback-committed = nothing committed: no, { $count ->
    [one] { $count } migration is applied
   *[other] { $count } migrations are applied
}
rollback-down = down.sql: { $count ->
    [one] { $count } migration is taken back
   *[other] { $count } migrations are taken back
}, the ledger with it; everything else stays
rollback-down-lacking = down.sql: missing, or not one transaction, for { $migrations }
rollback-down-step = { $migration } is taken back by its down.sql
rollback-down-loses-nothing = no data is lost
rollback-loss-column = lost: { $count ->
    [one] { $count } value
   *[other] { $count } values
} of { $table }.{ $column }
rollback-loss-rows = lost: { $count ->
    [one] { $count } row
   *[other] { $count } rows
} of { $table }
rollback-loss-unknown = what { $act } ({ $table }) of { $migration } deletes cannot be told before
rollback-down-ask = Take back?
rollback-not-agreed-loss = nothing was done; to agree to the loss by name: --yes --allow-delete-data
rollback-undone = ✅ { $migration } is taken back in { $service }; it is pending again.
rollback-next = bring the code back as well (git revert, docker compose up -d { $service }), or the next apply applies it again
rollback-code = code only: code from before runs on this schema; no data is touched
rollback-code-breaks = code only: code from before would stumble over:
rollback-against-break-code = { $migration }: { $act } { $what }
rollback-against-may-fail = { $migration }: { $act } { $what } demands what old code may not give
rollback-against-unforeseeable = { $migration }: what { $act } { $what } does cannot be told from its text
rollback-restore = restore this service from { $backup } ({ $at })
rollback-restore-loses = lost: what was written since in { $count ->
    [one] { $count } table
   *[other] { $count } tables
}
rollback-restore-lacking = restore: there is no verified backup from before
rollback-set = restore the whole set { $set }: { $services }
rollback-set-left = of the set { $set } that it was restored from, not restored yet: { $services }
rollback-set-lacking = restore a whole set: that backup belongs to none

failure-way-back-failed = down.sql of { $migration } failed; it is as it was: { $reason }
failure-way-back-failed-remedy = mend down.sql, or take another way back: radoub rollback { $service }
failure-way-back-stopped = stopped before { $migration } was taken back: it is as it was, and what is taken back already stays so
failure-way-back-stopped-remedy = to go on: radoub rollback { $service }

help-rollback-about = Show the ways back from the last change of a service, least loss first, or take one
help-rollback-arg-service = The service
help-rollback-arg-rung = The way to take: down (its down.sql), restore (its backup) or set (all backups of that set)
help-rollback-arg-to = Migration that stays the last one (default: as it was at the newest verified backup)
help-rollback-arg-disconnect = End the sessions of others at the moment of the swap
help-rollback-arg-wait = Seconds to wait for others (default: 30)
help-rollback-arg-allow-delete-data = Agree that down.sql deletes data
help-rollback-arg-yes = Do not ask
help-rollback-examples = {"  "}radoub rollback technical-service
  {"  "}radoub rollback technical-service --rung down
  {"  "}radoub rollback technical-service --rung restore --disconnect
