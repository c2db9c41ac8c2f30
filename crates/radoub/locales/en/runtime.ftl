# The container engine, and what containers print.
logs-no-container = The Compose project { $project } has no container of these services
logs-no-container-remedy = Start them (docker compose up -d), or name the project: --project-name
logs-no-errors = No line speaks of an error

help-logs-about = Show what services print, in their containers or by their `logs` command in radoub.toml
help-logs-arg-services = Services to read (default: all)
help-logs-arg-tail = Only that many lines from the end of each (default: 50, all with --since)
help-logs-arg-since = Only lines of that time: 30s, 10m, 2h, 1d
help-logs-arg-errors = Only lines that speak of an error
help-logs-arg-follow = Wait for more until Ctrl-C
help-logs-examples = {"  "}radoub logs auth-service --tail 100 --errors
  {"  "}radoub logs --since 10m
  {"  "}radoub logs billing-service --follow

# What `verify` and `restart` found.
gate-runs = { $checked ->
    [yes] { $container } runs, and its health check is content
   *[no] { $container } runs (it has no health check)
}
gate-no-container = no container of it: docker compose up -d
gate-stands = { $container } does not run: { $state }{ $code ->
    [none] {""}
   *[other] , its program ended with { $code }
}{ $memory ->
    [yes] {" "}for want of memory
   *[no] {""}
}
gate-loops = { $container } is started again and again: { $restarts ->
    [one] once
   *[other] { $restarts } times
} so far
gate-started-again = { $container } was started again while it was watched
gate-vanished = { $container } is gone; it was there a moment ago
gate-unwell = the health check of { $container } says: { $health }
gate-engine-away = containers could not be looked at: { $reason }
gate-answers = { $address } answered { $status } in { $took }
gate-refuses = { $address } answered { $status } in { $took }
gate-unexpected = { $address } answered { $status }, and should answer { $wanted }
gate-slow = { $address } answered { $status } in { $took }, and may take { $within }
gate-silent = { $address } does not answer: { $reason }
gate-readable = { $tables ->
    [0] no table to ask
    [one] { $tables } table asked, every column can be read
   *[other] { $tables } tables asked, every column can be read
}
gate-unreadable = { $count ->
    [0] the table { $table } cannot be read
    [one] the table { $table } lacks the column { $columns }
   *[other] the table { $table } lacks the columns { $columns }
}
gate-schema-refused = schema.prisma has { $mistakes ->
    [one] { $mistakes } mistake
   *[other] { $mistakes } mistakes
}, so its tables could not be asked: radoub prisma validate
gate-schema-away = schema.prisma cannot be read: { $reason }
verify-mark-pass = ✅
verify-mark-inconclusive = ❔
verify-mark-fail = ❌
verify-mark-notice = ℹ️
verify-logs-clean = no new error in its logs
verify-log-error = new error in the log of { $container }{ $count ->
    [one] {""}
   *[other] {" "}({ $count } times)
}:
verify-data-sound = data sound: no orphans, no sequence behind, assertions hold
verify-data-unanswered = the data could not be asked: { $reason }
verify-orphans = { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} of { $table } refer to nothing ({ $key })
verify-sequence-behind = the sequence { $sequence } gives { $next } next, and { $column } holds { $largest } already: the next insert fails
verify-assertion-violated = { $file } does not hold: { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}, the first: { $first }
verify-assertion-refused = { $file } cannot be asked: { $said }
verify-not-remembered = nothing is remembered of it, so nothing is compared
verify-not-counted = its tables could not be counted:
verify-remembered = remembered: { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
}, { $rows } rows{ $left ->
    [0] {""}
    [one] ; { $left } table was left out
   *[other] ; { $left } tables were left out
}
verify-remembered-in = Remembered in { $path }; compare with it: radoub verify --since last
error-memory = { $path } cannot be used as what was remembered.
error-memory-nothing = Nothing is remembered in { $path }.
error-memory-remedy = remember the present state first: radoub verify --remember
compared-title = { $service }: before and after
compared-same = { $tables ->
    [one] { $tables } table holds
   *[other] { $tables } tables hold
} what they held on { $since }: { $rows } rows, same keys, same values
compared-difference = { $change ->
    [gone] { $table } is gone, with { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
    [lost] { $table } has lost { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
    [gained] { $table } has { $count ->
        [one] { $count } row
       *[other] { $count } rows
    } more
    [replaced] rows of { $table } are gone and as many others came
   *[changed] { $table } has other values in { $columns }
}
compared-sentence = { $what }: { $why }{ $blind ->
    [yes] ; whether the other rows still have their values cannot be told
   *[no] {""}
}
compared-of = { $table }: { $what }
compared-cause = { $cause ->
    [migration] the migration { $migration } says so
    [code] perhaps by the code that the migration { $migration } runs
    [use] written meanwhile by those who use it ({ $inserted } inserted, { $updated } updated, { $deleted } deleted)
   *[nobody] { $counted ->
        [yes] no migration says so, and nobody is known who did it ({ $inserted } inserted, { $updated } updated, { $deleted } deleted meanwhile)
       *[no] no migration says so, and nobody is known who did it
    }
}
compared-left-out = { $table } ({ $size }) is not compared: { $because ->
    [unreadable] the role may not read all of it
    [budget] the time for counting was over; [verify] census_seconds in radoub.toml gives more
    [locked] somebody kept it locked
   *[refused] { $said }
}
compared-times = health route: { $now }
compared-times-both = { $slower ->
    [yes] the health route is slower than its spread explains: { $now }, before { $before }
   *[no] health route: { $now }, before { $before }
}
compared-spread = median { $median }, half of { $answers } answers within { $low } and { $high }
compared-samples = { $table }, a few rows:
compared-row = row
compared-column = column
compared-before = before
compared-after = after
compared-row-gone = (gone)
compared-row-same = (the same)
compared-samples-same = { $count ->
    [one] the row that is remembered of it is
   *[other] the { $count } rows that are remembered of it are
} the same
verify-checklist = Checklist
verify-box-logs = Service logs (no Prisma errors)
verify-box-endpoints = Main endpoints
verify-box-data = Data integrity
verify-box-interface = User interface (for a person)
verify-box-performance = Performance (response times)
verify-end-pass = Everything that radoub can ask is well
verify-end-inconclusive = Nothing is wrong, but something could not be asked
verify-end-fail = Something is wrong
# The one next action, by what is wrong; where there is none of these, the remedy of the failure.
verify-next = look at what is open, then remember the present state: radoub verify { $service } --remember
verify-next-service-down = radoub logs { $service } --errors
verify-next-service-loops = radoub logs { $service } --errors
verify-next-service-started-again = radoub logs { $service } --errors
verify-next-service-vanished = docker compose up -d, then: radoub verify { $service }
verify-next-service-unwell = radoub logs { $service } --errors
verify-next-route-refuses = radoub logs { $service } --errors
verify-next-route-unexpected = radoub logs { $service } --errors
verify-next-route-slow = radoub logs { $service } --errors
verify-next-route-silent = radoub logs { $service } --errors
verify-next-new-errors = radoub logs { $service } --errors | radoub doctor --explain -
verify-next-table-unreadable = radoub drift { $service }
verify-next-rows-lost = radoub rollback { $service }
verify-next-values-changed = radoub rollback { $service }
verify-next-orphans = give these rows their parent or delete them, then: radoub verify { $service }
verify-next-sequence-behind = move it on with setval, then: radoub verify { $service }
verify-next-assertion-fails = mend the data or what is asked of it, then: radoub verify { $service }
symptom-missing-column = the column { $name } is missing: look for the migration that brings it (radoub check)
symptom-missing-table = the table { $name } is missing: look for the migration that brings it (radoub check)
symptom-missing-database = the database { $name } is missing: radoub apply --create-database
restart-done = { $well ->
    [none] { $service } restarted in { $took }
   *[other] { $service } restarted in { $took }, well again { $well } after the order
}
restart-left = not restarted, because the one before is not well: { $services }

start-unread = { $service } runs { $script } when it starts ({ $place }), and that could not be read: what it does to the database is not known

help-verify-about = Show whether services work: containers, health routes, tables, new errors in logs, sound data
help-verify-arg-services = Services to verify (default: all)
help-verify-arg-wait = Seconds that a service has to become well (default: 60, or `health_seconds` of [verify] in radoub.toml)
help-verify-arg-quiet = Seconds after which it is looked at a second time (default: not)
help-verify-arg-no-containers = Leave containers and logs out: databases only
help-verify-arg-markdown = The checklist alone, as Markdown, and what --since found
help-verify-arg-remember = Count the rows of every table and sum up its columns, and remember that in the state folder
help-verify-arg-since = Compare the tables with what was remembered: `last`, or a file of --remember
help-verify-examples = {"  "}radoub verify auth-service technical-service
  {"  "}radoub verify --remember
  {"  "}radoub verify --since last
  {"  "}radoub verify --quiet 30
  {"  "}radoub verify --json | jq '.services[] | select(.verdict != "pass")'
help-restart-about = Restart services one after another, and look at each before the next
help-restart-arg-services = Services to restart
help-restart-arg-wait = Seconds that a service has to become well (default: 60, or `health_seconds` of [verify] in radoub.toml)
help-restart-arg-quiet = Seconds after which it is looked at a second time (default: 5, or `quiet_seconds` of [verify] in radoub.toml; 0 for one look)
help-restart-arg-allow = Hazard that is agreed to, for a service that pushes its schema when it starts: push-at-start
help-restart-arg-rebuild = Build the images of services to be restarted anew
help-restart-arg-no-rebuild = Restart them with the images that are there
help-restart-examples = {"  "}radoub restart auth-service
  {"  "}radoub restart auth-service billing-service --quiet 30

failure-push-at-start = { $service } runs { $statement } whenever it starts ({ $place }), so a restart would change its tables past their history; nothing was changed.
failure-push-at-start-remedy = take that command out of the start and use radoub apply for it, or agree to it: radoub { $verb } { $service } --allow { $hazard }{ $verb ->
    [restart] {""}
   *[apply] ; without a restart: --no-restart
}
failure-build-failed = The image of { $service } could not be built.
failure-build-failed-remedy = mend its build, or restart it as it is: --no-rebuild, or rebuild = false in radoub.toml
failure-restart-failed = { $service } could not be restarted. Its migrations are applied.
failure-restart-failed-remedy = { $command ->
    [none] look at the engine (docker ps), then: radoub resume
   *[other] try the command of radoub.toml by hand, in the folder of the service, until it ends well ({ $command }), then: radoub resume
}
failure-engine-address = { $kind ->
    [tls] { $host } wants TLS (DOCKER_TLS_VERIFY), which radoub does not speak to a container engine.
   *[scheme] { $host } is no socket, named pipe or plain TCP address, so radoub cannot reach that container engine.
}
failure-engine-address-remedy = give a socket, named pipe or plain TCP address in DOCKER_HOST, or run radoub on the engine's machine
failure-engine-unreachable = No container engine answers at { $host }: { $reason }
failure-engine-unreachable-remedy = start Docker, or give the engine's address in DOCKER_HOST; databases can be worked on without it
failure-engine-silent = The container engine at { $host } did not answer within { $seconds } s.
failure-engine-silent-remedy = look whether Docker still works (docker ps); --timeout gives it longer
failure-engine-refused = The container engine refused: { $reason }
failure-engine-refused-remedy = look at the container with docker inspect
failure-not-restartable = { $service } has no container, and no command in radoub.toml that restarts it.
failure-not-restartable-remedy = start it (docker compose up -d { $service }), or name the command: [service.{ $service }] restart = ["program", "argument"]
failure-compose-missing = Neither `docker compose` nor `docker-compose` is on this machine.
failure-compose-missing-remedy = install Docker Compose, or run radoub where it is
failure-command-not-started = { $command } could not be started: { $reason }
failure-command-not-started-remedy = look whether the program is there and may be run
failure-command-failed = { $command } failed ({ $status }){ $count ->
    [0] {""}
   *[other] : { $reason }
}
failure-command-failed-remedy = try it by hand, in the folder of the service
failure-command-late = { $command } did not end within { $seconds } s, and was ended.
failure-command-late-remedy = see that it ends by itself: what it starts has to go on without it
failure-service-down = { $container } does not run after its restart: { $state }{ $code ->
    [none] {""}
   *[other] , its program ended with { $code }
}.
failure-service-down-remedy = radoub logs { $service } --errors; the way back: radoub rollback { $service }
failure-service-loops = { $container } is started again and again ({ $count }).
failure-service-loops-remedy = radoub logs { $service } --errors; the way back: radoub rollback { $service }
failure-service-started-again = { $container } was started again while it was watched.
failure-service-started-again-remedy = radoub logs { $service } --errors; the way back: radoub rollback { $service }
failure-service-vanished = { $container } was there and is gone.
failure-service-vanished-remedy = docker compose up -d, then: radoub verify { $service }
failure-containers-unseen = Its containers could not be looked at, so nobody knows how it is.
failure-containers-unseen-remedy = look at the engine (docker ps), then: radoub verify { $service }
failure-no-container = It has no container.
failure-no-container-remedy = docker compose up -d, then: radoub verify { $service }
failure-log-unread = The log of { $container } could not be read, so errors in it are not known.
failure-log-unread-remedy = radoub logs { $service }
failure-data-unasked = Its data could not be asked: { $reason }
failure-data-unasked-remedy = radoub doctor { $service }
failure-tables-unknown = schema.prisma has { $count ->
    [one] { $count } mistake
   *[other] { $count } mistakes
}, so nobody knows which tables to ask.
failure-tables-unknown-remedy = radoub prisma validate
failure-service-unwell = The health check of { $container } is not content: { $state }.
failure-service-unwell-remedy = radoub logs { $service } --errors; the way back: radoub rollback { $service }
failure-route-refuses = { $address } answers { $status }.
failure-route-refuses-remedy = radoub logs { $service } --errors; the way back: radoub rollback { $service }
failure-route-unexpected = { $address } answers { $status }, and should answer { $wanted }.
failure-route-unexpected-remedy = radoub logs { $service } --errors; the way back: radoub rollback { $service }
failure-route-slow = { $address } takes { $found } ms for its answer, and may take { $wanted } ms.
failure-route-slow-remedy = radoub logs { $service } --errors; the way back: radoub rollback { $service }
failure-route-silent = { $address } gives no answer: { $reason }
failure-route-silent-remedy = radoub logs { $service } --errors; the way back: radoub rollback { $service }
failure-table-unreadable = The table { $table } cannot be read as the service reads it{ $count ->
    [0] {""}
    [one] : the column { $columns } is missing
   *[other] : the columns { $columns } are missing
}. { $reason }
failure-table-unreadable-remedy = radoub drift { $service } shows what schema.prisma and database differ in; the way back: radoub rollback { $service }
failure-new-errors = The log of { $container } shows errors that were not there before ({ $count }): { $line }
failure-new-errors-remedy = radoub logs { $service } --errors; the way back: radoub rollback { $service }
failure-rows-lost = Rows of { $table } are gone ({ $count }), which no migration says and nobody accounts for.
failure-rows-lost-remedy = look before anything else writes to it; the way back: radoub rollback { $service }
failure-values-changed = { $table } has other values in { $columns }, which no migration says and nobody accounts for.
failure-values-changed-remedy = look before anything else writes to it; the way back: radoub rollback { $service }
failure-orphans = Rows of { $table } refer to rows that are not there ({ $count }, { $constraint }), which was not so before.
failure-orphans-remedy = radoub verify { $service }; the way back: radoub rollback { $service }
failure-sequence-behind = The sequence { $name } gives { $is } next, and { $columns } holds { $found } already, which was not so before: the next insert fails.
failure-sequence-behind-remedy = move it on with setval; the way back: radoub rollback { $service }
failure-assertion-fails = What must hold does not any more: { $name } ({ $reason })
failure-assertion-fails-remedy = radoub verify { $service }; the way back: radoub rollback { $service }
