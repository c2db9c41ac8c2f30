# A run: while it happens, its report, `resume`, `history` and `show`.
run-wave = ── wave { $wave } of { $total }: { $services }
run-stopping = Stopping at the next safe point: what runs now comes to its end, nothing new begins. Once more to cancel it on the server.
run-stopping-now = Cancelling on the server: what runs is undone.
run-waiting-for-server = ⏳ waiting for the server: { $reason }
run-backing-up = backing up
run-backed-up = 💾 { $backup } ({ $took })
run-counting = counting its tables
run-counted = 🔢 { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
} counted, { $rows } rows ({ $took }){ $left ->
    [0] {""}
    [one] ; { $left } table was left out
   *[other] ; { $left } tables were left out
}
run-not-counted = tables not compared: { $reason }
run-compared = { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
} compared with before, { $count ->
    [0] nothing differs
    [one] { $count } difference
   *[other] { $count } differences
}
run-building = its image is being built
run-built = 🔨 its image is built ({ $took })
run-restarting = restarting
run-restarted = ↻ restarted in { $took }
run-doubted = ⚠ { $what }
run-well = well again { $after } after the order
run-verifying = looking whether it is well
run-verified = { $verdict ->
    [pass] ✅ well ({ $took })
   *[other] ❔ nothing is wrong, but something could not be asked ({ $took })
}
run-held-back = { $because ->
    [stopped] not begun: the run was stopped
    [journal] not begun: the journal cannot be written
   *[failures] not begun: an earlier one failed
}
apply-taken = { $user } on { $host } (process { $pid }) has been working on { $services } since { $since }; nothing was begun.
apply-taken-remedy = wait for the end of it, or try again with --wait SECONDS
apply-taken-waiting = waiting for { $user } on { $host } (process { $pid }), at work on { $services } since { $since } (run { $run })
apply-outcome-held-back = ⚠️ { $because ->
    [stopped] Not begun: the run was stopped
    [journal] Not begun: the journal cannot be written
   *[failures] Not begun: an earlier one failed
}
apply-outcome-unfinished = ⏳ Not at its end
apply-outcome-unfinished-after = ⏳ Not at its end, after { $count ->
    [one] { $count } migration applied
   *[other] { $count } migrations applied
} ({ $took })

error-journal = The journal cannot be written: { $path }
error-journal-remedy = make room, or name another folder with --state-dir; what was begun can be gone on with: radoub resume
error-write = { $path } cannot be written.

report-title = Report of a run
report-project = Fleet
report-run = Run
report-by = By
report-began = Began
report-took = Duration
report-verdict = Result
report-next = Next
report-resume = radoub resume { $run }
report-service = Service
report-wave = Wave
report-before = Before
report-after = After
report-result = Result
report-backup = backup: { $backup }
report-rebuilt = image built anew
report-restarted = { $well ->
    [none] restarted in { $took }
   *[other] restarted in { $took }, well again { $well } after the order
}
report-restarts = Restarts
report-verified = { $verdict ->
    [pass] looked at: well
    [fail] looked at: something is wrong
    [unknown] not looked at: nobody knows how it is
   *[other] looked at: nothing is wrong, but something could not be asked
}
report-log-tail = the last lines of the log of { $container }:
report-outcome-restored = ↩️ Back to { $backup } ({ $took })
report-outcome-undone = ↩️ { $count ->
    [one] { $count } migration taken back
   *[other] { $count } migrations taken back
} ({ $took })
report-undone = { $migration } taken back ({ $took })
report-verdict-returned = ↩️ WHAT WAS ASKED FOR IS AS IT WAS
report-wrong = What went wrong

resume-heading = Resuming { $run }
resume-nothing = ✅ No run waits to be gone on with.
resume-all-returned = everything that was to go back is back already; the journal is brought to its end
resume-all-applied = everything that was planned is applied already; the journal is brought to its end

history-heading = Recently applied migrations
history-none = No run is in the journal yet.
history-when = When
history-command = Command
history-services = Services
history-migrations = Migrations
history-migration = Migration
history-description = Description
history-impact = Impact
history-impact-none = none on what runs
history-status = Status
history-and-more = and { $count } more
history-status-applied = ✅ Applied
history-status-failed = ❌ Failed
history-status-unfinished = ⏳ Not at its end
history-status-undone = ↩️ Taken back
history-status-not-undone = ❌ To be taken back, and still there
history-restored = ↩️ Restored from { $backup }
history-outcome-done = ✅ done
history-outcome-failed = ❌ { $count ->
    [one] { $count } service failed
   *[other] { $count } services failed
}
history-outcome-stopped = ⚠️ stopped
history-outcome-journal-failed = ❌ journal full
history-outcome-running = ▶ running
history-outcome-killed = ❌ killed; radoub resume
history-outcome-broken = ❌ unreadable

show-unknown = There is no run { $run }.
show-unknown-remedy = radoub history
show-torn = The end of this journal was torn by a crash; what it had written before is whole.
show-does-not-follow = The journal of the run before this one is not what it was: it was changed since.
show-broken = { $path }, line { $line }: this record is not the one that was written.
show-other-plan = { $path } is not the plan that the run began with.
show-empty = { $path } is empty: the run never began.
show-plan = The plan of { $run } cannot be read.

ago-seconds = { $count ->
    [one] { $count } second ago
   *[other] { $count } seconds ago
}
ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}

failure-script-changed = { $migration }/migration.sql was changed since the plan of this run was made; it is not gone on with.
failure-script-changed-remedy = radoub apply { $service }
failure-script-gone = { $migration } is gone from the folder since the plan of this run was made.
failure-script-gone-remedy = fetch the folder again, then: radoub resume
failure-server-replaced = This is another server or database than the run began on ({ $what }: { $was } → { $is }); nothing was changed.
failure-server-replaced-remedy = mend the address, or look anew: radoub check { $service }
