//! The checks of the doctor: their names, areas and weights. What each looks at is in the rooms beside this one.

macro_rules! checks {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $area:ident, $severity:ident;)*) => {
        /// What the doctor looks for; in the order in which findings of one severity are told.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check { $($(#[$doc])* $name,)* }

        impl Check {
            /// All of them, in the order of telling.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name on the command line, in `--json` and in the keys of the locale files.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// What part of the fleet it is about.
            pub fn area(self) -> Area {
                match self { $(Self::$name => Area::$area,)* }
            }

            /// How much a finding weighs.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

/// A part of the fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// What services do to their databases at their start.
    Start,
    /// Databases and roles.
    Database,
    /// Database servers.
    Server,
    /// Migration histories.
    Migrations,
    /// Schemas, packages and addresses.
    Prisma,
    /// Health routes and checks.
    Health,
    /// Containers that run.
    Containers,
    /// The Compose file.
    Compose,
    /// Dockerfiles and scripts.
    Image,
    /// Passwords and keys in files.
    Secrets,
    /// This machine.
    Environment,
}

impl Area {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Start,
        Self::Database,
        Self::Server,
        Self::Migrations,
        Self::Prisma,
        Self::Health,
        Self::Containers,
        Self::Compose,
        Self::Image,
        Self::Secrets,
        Self::Environment,
    ];

    /// The name on the command line, in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Database => "database",
            Self::Server => "server",
            Self::Migrations => "migrations",
            Self::Prisma => "prisma",
            Self::Health => "health",
            Self::Containers => "containers",
            Self::Compose => "compose",
            Self::Image => "image",
            Self::Secrets => "secrets",
            Self::Environment => "environment",
        }
    }
}

/// How much a finding weighs, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Data is or will be lost, or services are or will be down.
    Danger,
    /// It will cost somebody a day.
    Problem,
    /// It can be done better.
    Advice,
}

impl Severity {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Danger, Self::Problem, Self::Advice];

    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Problem => "problem",
            Self::Advice => "advice",
        }
    }
}

