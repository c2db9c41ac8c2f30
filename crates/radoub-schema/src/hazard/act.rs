//! What a statement does, as values: which act on which object, under which lock, with how much
//! work, at which risk.

use super::LockMode;
use crate::script::QualifiedName;

/// One act of a statement; an `ALTER TABLE` may have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What is done.
    pub action: Action,
    /// The locks that it takes on tables, its own table first.
    pub holds: Vec<Hold>,
    /// How its time grows.
    pub work: Work,
    /// What may go wrong with it, or be lost; in order, each once.
    pub risks: Vec<Risk>,
    /// The table, index or type that it makes: it fails when there is one of that name already.
    pub makes: Option<QualifiedName>,
    /// Whether it does nothing instead of failing when what it makes is there already
    /// (`IF NOT EXISTS`).
    pub is_guarded: bool,
}

/// A lock on something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// On what.
    pub on: On,
    /// Which lock.
    pub mode: LockMode,
}

/// What a lock is taken on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// A table, view or sequence.
    Table(QualifiedName),
    /// The table that an index of this name belongs to.
    TableOfIndex(QualifiedName),
    /// Every table that something belongs to or depends on: only the catalog knows them.
    Dependents,
}

/// How the time of an act grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Not at all: only the catalog is written.
    Catalog,
    /// With the rows that the statement itself brings or picks.
    Rows,
    /// Its table is read once.
    Scan,
    /// Its table is read and sorted.
    IndexBuild,
    /// Its table and all its indexes are written anew.
    Rewrite,
    /// That cannot be told from the text: code of the database runs.
    Unknown,
}

impl Work {
    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Rows => "rows",
            Self::Scan => "scan",
            Self::IndexBuild => "index-build",
            Self::Rewrite => "rewrite",
            Self::Unknown => "unknown",
        }
    }
}

/// What may go wrong with an act, or be lost by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// Rows or columns are gone afterwards.
    DeletesData,
    /// The table is written anew while nobody may read it.
    RewritesTable,
    /// Readers or writers of the table wait while it is read, sorted or written anew.
    LongLock,
    /// Code that runs already may name what is gone or renamed.
    BreaksCode,
    /// It fails when the data is not as it demands.
    MayFail,
    /// Code of the database runs, which may do anything.
    Unforeseeable,
}

impl Risk {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::DeletesData,
        Self::RewritesTable,
        Self::LongLock,
        Self::BreaksCode,
        Self::MayFail,
        Self::Unforeseeable,
    ];

    /// The name in `--json`, in `--allow` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeletesData => "delete-data",
            Self::RewritesTable => "rewrite-table",
            Self::LongLock => "long-lock",
            Self::BreaksCode => "break-code",
            Self::MayFail => "may-fail",
            Self::Unforeseeable => "unforeseeable",
        }
    }
}

/// What is done, and to what: the material of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What.
    pub verb: Verb,
    /// The object: `role` of a column, `users` of a table. Empty when the text names none.
    pub name: String,
    /// The table that the object belongs to, without its schema; empty for what is its own.
    pub table: String,
    /// The new name or the new type, where there is one.
    pub to: String,
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)*) => {
        /// What an act does; one sentence each in the locale files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Verb { $($(#[$doc])* $name,)* }

        impl Verb {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in `--json` and in the keys of the locale files.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }
        }
    };
}

