# One sentence per kind of failure, and what to do about it where one thing helps.
failure-url-not-set = No database URL: { $variable } is set nowhere.
failure-url-not-set-remedy = set { $variable } in the environment, in .env or in the Compose file, or url in radoub.toml
failure-url-empty = The database URL is empty: { $variable } has no value.
failure-url-empty-remedy = give { $variable } a value
failure-url-invalid = The database URL is invalid: { $reason }.
failure-url-invalid-remedy = mend the URL: postgresql://user:password@host:port/database
failure-not-published = { $host }:{ $port } is a name inside the Compose network, and publishes no port on this machine.
failure-not-published-remedy = publish it in the Compose file, ports: ["127.0.0.1:15432:{ $port }"] under { $host }, or set url in radoub.toml
failure-url-source-failed = { $source } gave no database URL: { $reason }.
failure-url-source-failed-remedy = check url_file, url_env or url_command in radoub.toml
failure-unknown-host = The host { $host } is not known here.
failure-unknown-host-remedy = inside Compose the server has another name: publish its port, or set url in radoub.toml
failure-connection-refused = Nothing answers at { $server }.
failure-connection-refused-remedy = start the server (docker compose up -d postgres), or check the port
failure-connection-timed-out = { $server } did not answer within { $seconds } s.
failure-connection-timed-out-remedy = check the server and the network; --timeout waits longer
failure-not-postgres = What answers at { $server } is not PostgreSQL.
failure-not-postgres-remedy = check host and port of the URL
failure-server-not-ready = The server at { $server } is starting, stopping or recovering.
failure-server-not-ready-remedy = wait a few seconds, then: radoub check { $service }
failure-authentication-failed = The server at { $server } refuses the password of { $user }.
failure-authentication-failed-remedy = check user and password of the URL
failure-database-missing = Database { $database } does not exist on { $server }.
failure-database-missing-remedy = radoub apply { $service } --create-database
failure-access-denied = { $user } may not do this in { $database }.
failure-access-denied-remedy = grant { $user } the rights on { $database }, or give the owner's URL as directUrl
failure-too-many-connections = The server at { $server } has no connection left.
failure-too-many-connections-remedy = close idle clients, raise max_connections, or lower --per-server
failure-tls = No secure connection to { $server }: { $reason }.
failure-tls-remedy = check sslmode, sslcert and the server's certificate
failure-connection-lost = The connection to { $server } was lost.
failure-connection-lost-remedy = look at the server's log, then: radoub check { $service }
failure-read-only = The server at { $server } is read-only.
failure-read-only-remedy = give the primary's address: this is a standby, or default_transaction_read_only is on
failure-pooler = A pooler in transaction mode stands before { $server }: a lock taken through it would protect nothing.
failure-pooler-remedy = give the direct address as directUrl in the schema, or as url in radoub.toml
failure-lock-held = Process { $pid } ({ $application }, { $client }) holds the migration lock since { $since }.
failure-lock-held-remedy = wait until it is done, or use --wait; nothing was changed
failure-lock-timeout = { $migration } did not get its locks in { $attempts } tries. { $stays ->
    [nothing] Nothing of it was changed.
   *[other] { $stays } of its { $statements } statements are committed and stay.
} In the way: { $blockers }
failure-lock-timeout-remedy = end the blocking session, or try again later: radoub apply { $service }
failure-not-empty = Database { $database } holds tables ({ $tables }) and no _prisma_migrations (P3005).
failure-not-empty-remedy = radoub adopt { $service }
failure-failed-migrations = { $migration } failed before; nothing new is applied until it is resolved (P3009).
failure-failed-migrations-remedy = radoub resolve { $service }
failure-script-failed = { $migration } failed. { $stays ->
    [nothing] Nothing of it was changed; it can be tried again.
   *[other] { $stays } of its { $statements } statements are committed and stay; radoub apply carries on from there.
}
failure-script-failed-remedy = { $stays ->
    [nothing] mend { $file }, then: radoub apply { $service }
   *[other] mend what it stumbles over, then: radoub apply { $service }; or undo its first statements, mend { $file }, then: radoub resolve { $service } --rolled-back { $migration }
}
failure-script-missing = { $migration } has no migration.sql (P3015).
failure-script-missing-remedy = put { $migration }/migration.sql back, or delete the folder
failure-other-provider = migration_lock.toml names { $found } instead of postgresql (P3019).
failure-other-provider-remedy = put provider = "postgresql" into migration_lock.toml
failure-already-applied = { $migration } is already recorded as applied (P3008).
failure-already-applied-remedy = nothing to do: radoub check { $service }
failure-unknown-migration = There is no migration { $migration } with a migration.sql in { $folder } (P3017).
failure-unknown-migration-remedy = give the whole name of the folder, such as 20201207184859_initial_migration
failure-never-applied = { $migration } was never applied (P3011).
failure-never-applied-remedy = give the whole name of the folder; radoub check { $service } lists the failed ones
failure-not-failed = { $migration } is not in a failed state (P3012).
failure-not-failed-remedy = only a failed migration can be marked as rolled back
failure-changed-since = { $migration } was half applied, and its file has changed since.
failure-changed-since-remedy = put the file back as it was and run radoub apply { $service }, or undo its first statements and run radoub resolve { $service } --rolled-back { $migration }
failure-outcome-unknown = It cannot be told whether statement { $statement } of { $migration } was done before the last run ended.
failure-outcome-unknown-remedy = look at the database, then: radoub resolve { $service } --applied { $migration }, or --rolled-back
failure-moved = The ledger has changed since it was looked at: { $reason }.
failure-moved-remedy = radoub apply { $service }
failure-unreadable = { $path } cannot be read: { $reason }.
failure-unreadable-remedy = check that the file is there and that you may read it
failure-scratch-denied = { $user } may not create databases at { $server } (P3014).
failure-scratch-denied-remedy = ALTER ROLE { $user } CREATEDB, set shadowDatabaseUrl, or use --scratch local
failure-no-scratch = There is no scratch database for this (P3014).
failure-no-scratch-remedy = give the role CREATEDB, set shadowDatabaseUrl, or install PostgreSQL's server programs on this machine
failure-reaches-outside = { $migration } reaches outside its database ({ $statement }, line { $line }), so it is not run on the service's own server.
failure-reaches-outside-remedy = --scratch server runs it there all the same
failure-shadow-unusable = The shadow database { $database } at { $server } cannot be used.
failure-shadow-unusable-remedy = mend shadowDatabaseUrl, create the database, or use --scratch server or --scratch local
failure-shadow-is-url = The shadow database { $database } at { $server } is the service's own database: it would be emptied. Nothing was changed.
failure-shadow-is-url-remedy = give shadowDatabaseUrl another database, or remove it
failure-shadow-of-fleet = The shadow database { $database } at { $server } is the database of the service { $owner }: it would be emptied. Nothing was changed.
failure-shadow-of-fleet-remedy = give shadowDatabaseUrl another database, or remove it
failure-shadow-in-use = The shadow database { $database } at { $server } has applied migrations ({ $namespace }._prisma_migrations), so it is a database of somebody's: it would be emptied. Nothing was changed.
failure-shadow-in-use-remedy = give shadowDatabaseUrl a database that is used for nothing else; if this one is, drop its table _prisma_migrations
failure-shadow-filled = The shadow database { $database } at { $server } has data in { $table }, which may be somebody's only copy: it is left as it is.
failure-shadow-filled-remedy = give shadowDatabaseUrl a database that is used for nothing else, or remove it; if nobody needs what this one holds, empty it yourself
failure-shadow-busy = Another radoub has kept the shadow database { $database } at { $server } for { $seconds } s.
failure-shadow-busy-remedy = wait until it is done, or use --scratch server or --scratch local
failure-reset-failed = Database { $database } at { $server } could not be emptied (P3016): { $statement }.
failure-reset-failed-remedy = let { $user } own the schema and what is in it
failure-local-missing = This machine has no PostgreSQL server programs (initdb, pg_ctl, postgres).
failure-local-missing-remedy = install the package postgresql, or put the folder of the programs into PATH
failure-local-failed = No temporary PostgreSQL server could be started: { $reason }.
failure-local-failed-remedy = check the temporary folder and its free space
failure-embedded-missing = This radoub was built without the embedded PostgreSQL.
failure-embedded-failed = The embedded PostgreSQL could not be started: { $reason }.
failure-replay-failed = { $migration } does not run on an empty database (P3006).
failure-replay-failed-remedy = mend { $file }; if it is applied everywhere already, radoub adopt { $service } makes a history that runs
failure-extension-missing = { $migration } (line { $line }) asks for the extension { $extension }, which the scratch server { $server } does not have (P3006).
failure-extension-missing-remedy = install the extension there, or use a shadow database on a server that has it
failure-shadow-init-failed = The text of initShadowDb does not run at { $server } (P3006).
failure-shadow-init-failed-remedy = mend migrations.initShadowDb in prisma.config
failure-left-behind = { $what } could not be removed: { $reason }.
failure-left-behind-remedy = remove it by hand, or leave it to the next run
failure-interrupted = { $stays ->
    [nothing] Stopped before { $migration }: nothing of it is done.
   *[other] Stopped in { $migration }: { $stays } of its { $statements } statements are committed and stay.
}
failure-interrupted-remedy = radoub resume
failure-server = The server refused: { $reason }.
failure-leaves-scope = The foreign key { $constraint } of { $table } refers to { $target }, in a schema that the datasource does not list (P4002).
failure-leaves-scope-remedy = add that schema to `schemas` of the datasource, or drop the key