checks! {
    /// The start of a service deletes its database.
    StartResets = "start-resets", Start, Danger;
    /// The start of a service pushes its schema and accepts to lose data.
    StartPushesWithLoss = "start-pushes-with-loss", Start, Danger;
    /// The start of a service runs `migrate dev`, which may reset the database.
    StartDevelops = "start-develops", Start, Danger;
    /// A variable that the Compose file requires is set nowhere.
    VariableRequiredMissing = "variable-required-missing", Compose, Danger;
    /// Nobody answers at the address of a database.
    ServerUnreachable = "server-unreachable", Server, Danger;
    /// The server refuses the role or its password.
    LoginRefused = "login-refused", Database, Danger;
    /// A database is not there.
    DatabaseMissing = "database-missing", Database, Danger;
    /// A table or column that the client will read is not there or may not be read.
    TableUnreadable = "table-unreadable", Database, Danger;
    /// A health route answers that all is well while tables are broken.
    HealthRouteBlind = "health-route-blind", Health, Danger;
    /// A migration failed and blocks those behind it.
    MigrationFailed = "migration-failed", Migrations, Danger;
    /// A migration changes a table that no migration creates.
    HistoryTouchesUnknownTable = "history-touches-unknown-table", Migrations, Danger;
    /// The history stops on an empty database (`--deep`).
    HistoryNotReplayable = "history-not-replayable", Migrations, Danger;
    /// A folder of the history has no `migration.sql`.
    MigrationWithoutScript = "migration-without-script", Migrations, Danger;
    /// A script begins with a byte order mark.
    MigrationByteOrderMark = "migration-byte-order-mark", Migrations, Danger;
    /// Git ignores the migrations.
    MigrationsIgnored = "migrations-ignored", Migrations, Danger;
    /// `migration_lock.toml` names another database.
    LockFileWrong = "lock-file-wrong", Migrations, Danger;
    /// Prisma refuses the schema.
    SchemaRefused = "schema-refused", Prisma, Danger;
    /// The shadow database is the database itself.
    ShadowIsMain = "shadow-is-main", Prisma, Danger;
    /// Any release of Prisma may be installed.
    PrismaRangeOpen = "prisma-range-open", Prisma, Danger;
    /// A password stands in the schema.
    SchemaHoldsPassword = "schema-holds-password", Secrets, Danger;
    /// An `.env` file is in Git.
    EnvFileTracked = "env-file-tracked", Secrets, Danger;
    /// The data of a server lies in its container.
    DatabaseWithoutVolume = "database-without-volume", Compose, Danger;
    /// The volume of a server is not where its image keeps the data.
    VolumeMisplaced = "volume-misplaced", Compose, Danger;
    /// A database port is open to every network.
    DatabasePortOpen = "database-port-open", Compose, Danger;
    /// Nothing can be written on a server.
    ServerReadOnly = "server-read-only", Server, Danger;
    /// `fsync` is off.
    FsyncOff = "fsync-off", Server, Danger;
    /// `full_page_writes` is off.
    FullPageWritesOff = "full-page-writes-off", Server, Danger;
    /// `autovacuum` is off.
    AutovacuumOff = "autovacuum-off", Server, Danger;
    /// Transaction numbers are running out.
    WraparoundNear = "wraparound-near", Database, Danger;
    /// A sequence is near its end.
    SequenceNearEnd = "sequence-near-end", Database, Danger;
    /// A sequence will give a value that is taken.
    SequenceBehind = "sequence-behind", Database, Danger;
    /// A migration asks for an extension that the server does not have.
    ExtensionMissing = "extension-missing", Database, Danger;
    /// A pooler that shares sessions stands before the server unsaid.
    PoolerUndeclared = "pooler-undeclared", Database, Danger;
    /// A container starts again and again.
    ContainerRestarting = "container-restarting", Containers, Danger;
    /// The start of a service pushes its schema past the history.
    StartPushes = "start-pushes", Start, Problem;
    /// A service starts although its migration failed.
    StartIgnoresFailure = "start-ignores-failure", Start, Problem;
    /// The start of a service fetches Prisma from the registry.
    StartDownloadsPrisma = "start-downloads-prisma", Start, Problem;
    /// A schema has models and no migration.
    SchemaWithoutMigrations = "schema-without-migrations", Migrations, Problem;
    /// Tables of the schema are created by no migration.
    ModelWithoutMigration = "model-without-migration", Migrations, Problem;
    /// The history does not end at the schema (`--deep`).
    HistoryDiffersFromSchema = "history-differs-from-schema", Migrations, Problem;
    /// A migration was edited after it was applied.
    MigrationEdited = "migration-edited", Migrations, Problem;
    /// Migrations wait to be applied.
    MigrationsPending = "migrations-pending", Migrations, Problem;
    /// The database has migrations that the folder lacks.
    HistoryBehind = "history-behind", Migrations, Problem;
    /// Folder and database each have migrations that the other lacks.
    HistoryDiverged = "history-diverged", Migrations, Problem;
    /// The database has tables and no ledger.
    DatabaseNotManaged = "database-not-managed", Migrations, Problem;
    /// There is no `migration_lock.toml`.
    LockFileMissing = "lock-file-missing", Migrations, Problem;
    /// A script is not UTF-8.
    MigrationNotUtf8 = "migration-not-utf8", Migrations, Problem;
    /// Migrations are not committed.
    MigrationsUncommitted = "migrations-uncommitted", Migrations, Problem;
    /// Two services use one database and schema.
    DatabaseShared = "database-shared", Prisma, Problem;
    /// The address of a database is not known.
    AddressUnknown = "address-unknown", Prisma, Problem;
    /// The server of a database publishes no port.
    PortNotPublished = "port-not-published", Compose, Problem;
    /// Passwords and rows cross the network in the clear.
    SslmodeOff = "sslmode-off", Prisma, Problem;
    /// `prisma` and `@prisma/client` are of different releases.
    PrismaVersionsDiffer = "prisma-versions-differ", Prisma, Problem;
    /// The release of Prisma is not fixed.
    PrismaUnpinned = "prisma-unpinned", Prisma, Problem;
    /// A package has no lock file.
    PackageLockMissing = "package-lock-missing", Prisma, Problem;
    /// A health route answers a constant.
    HealthRouteConstant = "health-route-constant", Health, Problem;
    /// A service has no health check.
    HealthcheckMissing = "healthcheck-missing", Health, Problem;
    /// A database server has no health check.
    HealthcheckMissingServer = "healthcheck-missing-server", Health, Problem;
    /// A service does not wait until its database is ready.
    DependsWithoutHealth = "depends-without-health", Compose, Problem;
    /// A health check is not content.
    ContainerUnhealthy = "container-unhealthy", Containers, Problem;
    /// A container was ended for want of memory.
    ContainerOutOfMemory = "container-out-of-memory", Containers, Problem;
    /// A container stands still.
    ContainerStopped = "container-stopped", Containers, Problem;
    /// Prisma's engine comes from a third party.
    EngineMirror = "engine-mirror", Image, Problem;
    /// The checksum of Prisma's engine is not tested.
    EngineChecksumOff = "engine-checksum-off", Image, Problem;
    /// An image is built although its client could not be generated.
    GenerateFailureIgnored = "generate-failure-ignored", Image, Problem;
    /// An image is built on whatever is newest.
    BaseImageUnpinned = "base-image-unpinned", Image, Problem;
    /// A shell script begins with a byte order mark.
    ScriptByteOrderMark = "script-byte-order-mark", Image, Problem;
    /// A shell script has the line ends of Windows.
    ScriptCarriageReturns = "script-carriage-returns", Image, Problem;
    /// A service runs whatever image is newest.
    ImageUnpinned = "image-unpinned", Compose, Problem;
    /// Two services want the same container name.
    ContainerNameTwice = "container-name-twice", Compose, Problem;
    /// Two services want the same port.
    PortPublishedTwice = "port-published-twice", Compose, Problem;
    /// A variable is not set and counts as empty.
    VariableUnset = "variable-unset", Compose, Problem;
    /// An `env_file` is not there.
    EnvFileMissing = "env-file-missing", Compose, Problem;
    /// A secret stands in a Compose file.
    SecretInCompose = "secret-in-compose", Secrets, Problem;
    /// A secret stands in a Dockerfile.
    SecretInDockerfile = "secret-in-dockerfile", Secrets, Problem;
    /// Git would take an `.env` file.
    EnvFileNotIgnored = "env-file-not-ignored", Secrets, Problem;
    /// A password that everybody guesses.
    PasswordWeak = "password-weak", Secrets, Problem;
    /// The role may not create tables.
    RoleWithoutCreate = "role-without-create", Database, Problem;
    /// A service works as a superuser.
    RoleSuperuser = "role-superuser", Database, Problem;
    /// Statements of the role are cut off.
    RoleStatementTimeout = "role-statement-timeout", Database, Problem;
    /// Somebody holds the migration lock.
    LockHeld = "lock-held", Database, Problem;
    /// A transaction has been open for long.
    TransactionLong = "transaction-long", Database, Problem;
    /// A transaction is open and does nothing.
    TransactionIdle = "transaction-idle", Database, Problem;
    /// A prepared transaction was never ended.
    PreparedTransaction = "prepared-transaction", Database, Problem;
    /// An index is not valid.
    IndexInvalid = "index-invalid", Database, Problem;
    /// A table is empty after a crash.
    TableUnlogged = "table-unlogged", Database, Problem;
    /// A database is not in UTF-8.
    EncodingNotUtf8 = "encoding-not-utf8", Database, Problem;
    /// The collation has changed under the indexes.
    CollationVersionChanged = "collation-version-changed", Database, Problem;
    /// A replication slot holds back the log.
    ReplicationSlotInactive = "replication-slot-inactive", Server, Problem;
    /// The release of PostgreSQL gets no more fixes.
    ServerEndOfLife = "server-end-of-life", Server, Problem;
    /// Connections are running out.
    ConnectionsShort = "connections-short", Server, Problem;
    /// The pools of the services may want more connections than there are.
    PoolsExceedConnections = "pools-exceed-connections", Server, Problem;
    /// The container engine does not answer.
    DockerUnreachable = "docker-unreachable", Environment, Problem;
    /// There is no Compose command.
    ComposeCommandMissing = "compose-command-missing", Environment, Problem;
    /// There is no `pg_dump`.
    PgDumpMissing = "pg-dump-missing", Environment, Problem;
    /// `pg_dump` is older than the server.
    PgDumpOlder = "pg-dump-older", Environment, Problem;
    /// The clocks of this machine and of a server differ.
    ClockSkew = "clock-skew", Environment, Problem;
    /// There is no room for a backup.
    DiskSpaceShort = "disk-space-short", Environment, Problem;
    /// The journal cannot be written.
    StateFolderReadonly = "state-folder-readonly", Environment, Problem;
    /// The start of a service applies migrations.
    StartMigrates = "start-migrates", Start, Advice;
    /// The start of a service generates its client.
    StartGenerates = "start-generates", Start, Advice;
    /// The start of a service writes seed data.
    StartSeeds = "start-seeds", Start, Advice;
    /// No health route is found in the source.
    HealthRouteMissing = "health-route-missing", Health, Advice;
    /// A service is not started again when it ends.
    RestartPolicyMissing = "restart-policy-missing", Compose, Advice;
    /// Compose files are passed over.
    ComposeFilesPassedOver = "compose-files-passed-over", Compose, Advice;
    /// A secret has a default in a Compose file.
    SecretDefaultInCompose = "secret-default-in-compose", Secrets, Advice;
    /// An image installs packages without the lock file.
    InstallUnlocked = "install-unlocked", Image, Advice;
    /// A schema file is not part of the schema.
    SchemaExtraFile = "schema-extra-file", Prisma, Advice;
    /// A configuration file lies where Prisma does not look.
    ConfigMisplaced = "config-misplaced", Prisma, Advice;
    /// Scripts have the line ends of Windows.
    MigrationCarriageReturns = "migration-carriage-returns", Migrations, Advice;
    /// A script lies outside the history.
    MigrationStraySql = "migration-stray-sql", Migrations, Advice;
    /// A script is empty.
    MigrationEmpty = "migration-empty", Migrations, Advice;
    /// Two migrations carry the same time.
    MigrationTimestampTwice = "migration-timestamp-twice", Migrations, Advice;
    /// A script begins and commits by itself.
    MigrationOwnTransaction = "migration-own-transaction", Migrations, Advice;
    /// A script runs code of its own, `DO` or the body of a function.
    MigrationRunsCode = "migration-runs-code", Migrations, Advice;
    /// A script adds labels to an enum.
    MigrationAddsLabel = "migration-adds-label", Migrations, Advice;
    /// A migration was marked as rolled back.
    MigrationRolledBack = "migration-rolled-back", Migrations, Advice;
    /// The role may not create databases.
    RoleWithoutCreatedb = "role-without-createdb", Database, Advice;
    /// A table has no primary key.
    TableWithoutKey = "table-without-key", Database, Advice;
    /// Autovacuum passes a table over.
    TableAutovacuumOff = "table-autovacuum-off", Database, Advice;
    /// A constraint was never tested on old rows.
    ConstraintNotValid = "constraint-not-valid", Database, Advice;
    /// Databases of one server sort differently.
    CollationsDiffer = "collations-differ", Server, Advice;
    /// The proxy has no exception for this machine.
    ProxyWithoutExceptions = "proxy-without-exceptions", Environment, Advice;
}

/// Which checks are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Names of checks and areas; all when there is none.
    pub only: Vec<String>,
    /// Names of checks and areas that are left out.
    pub except: Vec<String>,
}

impl Selection {
    /// Whether a check is wanted.
    pub fn wants(&self, check: Check) -> bool {
        let names = |list: &[String]| {
            list.iter().any(|it| it == check.as_str() || it == check.area().as_str())
        };
        (self.only.is_empty() || names(&self.only)) && !names(&self.except)
    }

    /// Whether any check is wanted of which this is true.
    pub fn wants_any(&self, mut is: impl FnMut(Check) -> bool) -> bool {
        Check::ALL.iter().any(|check| is(*check) && self.wants(*check))
    }

    /// Whether this is the name of a check or an area.
    pub fn knows(name: &str) -> bool {
        Check::ALL.iter().any(|it| it.as_str() == name)
            || Area::ALL.iter().any(|it| it.as_str() == name)
    }
}
