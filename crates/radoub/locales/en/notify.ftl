# What is told of runs to those who are not at the terminal.
notify-start = ▶ { $project }: a run starts on { $services ->
    [one] { $services } service
   *[other] { $services } services
}
notify-work = To apply
notify-migrations = { $count ->
    [one] { $count } migration
   *[other] { $count } migrations
}
notify-gate-service = ❌ { $project }: { $service } does not work on its database
notify-gate-wave = ❌ { $project }: wave { $wave } of { $total } did not pass
notify-result = { $outcome ->
    [done] ✅ { $project }: the run is done
    [stopped] ⚠️ { $project }: the run was stopped
    [journal-failed] ❌ { $project }: the run ended because its journal could not be written
   *[failed] ❌ { $project }: the run failed
}
notify-test = 📨 { $project }: a message to try whether messages arrive
notify-counts = Services
notify-count = { $count } { $outcome ->
    [applied] applied
    [nothing] with nothing to do
    [refused] refused
    [failed] failed
    [held-back] not begun
    [unfinished] not at the end
   *[not-applicable] not applicable
}
notify-more = … and { $count } more
notify-next-rollback = radoub rollback { $service }
notify-next-verify = radoub verify { $service }
notify-next-show = radoub show { $run }
notify-next-all = radoub verify

notify-secret = { $from } gave nothing: { $reason }
notify-address = what is configured is no address
notify-late = no answer in time
notify-refused = refused with { $code }
notify-connection = { $reason }
notify-waiting = telling the others …
notify-undelivered = Not told to { $to } ({ $moment }): { $reason }. The run is as it is.
notify-undelivered-remedy = try it out: radoub notify --test
notify-nobody = Nobody is told of runs: radoub.toml has no [[notify]].
notify-nobody-remedy = [[notify]] with kind = "slack" and url_env = "SLACK_WEBHOOK_URL"; also webhook, teams, email
notify-delivered = ✅ { $to }: answered { $code } in { $took }{ $tries ->
    [one] {""}
   *[other] , at try { $tries }
}
notify-failed = ❌ { $to }: { $reason }

help-notify-about = Show who is told of runs, as [[notify]] of radoub.toml says
help-notify-arg-test = Send everybody a message, and say what each answered
help-notify-examples = {"  "}radoub notify
  {"  "}radoub notify --test
