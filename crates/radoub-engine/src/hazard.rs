//! What an operator must agree to by name before it is done.
//!
//! Some is about files and is more often a mistake than meant; some is about what statements do to
//! a database that holds data. The drop-in `radoub prisma migrate deploy` does not ask, as Prisma
//! does not. Where they are looked for is the planner's.

use radoub_schema::hazard::Risk;

use crate::failure::FailureCode;

/// Something to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hazard {
    /// An applied migration was edited.
    Edited,
    /// The ledger has migrations that the folder lacks.
    Missing,
    /// A pending migration repeats the script of another.
    Duplicated,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A byte order mark.
    ByteOrderMark,
    /// No statement in a file of no bytes.
    EmptyFile,
    /// A quote or comment that never closes.
    Unterminated,
    /// A statement deletes rows or columns that hold data, or may.
    DeleteData,
    /// A statement writes a table of some size anew, while nobody may read it.
    RewriteTable,
    /// A statement keeps readers or writers from a table for longer than they are made to wait.
    LongLock,
    /// A statement makes what is there already: the database is not what the history says.
    Drift,
    /// The service changes its tables by itself whenever it starts, past its history, and is to be restarted.
    PushAtStart,
}

impl Hazard {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Edited,
        Self::Missing,
        Self::Duplicated,
        Self::NotUtf8,
        Self::ByteOrderMark,
        Self::EmptyFile,
        Self::Unterminated,
        Self::DeleteData,
        Self::RewriteTable,
        Self::LongLock,
        Self::Drift,
        Self::PushAtStart,
    ];

    /// The name to agree to, `--allow NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            other => other.code().as_str(),
        }
    }

    /// The hazard of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }

    /// The failure that an apply without consent ends with.
    pub fn code(self) -> FailureCode {
        match self {
            Self::Edited => FailureCode::Edited,
            Self::Missing => FailureCode::Missing,
            Self::Duplicated => FailureCode::Duplicated,
            Self::NotUtf8 => FailureCode::NotUtf8,
            Self::ByteOrderMark => FailureCode::ByteOrderMark,
            Self::EmptyFile => FailureCode::EmptyFile,
            Self::Unterminated => FailureCode::Unterminated,
            Self::DeleteData => FailureCode::DeleteData,
            Self::RewriteTable => FailureCode::RewriteTable,
            Self::LongLock => FailureCode::LongLock,
            Self::Drift => FailureCode::AlreadyThere,
            Self::PushAtStart => FailureCode::PushAtStart,
        }
    }

    /// The hazard that a risk of a statement is, when it must be agreed to at all.
    pub fn of(risk: Risk) -> Option<Self> {
        match risk {
            Risk::DeletesData => Some(Self::DeleteData),
            Risk::RewritesTable => Some(Self::RewriteTable),
            Risk::LongLock => Some(Self::LongLock),
            Risk::BreaksCode | Risk::MayFail | Risk::Unforeseeable => None,
        }
    }
}
