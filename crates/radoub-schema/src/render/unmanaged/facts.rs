//! What a catalog says about things whose definitions have many parts.

use crate::name::Ident;

/// What a sequence counts like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceSettings {
    /// `integer`, `bigint`, `smallint`.
    pub kind: String,
    /// First value.
    pub start: i64,
    /// Step.
    pub increment: i64,
    /// Least value.
    pub least: i64,
    /// Greatest value.
    pub greatest: i64,
    /// How many values a session takes at once.
    pub cache: i64,
    /// Whether it begins again.
    pub cycles: bool,
}

impl SequenceSettings {
    /// What a sequence of this type counts like when nothing is said.
    pub fn usual(kind: &str) -> Self {
        let greatest = match kind {
            "smallint" => i64::from(i16::MAX),
            "integer" => i64::from(i32::MAX),
            _ => i64::MAX,
        };
        Self {
            kind: kind.to_owned(),
            start: 1,
            increment: 1,
            least: 1,
            greatest,
            cache: 1,
            cycles: false,
        }
    }

    /// The words that say all of it but the type.
    pub(super) fn words(&self) -> String {
        let Self { start, increment, least, greatest, cache, .. } = self;
        let cycle = if self.cycles { " CYCLE" } else { "" };
        format!(
            "START WITH {start} INCREMENT BY {increment} MINVALUE {least} MAXVALUE {greatest} CACHE {cache}{cycle}"
        )
    }
}

/// A domain, as the catalog has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The type it is made of.
    pub base: String,
    /// Its collation, when it is not that of the type.
    pub collation: Option<String>,
    /// Its default.
    pub default: Option<String>,
    /// Whether it refuses nulls.
    pub not_null: bool,
    /// Names and texts of its checks.
    pub checks: Vec<(Ident, String)>,
}

/// A range type, as the catalog has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The type it ranges over.
    pub subtype: String,
    /// Further words and their values: `COLLATION`, `SUBTYPE_DIFF`, …
    pub settings: Vec<(&'static str, String)>,
}

/// A policy of row security, as the catalog has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether it allows, instead of restricting.
    pub permissive: bool,
    /// `ALL`, `SELECT`, …
    pub command: &'static str,
    /// The roles it is for; none for everybody.
    pub roles: Vec<Ident>,
    /// Which rows are seen.
    pub using: Option<String>,
    /// Which rows may be written.
    pub check: Option<String>,
}
