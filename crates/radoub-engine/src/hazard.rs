//! What an operator must agree to by name before it is done.
//!
//! It is about files, and more often a mistake than meant. The drop-in `radoub prisma migrate deploy` does not ask, as Prisma
//! does not. Where they are looked for is the planner's.

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
}

impl Hazard {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Edited,
        Self::Missing,
        Self::Duplicated,
        Self::NotUtf8,
        Self::ByteOrderMark,
        Self::EmptyFile,
        Self::Unterminated,
    ];

    /// The name to agree to, `--allow NAME`.
    pub fn as_str(self) -> &'static str {
        self.code().as_str()
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
        }
    }
}
