//! The major release of Prisma whose behaviour is followed.
//!
//! Which one a service uses is found elsewhere, in [`crate::package`] and the settings.

use std::fmt;

use radoub_schema::render::Edition;

/// A major release of Prisma that keeps its history in `_prisma_migrations`.
///
/// What changes between them is tabled in Prisma facts 1.8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrismaMajor {
    /// Releases 5.x.
    Five,
    /// Releases 6.x.
    Six,
    /// Releases 7.x: no connection URL in the schema.
    Seven,
}

impl PrismaMajor {
    /// The release with this number, `None` when it is not one we follow.
    pub fn from_number(number: u64) -> Option<Self> {
        match number {
            5 => Some(Self::Five),
            6 => Some(Self::Six),
            7 => Some(Self::Seven),
            _ => None,
        }
    }

    /// 5, 6 or 7.
    pub fn number(self) -> u8 {
        match self {
            Self::Five => 5,
            Self::Six => 6,
            Self::Seven => 7,
        }
    }
}

impl fmt::Display for PrismaMajor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.number())
    }
}

/// 5 and 6 write the same SQL; what they make of an implicit relation is told apart by lowering.
impl From<PrismaMajor> for Edition {
    fn from(major: PrismaMajor) -> Self {
        match major {
            PrismaMajor::Five | PrismaMajor::Six => Self::UpToSix,
            PrismaMajor::Seven => Self::Seven,
        }
    }
}
