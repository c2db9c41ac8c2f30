//! The kinds of messages that are known, Prisma's codes for them, and the command that each leads to.

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $codes:expr;)*) => {
        /// What a message is about; three sentences each in the locale files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in `--json` and in the keys of the locale files.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// The codes of Prisma that say so.
            pub fn codes(self) -> &'static [&'static str] {
                match self { $(Self::$name => &$codes,)* }
            }
        }
    };
}

kinds! {
    /// A column that the client reads is missing.
    MissingColumn = "missing-column", ["P2022"];
    /// A table that the client reads is missing.
    MissingTable = "missing-table", ["P2021", "P1014"];
    /// A column or table that the schema has and no migration brings.
    Unwritten = "unwritten", [];
    /// A column or table that neither schema nor history knows.
    UnknownToFleet = "unknown-to-fleet", [];
    /// A migration that is recorded brings it, and it is missing all the same.
    GoneAgain = "gone-again", [];
    /// The database does not exist.
    MissingDatabase = "missing-database", ["P1003"];
    /// Nobody answers.
    ServerAway = "server-away", ["P1001", "P1017"];
    /// The server is on its way up.
    Starting = "starting", [];
    /// The role or its password is refused.
    Login = "login", ["P1000"];
    /// The role may not.
    Denied = "denied", ["P1010"];
    /// TLS failed.
    Tls = "tls", ["P1011"];
    /// The schema or its configuration is not valid.
    Invalid = "invalid", ["P1012", "P3013", "P3023"];
    /// The address is not valid.
    Address = "address", ["P1013"];
    /// It took too long.
    TimedOut = "timed-out", ["P1002", "P1008"];
    /// Somebody holds a lock.
    Locked = "locked", [];
    /// All connections are taken.
    ConnectionsTaken = "connections-taken", ["P2024", "P2037"];
    /// A pooler shares sessions.
    SharedSession = "shared-session", [];
    /// The database is not what its history makes of it.
    Drift = "drift", [];
    /// The migration is recorded already.
    AlreadyApplied = "already-applied", ["P3008"];
    /// A first migration meets tables.
    NotEmpty = "not-empty", ["P3005"];
    /// A migration failed on the shadow database.
    ShadowFailed = "shadow-failed", ["P3006"];
    /// The shadow database could not be made.
    ShadowDenied = "shadow-denied", ["P3014", "P3020"];
    /// A migration failed and blocks the rest.
    FailedMigrations = "failed-migrations", ["P3009", "P3018"];
    /// A migration has no script.
    ScriptMissing = "script-missing", ["P3015"];
    /// No migration is called so.
    UnknownMigration = "unknown-migration", ["P3017", "P3011", "P3010"];
    /// The migration has not failed.
    NotFailed = "not-failed", ["P3012"];
    /// The lock file names another database.
    OtherProvider = "other-provider", ["P3019"];
    /// The database cannot be created or emptied.
    CannotCreate = "cannot-create", ["P3000", "P3004", "P3016", "P1009"];
    /// The ledger or the features are those of a Prisma that is no more.
    OldPrisma = "old-prisma", ["P3001", "P3002", "P3003", "P3007"];
    /// The server does not take what migrations do.
    HostForbids = "host-forbids", ["P3021", "P3022"];
    /// No schema is where the command looked.
    SchemaNotFound = "schema-not-found", [];
    /// The engine is not there, or not for this system.
    EngineMissing = "engine-missing", [];
    /// The engine could not be fetched.
    EngineDownload = "engine-download", [];
}

/// The command for a kind; `service` is empty, or a blank and a name.
pub(super) fn command_of(kind: Kind, service: &str) -> String {
    match kind {
        Kind::MissingColumn
        | Kind::MissingTable
        | Kind::UnknownToFleet
        | Kind::TimedOut
        | Kind::Login
        | Kind::Denied
        | Kind::Tls
        | Kind::Address
        | Kind::Locked
        | Kind::Starting
        | Kind::ScriptMissing
        | Kind::UnknownMigration => format!("radoub check{service}"),
        Kind::MissingDatabase | Kind::ServerAway => format!("radoub doctor --fix{service}"),
        Kind::ConnectionsTaken => "radoub doctor --only server".to_owned(),
        Kind::SharedSession => "radoub doctor --only pooler-undeclared".to_owned(),
        Kind::Unwritten
        | Kind::GoneAgain
        | Kind::Drift
        | Kind::AlreadyApplied
        | Kind::HostForbids => {
            format!("radoub drift{service}")
        }
        Kind::NotEmpty => format!("radoub baseline{service}"),
        Kind::ShadowFailed => {
            format!("radoub doctor --deep --only history-not-replayable{service}")
        }
        Kind::ShadowDenied => format!("radoub drift{service}"),
        Kind::FailedMigrations | Kind::NotFailed => format!("radoub resolve{service}"),
        Kind::OtherProvider => "radoub doctor --only lock-file-wrong".to_owned(),
        Kind::CannotCreate => "radoub doctor --only database".to_owned(),
        Kind::OldPrisma => "radoub doctor --only prisma".to_owned(),
        Kind::Invalid => "radoub doctor --only schema-refused,address-unknown".to_owned(),
        Kind::SchemaNotFound => "radoub services".to_owned(),
        Kind::EngineMissing | Kind::EngineDownload => "radoub doctor --only image".to_owned(),
    }
}
