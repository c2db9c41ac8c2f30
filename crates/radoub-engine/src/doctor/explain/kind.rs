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
    Invalid = "invalid", ["P1012", "P3023"];
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
    /// The role may not make the shadow database.
    ShadowDenied = "shadow-denied", ["P3014"];
    /// The host lets nobody make a shadow database.
    ShadowDisabled = "shadow-disabled", ["P3020"];
    /// A migration failed and blocks the rest.
    FailedMigrations = "failed-migrations", ["P3009", "P3018"];
    /// A migration has no script.
    ScriptMissing = "script-missing", ["P3015"];
    /// No migration is called so.
    UnknownMigration = "unknown-migration", ["P3017"];
    /// A migration is to be rolled back by marking it, and the ledger does not know it.
    NeverApplied = "never-applied", ["P3011"];
    /// The name of a migration is too long.
    NameTooLong = "name-too-long", ["P3010"];
    /// The migration has not failed.
    NotFailed = "not-failed", ["P3012"];
    /// The lock file names another database.
    OtherProvider = "other-provider", ["P3019"];
    /// The datasource has a list of providers.
    ProviderList = "provider-list", ["P3013"];
    /// The database cannot be created.
    CannotCreate = "cannot-create", ["P3000"];
    /// A database of that name is there already.
    DatabaseThere = "database-there", ["P1009"];
    /// The address names a database of the server's own.
    SystemDatabase = "system-database", ["P3004"];
    /// The database could not be emptied.
    ResetFailed = "reset-failed", ["P3016"];
    /// The ledger is that of a Prisma Migrate that is no more.
    OldPrisma = "old-prisma", ["P3003"];
    /// A Prisma Migrate that is no more warned or gave up.
    OldMigrate = "old-migrate", ["P3001", "P3002"];
    /// A preview feature is not allowed in migrations.
    PreviewRefused = "preview-refused", ["P3007"];
    /// The server takes no foreign keys.
    NoForeignKeys = "no-foreign-keys", ["P3021"];
    /// The server lets nobody change tables directly.
    NoDirectChanges = "no-direct-changes", ["P3022"];
    /// No schema is where the command looked.
    SchemaNotFound = "schema-not-found", [];
    /// The engine is not there, or not for this system.
    EngineMissing = "engine-missing", [];
    /// The engine could not be fetched.
    EngineDownload = "engine-download", [];
}

impl Kind {
    /// The kind that a code of Prisma is of; `None` for a code that is not known.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|it| it.codes().contains(&code)).copied()
    }

    /// The command to go on with: it runs as it stands, for this service or, where none is known, for the fleet.
    pub fn command(self, service: Option<&str>) -> String {
        let (verb, works_without) = match self {
            Self::MissingColumn
            | Self::MissingTable
            | Self::UnknownToFleet
            | Self::TimedOut
            | Self::Login
            | Self::Denied
            | Self::Tls
            | Self::Address
            | Self::Locked
            | Self::Starting
            | Self::ScriptMissing
            | Self::UnknownMigration
            | Self::NeverApplied
            | Self::NotFailed
            | Self::NameTooLong
            | Self::DatabaseThere
            | Self::OldMigrate => ("check", true),
            Self::MissingDatabase | Self::ServerAway => ("doctor --fix", true),
            Self::ConnectionsTaken => ("doctor --only server", true),
            Self::SharedSession => ("doctor --only pooler-undeclared", true),
            Self::Unwritten
            | Self::GoneAgain
            | Self::Drift
            | Self::AlreadyApplied
            | Self::ShadowDenied
            | Self::ShadowDisabled => ("drift", true),
            // These write; whose history is meant has to be known.
            Self::NotEmpty => ("baseline", false),
            Self::FailedMigrations => ("resolve", false),
            Self::ShadowFailed => ("doctor --deep --only history-not-replayable", true),
            Self::NoForeignKeys | Self::NoDirectChanges => ("plan --sql", true),
            Self::OtherProvider => ("doctor --only lock-file-wrong", true),
            Self::CannotCreate | Self::ResetFailed => ("doctor --only database", true),
            Self::OldPrisma | Self::PreviewRefused => ("doctor --only prisma", true),
            Self::Invalid => ("doctor --only schema-refused,address-unknown", true),
            Self::ProviderList => ("doctor --only schema-refused", true),
            Self::SystemDatabase | Self::SchemaNotFound => ("services", true),
            Self::EngineMissing | Self::EngineDownload => ("doctor --only image", true),
        };
        match service {
            Some(service) => format!("radoub {verb} {service}"),
            None if works_without => format!("radoub {verb}"),
            None => "radoub check".to_owned(),
        }
    }
}