verbs! {
    /// `CREATE TABLE`.
    CreateTable = "create-table";
    /// `DROP TABLE`.
    DropTable = "drop-table";
    /// `ALTER TABLE … RENAME TO`.
    RenameTable = "rename-table";
    /// Another change of a table: storage, owner, schema, inheritance, row level security.
    AlterTable = "alter-table";
    /// `ADD COLUMN`.
    AddColumn = "add-column";
    /// `DROP COLUMN`.
    DropColumn = "drop-column";
    /// `RENAME COLUMN`.
    RenameColumn = "rename-column";
    /// `ALTER COLUMN … TYPE`.
    ChangeType = "change-type";
    /// `ALTER COLUMN … SET NOT NULL`.
    SetNotNull = "set-not-null";
    /// `ALTER COLUMN … DROP NOT NULL`.
    DropNotNull = "drop-not-null";
    /// `ALTER COLUMN … SET DEFAULT`.
    SetDefault = "set-default";
    /// `ALTER COLUMN … DROP DEFAULT`.
    DropDefault = "drop-default";
    /// Another change of a column: identity, statistics, storage.
    AlterColumn = "alter-column";
    /// `ADD PRIMARY KEY`.
    AddPrimaryKey = "add-primary-key";
    /// `ADD FOREIGN KEY`.
    AddForeignKey = "add-foreign-key";
    /// `ADD UNIQUE`.
    AddUnique = "add-unique";
    /// `ADD CHECK`.
    AddCheck = "add-check";
    /// `ADD EXCLUDE`.
    AddExclusion = "add-exclusion";
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint = "validate-constraint";
    /// `DROP CONSTRAINT`.
    DropConstraint = "drop-constraint";
    /// `RENAME CONSTRAINT`.
    RenameConstraint = "rename-constraint";
    /// `ATTACH PARTITION`.
    AttachPartition = "attach-partition";
    /// `DETACH PARTITION`.
    DetachPartition = "detach-partition";
    /// `CREATE INDEX`.
    CreateIndex = "create-index";
    /// `CREATE UNIQUE INDEX`.
    CreateUniqueIndex = "create-unique-index";
    /// `DROP INDEX`.
    DropIndex = "drop-index";
    /// `ALTER INDEX … RENAME TO`.
    RenameIndex = "rename-index";
    /// `REINDEX`.
    Reindex = "reindex";
    /// `CREATE TYPE`, `CREATE DOMAIN`.
    CreateType = "create-type";
    /// `ALTER TYPE … ADD VALUE`.
    AddLabel = "add-label";
    /// `ALTER TYPE … RENAME VALUE`.
    RenameLabel = "rename-label";
    /// `ALTER TYPE … RENAME TO` and other changes.
    AlterType = "alter-type";
    /// `DROP TYPE`, `DROP DOMAIN`.
    DropType = "drop-type";
    /// `CREATE` of a view, function, trigger, sequence, extension, policy, schema, …
    CreateObject = "create-object";
    /// `ALTER` of one.
    AlterObject = "alter-object";
    /// `DROP` of one.
    DropObject = "drop-object";
    /// `REFRESH MATERIALIZED VIEW`.
    RefreshView = "refresh-view";
    /// `INSERT`, `COPY … FROM`.
    InsertRows = "insert-rows";
    /// `UPDATE`, `MERGE`.
    UpdateRows = "update-rows";
    /// `DELETE`.
    DeleteRows = "delete-rows";
    /// `TRUNCATE`.
    Truncate = "truncate";
    /// `LOCK TABLE`.
    LockTable = "lock-table";
    /// `VACUUM`, `ANALYZE`, `CLUSTER`.
    Maintain = "maintain";
    /// `SET`, `RESET`, transaction commands: nothing that stays.
    Session = "session";
    /// `DO`, `CALL`, `SELECT`: code of the database runs.
    RunCode = "run-code";
    /// `COMMENT`, `GRANT`, `REVOKE`.
    Describe = "describe";
    /// Something else.
    Other = "other";
}

impl Act {
    /// An act that only writes the catalog and locks no table that was there before.
    pub(super) fn new(verb: Verb, name: impl Into<String>) -> Self {
        Self {
            action: Action { verb, name: name.into(), table: String::new(), to: String::new() },
            holds: Vec::new(),
            work: Work::Catalog,
            risks: Vec::new(),
            makes: None,
            is_guarded: false,
        }
    }

    /// Making this.
    pub(super) fn making(mut self, name: &QualifiedName) -> Self {
        self.makes = Some(name.clone());
        self
    }

    /// With `IF NOT EXISTS`, or without.
    pub(super) fn guarded(mut self, is_guarded: bool) -> Self {
        self.is_guarded = is_guarded;
        self
    }

    /// With a new name or type.
    pub(super) fn to(mut self, to: impl Into<String>) -> Self {
        self.action.to = to.into();
        self
    }

    /// On this table, under this lock.
    pub(super) fn on(mut self, table: &QualifiedName, mode: LockMode) -> Self {
        table.name.clone_into(&mut self.action.table);
        self.holding(On::Table(table.clone()), mode)
    }

    /// With one more lock.
    pub(super) fn holding(mut self, on: On, mode: LockMode) -> Self {
        self.holds.push(Hold { on, mode });
        self
    }

    /// With this much work; the risks of doing it under its lock follow by themselves.
    pub(super) fn working(mut self, work: Work) -> Self {
        self.work = work;
        self
    }

    /// With one more risk.
    pub(super) fn at(mut self, risk: Risk) -> Self {
        self.risks.push(risk);
        self
    }

    /// The strongest lock that it takes.
    pub fn lock(&self) -> Option<LockMode> {
        self.holds.iter().map(|hold| hold.mode).max()
    }

    /// Adds the risks that come of much work under a strong lock.
    pub(super) fn weighed(mut self) -> Self {
        if self.work == Work::Rewrite {
            self.risks.push(Risk::RewritesTable);
        }
        let waits = matches!(self.work, Work::Scan | Work::IndexBuild | Work::Rewrite);
        if waits && self.lock().is_some_and(LockMode::blocks_writes) {
            self.risks.push(Risk::LongLock);
        }
        self.risks.sort_unstable();
        self.risks.dedup();
        self
    }
}
