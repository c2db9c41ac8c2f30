//! What went wrong with one service, as plain data that the command puts into words.
//!
//! The rooms below have an error type per operation; a person needs the same few facts of all of
//! them: what, where, what the server said, and Prisma's code for it. Never a secret.

use std::fmt;
use std::time::SystemTime;

use radoub_schema::migration::MigrationName;

use crate::state::Weight;

/// Why something could not be done for one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub code: FailureCode,
    /// The values of its sentence, by name.
    pub values: Vec<(&'static str, String)>,
    /// Since when the cause is there, by the server's clock: the value `since` of its sentence.
    pub since: Option<SystemTime>,
    /// Failed migrations that stand in the way, with when each was started.
    pub rows: Vec<(MigrationName, SystemTime)>,
    /// What the server said, when it was the server that refused.
    pub server: Option<Box<ServerMessage>>,
    /// Why, when that is a failure of its own.
    pub because: Option<Box<Failure>>,
}

/// An error of the PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerMessage {
    /// Five characters, `42P01`.
    pub sqlstate: String,
    /// The primary message.
    pub message: String,
    /// More about it.
    pub detail: Option<String>,
    /// What the server suggests.
    pub hint: Option<String>,
    /// Where in the script.
    pub place: Option<ScriptPlace>,
}

/// A place in a migration script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptPlace {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The text of that line.
    pub text: String,
}

/// The names of all values in the sentences of failures, so that a failure can be read back from a
/// journal; a test of the command holds them together with the locale files.
pub const VALUE_NAMES: &[&str] = &[
    "address",
    "application",
    "attempts",
    "backup",
    "blockers",
    "client",
    "code",
    "columns",
    "command",
    "constraint",
    "container",
    "count",
    "database",
    "extension",
    "file",
    "folder",
    "found",
    "hazard",
    "host",
    "is",
    "kind",
    "line",
    "message",
    "migration",
    "migrations",
    "name",
    "named",
    "namespace",
    "objects",
    "odd",
    "others",
    "path",
    "pid",
    "place",
    "port",
    "prisma",
    "reason",
    "rows",
    "seconds",
    "server",
    "service",
    "sessions",
    "size",
    "source",
    "state",
    "statement",
    "statements",
    "status",
    "stays",
    "table",
    "tables",
    "target",
    "user",
    "variable",
    "verb",
    "wanted",
    "was",
    "what",
];

macro_rules! failure_codes {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $prisma:expr;)*) => {
        /// The kinds of failure; one sentence each in the locale files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FailureCode { $($(#[$doc])* $name,)* }

        impl FailureCode {
            /// All of them, in the order of the reference.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in `--json` and in the keys of the locale files.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// The kind of this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == name)
            }

            /// Prisma's code for the same failure, where it has one.
            pub fn prisma_code(self) -> Option<&'static str> {
                match self { $(Self::$name => $prisma,)* }
            }
        }
    };
}

