//! Two schema files compared as SQL: Prisma's `migrate diff` between files.

use radoub_schema::diff::steps;
use radoub_schema::model::SqlSchema;
use radoub_schema::render::{Dialect, render};
use radoub_schema::step::Step;
use radoub_schema::summary::summary;
use radoub_schema::warning::warnings;

use super::{Mistake, SchemaText, WantedError, terms};
use crate::fleet::External;

/// What turns one schema into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Whether nothing that Prisma compares is different.
    pub is_empty: bool,
    /// The script, with Prisma's bytes; ends with a line end.
    pub script: String,
    /// The readable form, likewise.
    pub summary: String,
    /// What the script would lose or could not do on tables with rows, in Prisma's words.
    pub warnings: Vec<String>,
}

/// Why two schemas were not compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// At least one of them is refused: every mistake of both.
    #[error("{} mistakes in the schema", .0.len())]
    Refused(Vec<Mistake>),
    /// One of them wants nothing that can be said.
    #[error(transparent)]
    Wanted(#[from] WantedError),
    /// Both sides are empty.
    #[error("Could not determine the connector to use for diffing.")]
    NothingNamed,
}

/// Compares two schemas as Prisma's `migrate diff` does; `None` is the empty one.
///
/// The bytes are Prisma's, its known defects included (Prisma facts 10.12): whoever calls this
/// stands in for Prisma.
///
/// # Errors
///
/// [`CompareError`].
pub fn compare(
    from: Option<&SchemaText>,
    to: Option<&SchemaText>,
    major: u8,
) -> Result<Comparison, CompareError> {
    let (steps, dialect) = between(from, to, major)?;
    Ok(Comparison {
        is_empty: steps.is_empty(),
        script: render(&steps, dialect),
        summary: summary(&steps, dialect.edition),
        warnings: warnings(&steps).iter().map(ToString::to_string).collect(),
    })
}

/// The script of [`compare`] alone.
///
/// # Errors
///
/// [`CompareError`].
pub fn script(
    from: Option<&SchemaText>,
    to: Option<&SchemaText>,
    major: u8,
) -> Result<String, CompareError> {
    let (steps, dialect) = between(from, to, major)?;
    Ok(render(&steps, dialect))
}

fn between(
    from: Option<&SchemaText>,
    to: Option<&SchemaText>,
    major: u8,
) -> Result<(Vec<Step>, Dialect), CompareError> {
    let nobody = External::default();
    if from.is_none() && to.is_none() {
        return Err(CompareError::NothingNamed);
    }
    let mut mistakes = Vec::new();
    let mut side = |schema: Option<&SchemaText>| {
        let Some(schema) = schema else { return Ok(SqlSchema::empty()) };
        match schema.wanted(major, "public", &nobody) {
            Ok(wanted) => Ok(wanted.schema),
            Err(WantedError::Refused(wrong)) => {
                mistakes.extend(wrong);
                Ok(SqlSchema::empty())
            }
            Err(error) => Err(CompareError::Wanted(error)),
        }
    };
    let sides = (side(from), side(to));
    if !mistakes.is_empty() {
        return Err(CompareError::Refused(mistakes));
    }
    let (from, to) = (sides.0?, sides.1?);
    let terms = terms(major, "public", &nobody).map_err(WantedError::External)?;
    let steps = steps(&from, &to, &terms);
    Ok((steps, terms.dialect))
}
