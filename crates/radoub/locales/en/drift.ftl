# `radoub drift`: the three sides, the cause, the command that mends it.
drift-heading = Drift: schema.prisma, migration history, database
drift-column-service = SERVICE
drift-column-wanted-history = SCHEMA/HISTORY
drift-column-wanted-live = SCHEMA/DATABASE
drift-column-history-live = HISTORY/DATABASE
drift-column-verdict = VERDICT

cause-in-order = ✅ The three agree
cause-pending = ⚠️ Migrations wait to be applied
cause-pending-and-forgotten = ⚠️ Migrations wait, and schema.prisma has moved on since
cause-forgotten = ⚠️ schema.prisma was edited, and no migration written
cause-pushed = ⚠️ Pushed: the history does not make this database
cause-no-history = ⚠️ Pushed: there is no migration at all
cause-broken-history = ❌ The history does not run on an empty database
cause-edited-by-hand = ❌ The database was changed by hand
cause-all-differ = ❌ No two of the three agree
cause-unrecorded = ⚠️ The three agree, and _prisma_migrations says otherwise
cause-failed = ❌ A migration failed
cause-missing-files = ⚠️ The folder lacks applied migrations
cause-schema-refused = ❌ Prisma refuses schema.prisma
cause-not-comparable = ❌ The history could not be tried
cause-shared = ❌ Several services share this database
cause-unseen = ❌ The database could not be looked at
cause-not-applicable = ⚠️ N/A

side-live = the database
side-schema = schema.prisma
side-history = the history
side-applied = the applied migrations

drift-sides = schema.prisma { $wantedHistory } history, schema.prisma { $wantedLive } database, history { $historyLive } database
drift-shared = it shares its database with { $others }: each of them would drop what the others made
drift-between = from { $from } to { $to } ({ $count ->
    [one] { $count } statement
   *[other] { $count } statements
}):
drift-only = only in { $side }: { $kind } { $names }
drift-different = { $kind } { $name }:
drift-more = … and { $count } more
drift-kind-table = { $count ->
    [one] table
   *[other] { $count } tables:
}
drift-kind-enum = { $count ->
    [one] enum
   *[other] { $count } enums:
}
drift-kind-extension = { $count ->
    [one] extension
   *[other] { $count } extensions:
}
drift-kind-namespace = { $count ->
    [one] schema
   *[other] { $count } schemas:
}
drift-part-column = column
drift-part-primary-key = primary key
drift-part-unique = unique index
drift-part-index = index
drift-part-foreign-key = foreign key
drift-part-label = label
drift-part-setting = setting
drift-difference-type = type { $from } → { $to }
drift-difference-arity = { $from } → { $to }
drift-difference-default = default { $from } → { $to }
drift-difference-sequence = sequence { $from } → { $to }
drift-difference-name = name { $from } → { $to }
drift-difference-definition = { $from } → { $to }
drift-phantoms = { $count ->
    [one] { $count } difference is only Prisma's way of writing it, and left out
   *[other] { $count } differences are only Prisma's way of writing them, and left out
}
drift-replay-nothing = no migration to replay
drift-replay-ends = { $count ->
    [one] its migration runs
   *[other] its { $count } migrations run
} on an empty database ({ $took })
drift-replay-stops = the history stops at migration { $place } of { $count }, { $migration }:
drift-no-lock-file = migration_lock.toml is missing: prisma migrate diff refuses such a history; radoub adopt writes it
drift-summary = { $histories } of { $services } { $services ->
    [one] service
   *[other] services
} { $histories ->
    [one] has migrations
   *[other] have migrations
}, { $migrations } in all: { $run } { $run ->
    [one] history runs on an empty database
   *[other] histories run on an empty database
}, { $stop } { $stop ->
    [one] stops
   *[other] stop
}; { $whole } of { $services } { $services ->
    [one] service
   *[other] services
} { $whole ->
    [one] is described by its history
   *[other] are described by their history
}; { $unlocked } { $unlocked ->
    [one] has no migration_lock.toml
   *[other] have no migration_lock.toml
}.
drift-unmanaged = { $count ->
    [one] { $count } object
   *[other] { $count } objects
} of the database that Prisma does not see:
drift-unmanaged-none = nothing in the database that Prisma does not see
drift-part-changes = { $part }: { $differences }
drift-unmanaged-on = { $kind } { $name } on { $table }
drift-same-side = No side can be compared with itself: { $side } was named twice.
drift-same-side-remedy = name two of: live, schema, history, applied
drift-side-unknown = { $service }: { $side } is not known.
drift-verdict-in-order = ✅ SCHEMA, HISTORY AND DATABASE AGREE EVERYWHERE
drift-verdict-need = ⚠️ { $count ->
    [one] { $count } SERVICE OUT OF { $total } NEEDS ATTENTION
   *[other] { $count } SERVICES OUT OF { $total } NEED ATTENTION
}

repair-apply = radoub apply { $service }
repair-apply-first = radoub apply { $service }, then: radoub drift { $service }
repair-new = radoub new NAME --service { $service }
repair-keep-or-drop = radoub adopt { $service } --wins live (schema.prisma gets what it lacks) or radoub new NAME --service { $service } (the database loses it)
repair-adopt = radoub adopt { $service }
repair-adopt-choosing = radoub adopt { $service } --wins live (the database is right) or --wins schema (schema.prisma is right)
repair-keep-or-undo = radoub adopt { $service } --wins live (keep what was done by hand) or --wins schema (undo it)
repair-adopt-allowing = radoub adopt { $service } --allow { $odd }
repair-resolve = radoub resolve { $service }
repair-mend-script = mend { $migration }/migration.sql, which was never applied, then: radoub drift { $service }
repair-mend-schema = mend schema.prisma, then: radoub drift { $service }
repair-mend-scratch = give radoub a scratch database: SHADOW_DATABASE_URL, a role that may create databases, or PostgreSQL installed here
repair-part-databases = give each service a database or a schema of its own

unmanaged-extension = extension
unmanaged-collation = collation
unmanaged-domain = domain
unmanaged-composite-type = composite type
unmanaged-range-type = range type
unmanaged-sequence = sequence
unmanaged-function = function
unmanaged-procedure = procedure
unmanaged-aggregate = aggregate
unmanaged-operator = operator
unmanaged-cast = cast
unmanaged-text-search = text search object
unmanaged-view = view
unmanaged-materialized-view = materialized view
unmanaged-view-index = index
unmanaged-foreign-table = foreign table
unmanaged-partitioning = partitioning of
unmanaged-partition = partition
unmanaged-inheritance = inheritance of
unmanaged-column-detail = detail of the column
unmanaged-identity = identity of the column
unmanaged-generated-column = generated column
unmanaged-check = check
unmanaged-exclusion = exclusion
unmanaged-constraint-detail = detail of the constraint
unmanaged-partial-index = partial index
unmanaged-expression-index = expression index
unmanaged-index-detail = detail of the index
unmanaged-statistics = extended statistics
unmanaged-rule = rule
unmanaged-trigger = trigger
unmanaged-event-trigger = event trigger
unmanaged-row-security = row security of
unmanaged-policy = policy
unmanaged-table-detail = detail of the table
unmanaged-comment = comment on
unmanaged-operator-class = operator class
unmanaged-foreign-key = foreign key
unmanaged-other-index = index

reference-causes = ## Causes of a drift
    {""}
    What `radoub drift` and `radoub check --deep` find between schema.prisma, history and database. The heaviest of all services is the exit code.