failure_codes! {
    /// No URL is set for the service.
    UrlNotSet = "url-not-set", Some("P1012");
    /// A URL is named and empty.
    UrlEmpty = "url-empty", Some("P1012");
    /// The URL cannot be read.
    UrlInvalid = "url-invalid", Some("P1013");
    /// The host is only known inside the Compose network.
    NotPublished = "not-published", Some("P1001");
    /// The file or command that should give the URL did not.
    UrlSourceFailed = "url-source-failed", None;
    /// The host name does not resolve.
    UnknownHost = "unknown-host", Some("P1001");
    /// Nothing listens there.
    ConnectionRefused = "connection-refused", Some("P1001");
    /// No answer within the deadline.
    ConnectionTimedOut = "connection-timed-out", Some("P1002");
    /// Something listens that is not PostgreSQL.
    NotPostgres = "not-postgres", Some("P1001");
    /// The server starts, stops or recovers.
    ServerNotReady = "server-not-ready", Some("P1001");
    /// User or password are wrong.
    AuthenticationFailed = "authentication-failed", Some("P1000");
    /// The server has no such database.
    DatabaseMissing = "database-missing", Some("P1003");
    /// The role may not enter, or may not do what is needed.
    AccessDenied = "access-denied", Some("P1010");
    /// The server has no connection left.
    TooManyConnections = "too-many-connections", Some("P1001");
    /// TLS is required and absent, or its certificate does not hold.
    Tls = "tls", Some("P1011");
    /// The connection broke in the middle.
    ConnectionLost = "connection-lost", Some("P1017");
    /// The server is read-only: a standby, or set so.
    ReadOnly = "read-only", None;
    /// A pooler in transaction mode stands in between.
    Pooler = "pooler", None;
    /// Somebody else kept the migration lock.
    LockHeld = "lock-held", Some("P1002");
    /// The tables a migration needs stayed locked by others.
    LockTimeout = "lock-timeout", None;
    /// The schema has tables and no ledger.
    NotEmpty = "not-empty", Some("P3005");
    /// Failed migrations stand in the way.
    FailedMigrations = "failed-migrations", Some("P3009");
    /// A script failed.
    ScriptFailed = "script-failed", Some("P3018");
    /// A folder has no `migration.sql`.
    ScriptMissing = "script-missing", Some("P3015");
    /// `migration_lock.toml` names another provider.
    OtherProvider = "other-provider", Some("P3019");
    /// The migration is recorded as applied already.
    AlreadyApplied = "already-applied", Some("P3008");
    /// There is no migration of that name on disk.
    UnknownMigration = "unknown-migration", Some("P3017");
    /// The migration was never applied.
    NeverApplied = "never-applied", Some("P3011");
    /// The migration is not in a failed state.
    NotFailed = "not-failed", Some("P3012");
    /// A half-applied script was changed before it could be carried on.
    ChangedSince = "changed-since", Some("P3009");
    /// It cannot be told whether a statement was done before the crash.
    OutcomeUnknown = "outcome-unknown", None;
    /// The ledger moved between looking and locking.
    Moved = "moved", None;
    /// An applied migration was edited, and something is pending.
    Edited = "edited", None;
    /// The ledger has migrations that the folder lacks, and something is pending.
    Missing = "missing", None;
    /// A pending migration repeats the script of another.
    Duplicated = "duplicated", None;
    /// A pending script has bytes that are not UTF-8.
    NotUtf8 = "not-utf8", None;
    /// A pending script starts with a byte order mark.
    ByteOrderMark = "byte-order-mark", None;
    /// A pending script is empty.
    EmptyFile = "empty-file", None;
    /// A script holds a NUL, which PostgreSQL cannot be sent.
    NulCharacter = "nul-character", None;
    /// A script moves rows through the connection, which only psql does.
    CopiesRows = "copies-rows", None;
    /// A `BEGIN` of a script is never committed.
    NeverCommitted = "never-committed", None;
    /// A pending script opens a quote or comment that never closes.
    Unterminated = "unterminated", None;
    /// A pending script deletes data.
    DeleteData = "delete-data", None;
    /// A pending script writes a large table anew.
    RewriteTable = "rewrite-table", None;
    /// A pending script keeps others from a table for long.
    LongLock = "long-lock", None;
    /// A pending script makes what is there already.
    AlreadyThere = "already-there", None;
    /// A pending script asks for an extension that the server does not have.
    ExtensionUnavailable = "extension-unavailable", None;
    /// A script is not what it was when the plan was made.
    ScriptChanged = "script-changed", None;
    /// A migration of the plan has no folder any more.
    ScriptGone = "script-gone", None;
    /// The server or the database is another one than the plan was made for.
    ServerReplaced = "server-replaced", None;
    /// The journal of the run cannot be written.
    JournalFailed = "journal-failed", None;
    /// Prisma refuses schema.prisma.
    SchemaRefused = "schema-refused", Some("P1012");
    /// A file cannot be read.
    Unreadable = "unreadable", None;
    /// The role may not create databases, which a scratch database takes.
    ScratchDenied = "scratch-denied", Some("P3014");
    /// No ground gives a scratch database.
    NoScratch = "no-scratch", Some("P3014");
    /// A script reaches outside its database, so it is not run on the service's own server.
    ReachesOutside = "reaches-outside", None;
    /// The configured shadow database cannot be reached or asked.
    ShadowUnusable = "shadow-unusable", None;
    /// The configured shadow database is the service's own.
    ShadowIsUrl = "shadow-is-url", None;
    /// The configured shadow database has applied migrations: it is somebody's.
    ShadowInUse = "shadow-in-use", None;
    /// Another radoub works on the configured shadow database.
    ShadowBusy = "shadow-busy", None;
    /// A database could not be emptied.
    ResetFailed = "reset-failed", Some("P3016");
    /// This system has no programs of a PostgreSQL server.
    LocalMissing = "local-missing", None;
    /// The programs of this system did not make a server.
    LocalFailed = "local-failed", None;
    /// This radoub was built without the embedded PostgreSQL.
    EmbeddedMissing = "embedded-missing", None;
    /// The embedded PostgreSQL did not start.
    EmbeddedFailed = "embedded-failed", None;
    /// A history does not run on an empty database.
    ReplayFailed = "replay-failed", Some("P3006");
    /// The scratch server does not have an extension that a script asks for.
    ExtensionMissing = "extension-missing", Some("P3006");
    /// The text that prepares scratch databases (`initShadowDb`) does not run.
    ShadowInitFailed = "shadow-init-failed", Some("P3006");
    /// Something temporary could not be removed.
    LeftBehind = "left-behind", None;
    /// Database and schema.prisma disagree, and nobody said who is right.
    Disagree = "disagree", None;
    /// Something odd has to be agreed to by name.
    NeedsConsent = "needs-consent", None;
    /// What is wrong has another remedy than the one that was asked for.
    OtherRemedy = "other-remedy", None;
    /// The database to be emptied is another one than the one that was named.
    OtherDatabase = "other-database", None;
    /// `apply` carries the migration on where it stopped, or somebody is at it.
    CarriesOn = "carries-on", None;
    /// Rows that are there make a step of the new migration impossible.
    Unexecutable = "unexecutable", None;
    /// Nothing of this service is a database under Prisma Migrate.
    NotManagedHere = "not-managed-here", None;
    /// Several services have the same schema of the same database.
    SharedDatabase = "shared-database", None;
    /// There are not two migrations to make one of.
    NothingToSquash = "nothing-to-squash", None;
    /// The history makes something that no script of ours can make again.
    CannotCarry = "cannot-carry", None;
    /// A script of ours does not run on an empty database.
    ProofStops = "proof-stops", None;
    /// The new history does not make what it should.
    ProofDiffers = "proof-differs", None;
    /// Files, ledger or database have changed since the repair was decided.
    MovedSince = "moved-since", None;
    /// A file or folder cannot be written.
    Unwritable = "unwritable", None;
    /// The run was interrupted.
    Interrupted = "interrupted", None;
    /// A foreign key refers to a namespace that is not looked at.
    LeavesScope = "leaves-scope", Some("P4002");
    /// There is no `pg_dump`.
    PgDumpMissing = "pg-dump-missing", None;
    /// `pg_dump` is older than the server.
    PgDumpTooOld = "pg-dump-too-old", None;
    /// The container that `pg_dump` is to run in does not run, or has none that fits.
    ContainerMissing = "container-missing", None;
    /// `pg_dump` failed.
    DumpFailed = "dump-failed", None;
    /// `pg_restore` failed.
    PourFailed = "pour-failed", None;
    /// The disk is full.
    NoSpace = "no-space", None;
    /// A key of backups is not there, or is none.
    BackupKey = "backup-key", None;
    /// The key does not open a backup.
    WrongKey = "wrong-key", None;
    /// The stored bytes of a backup are not those that were written.
    BackupDamaged = "backup-damaged", None;
    /// What a backup holds is not what was counted.
    BackupDiffers = "backup-differs", None;
    /// There is no backup of that name.
    BackupUnknown = "backup-unknown", None;
    /// There is no backup of the service.
    BackupMissing = "backup-missing", None;
    /// There is no verified backup that is young enough.
    BackupUnproven = "backup-unproven", None;
    /// The second home of backups did not take one.
    StoreFailed = "store-failed", None;
    /// The fleet has no such service any more.
    ServiceGone = "service-gone", None;
    /// Work was interrupted; nothing was changed.
    Stopped = "stopped", None;
    /// Somebody is connected to the database that is to be replaced.
    DatabaseBusy = "database-busy", None;
    /// The role may not end the sessions of others.
    MayNotEnd = "may-not-end", None;
    /// Another radoub restores this database.
    RestoreRuns = "restore-runs", None;
    /// The `down.sql` of a migration failed.
    WayBackFailed = "way-back-failed", None;
    /// Somebody asked to stop before a migration was taken back.
    WayBackStopped = "way-back-stopped", None;
    /// There is nothing that a step back could undo.
    NothingToUndo = "nothing-to-undo", None;
    /// A service that is to be restarted changes its tables by itself when it starts.
    PushAtStart = "push-at-start", None;
    /// The image of a service could not be built.
    BuildFailed = "build-failed", None;
    /// A service could not be restarted.
    RestartFailed = "restart-failed", None;
    /// The address of the container engine is of a kind that radoub does not speak to.
    EngineAddress = "engine-address", None;
    /// Nobody answers at the address of the container engine.
    EngineUnreachable = "engine-unreachable", None;
    /// The container engine takes the call and gives no answer.
    EngineSilent = "engine-silent", None;
    /// The container engine refused.
    EngineRefused = "engine-refused", None;
    /// A service has neither a container nor a command that restarts it.
    NotRestartable = "not-restartable", None;
    /// There is no Compose command on this machine.
    ComposeMissing = "compose-missing", None;
    /// A program could not be started.
    CommandNotStarted = "command-not-started", None;
    /// A program ended badly.
    CommandFailed = "command-failed", None;
    /// A program did not end in time.
    CommandLate = "command-late", None;
    /// A container does not run.
    ServiceDown = "service-down", None;
    /// A container is started again and again.
    ServiceLoops = "service-loops", None;
    /// A container was started again while it was watched.
    ServiceStartedAgain = "service-started-again", None;
    /// A container was gone at the second look.
    ServiceVanished = "service-vanished", None;
    /// The health check of a container is not content.
    ServiceUnwell = "service-unwell", None;
    /// A health route answers with another status than it should.
    RouteRefuses = "route-refuses", None;
    /// A health route answers with another status than `radoub.toml` says.
    RouteUnexpected = "route-unexpected", None;
    /// A health route takes longer than `radoub.toml` says.
    RouteSlow = "route-slow", None;
    /// A health route gives no answer.
    RouteSilent = "route-silent", None;
    /// A table cannot be read as the service reads it.
    TableUnreadable = "table-unreadable", Some("P2022");
    /// The containers of a service could not be looked at: nobody knows how it is.
    ContainersUnseen = "containers-unseen", None;
    /// A service that should have a container has none.
    NoContainer = "no-container", None;
    /// The log of a container could not be read.
    LogUnread = "log-unread", None;
    /// The data of a service could not be asked.
    DataUnasked = "data-unasked", None;
    /// The schema has mistakes, so nobody knows which tables to ask.
    TablesUnknown = "tables-unknown", None;
    /// The log of a service shows errors that were not there before.
    NewErrors = "new-errors", None;
    /// Rows are not there any more, and nobody accounts for it.
    RowsLost = "rows-lost", None;
    /// Values are other ones, and nobody accounts for it.
    ValuesChanged = "values-changed", None;
    /// Rows refer to rows that are not there, which was not so before.
    Orphans = "orphans", None;
    /// A sequence gives a value next that is there already, which was not so before.
    SequenceBehind = "sequence-behind", None;
    /// Something that must hold of the data does not, which was not so before.
    AssertionFails = "assertion-fails", None;
    /// The server refused something else.
    Server = "server", None;
}

impl FailureCode {
    /// Whether the server's own words say more than the sentence of this failure.
    pub fn wants_server(self) -> bool {
        matches!(
            self,
            Self::ScriptFailed
                | Self::ReplayFailed
                | Self::ProofStops
                | Self::ShadowInitFailed
                | Self::ResetFailed
                | Self::AccessDenied
                | Self::ConnectionLost
                | Self::ReadOnly
        )
    }

    /// Whether the database is done and the service does not work on it.
    pub fn is_of_gate(self) -> bool {
        matches!(
            self,
            Self::RestartFailed
                | Self::ServiceDown
                | Self::ServiceLoops
                | Self::ServiceStartedAgain
                | Self::ServiceVanished
                | Self::ServiceUnwell
                | Self::RouteRefuses
                | Self::RouteUnexpected
                | Self::RouteSlow
                | Self::RouteSilent
                | Self::TableUnreadable
                | Self::NewErrors
                | Self::RowsLost
                | Self::ValuesChanged
                | Self::Orphans
                | Self::SequenceBehind
                | Self::AssertionFails
        )
    }

    /// How the failure counts in the exit code: what an operator or an `apply` can mend is 1, what
    /// kept radoub from working is 2.
    pub fn weight(self) -> Weight {
        match self {
            Self::UrlNotSet
            | Self::UrlEmpty
            | Self::UrlInvalid
            | Self::NotPublished
            | Self::UrlSourceFailed
            | Self::UnknownHost
            | Self::ConnectionRefused
            | Self::ConnectionTimedOut
            | Self::NotPostgres
            | Self::ServerNotReady
            | Self::AuthenticationFailed
            | Self::AccessDenied
            | Self::TooManyConnections
            | Self::Tls
            | Self::ConnectionLost
            | Self::Pooler
            | Self::OtherProvider
            | Self::Unreadable
            | Self::PgDumpMissing
            | Self::PgDumpTooOld
            | Self::ContainerMissing
            | Self::DumpFailed
            | Self::PourFailed
            | Self::NoSpace
            | Self::Unwritable
            | Self::BackupKey
            | Self::StoreFailed
            | Self::JournalFailed
            | Self::ProofStops
            | Self::ProofDiffers
            | Self::ScratchDenied
            | Self::NoScratch
            | Self::ReachesOutside
            | Self::ShadowUnusable
            | Self::ShadowIsUrl
            | Self::ShadowInUse
            | Self::ShadowBusy
            | Self::ResetFailed
            | Self::LocalMissing
            | Self::LocalFailed
            | Self::EmbeddedMissing
            | Self::EmbeddedFailed
            | Self::ExtensionMissing
            | Self::ShadowInitFailed
            | Self::LeftBehind
            | Self::EngineAddress
            | Self::EngineUnreachable
            | Self::EngineSilent
            | Self::EngineRefused
            | Self::NotRestartable
            | Self::ComposeMissing
            | Self::CommandNotStarted
            | Self::CommandFailed
            | Self::CommandLate
            | Self::Server => Weight::NoAnswer,
            _ => Weight::NeedsWork,
        }
    }
}

impl Failure {
    /// A failure with the values of its sentence.
    pub fn new(code: FailureCode, values: Vec<(&'static str, String)>) -> Self {
        Self { code, values, since: None, rows: Vec::new(), server: None, because: None }
    }

    /// The same, with what the server said.
    #[must_use]
    pub fn said(mut self, server: ServerMessage) -> Self {
        self.server = Some(Box::new(server));
        self
    }

    /// The same, and why.
    #[must_use]
    pub fn because(mut self, failure: Self) -> Self {
        self.because = Some(Box::new(failure));
        self
    }

    /// One value of the sentence.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

/// For logs and tests; people read the sentence of the locale file.
impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code.as_str())?;
        for (name, value) in &self.values {
            write!(out, " {name}={value}")?;
        }
        if let Some(server) = &self.server {
            write!(out, ": {} {}", server.sqlstate, server.message)?;
        }
        if let Some(because) = &self.because {
            write!(out, ": {because}")?;
        }
        Ok(())
    }
}
