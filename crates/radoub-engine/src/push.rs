//! Makes a database what a schema wants, without a history: Prisma's `db push`.

use radoub_postgres::execute::ExecuteError;
use radoub_schema::diff::steps;
use radoub_schema::render::{render, statements};
use radoub_schema::step::{Change, Step};

use crate::compare::{introspect_failure, leaves_scope};
use crate::develop::{Losses, connect, losses};
use crate::failure::Failure;
use crate::fleet::Managed;
use crate::observe::Look;
use crate::schema::Wanted;
use crate::translate;

/// What came of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// What it costs the rows that are there.
    pub losses: Losses,
    /// What was done.
    pub outcome: Outcome,
}

/// Whether anything was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The database already was what the schema wants.
    InSync,
    /// It is now; so many steps were carried out.
    Done(usize),
    /// Nothing: something cannot be done, or would be lost and nobody agreed.
    Refused,
}

/// Compares the database with the schema and makes it equal, unless something cannot be done, or
/// would be lost and `accept_loss` is not given.
///
/// All of it or nothing, except where a new enum value is used by a later step: such a value must
/// be committed first.
///
/// # Errors
///
/// A [`Failure`] ready to be told, with what the server said.
///
/// Source: Prisma facts 6.7. Prisma sends each statement alone, so that a refusal leaves the first
/// ones done.
pub async fn push(
    managed: &Managed,
    wanted: &Wanted,
    accept_loss: bool,
    look: Look,
) -> Result<Pushed, Failure> {
    let mut database = connect(managed, look).await?;
    let url = database.url().clone();
    let prepared = database.prepare_schema().await;
    prepared.map_err(|error| translate::query_failure(&url, &error))?;
    let live = database.introspect(&wanted.scope).await;
    let live = live.map_err(|error| introspect_failure(&url, &error))?;
    if let Some(failure) = leaves_scope(&live) {
        return Err(failure);
    }
    let steps = steps(&live.schema, &wanted.schema, &wanted.terms);
    let losses = losses(&mut database, &steps).await?;
    let refused = !losses.unexecutable.is_empty() || (!losses.warnings.is_empty() && !accept_loss);
    let outcome = if refused {
        Outcome::Refused
    } else if steps.is_empty() {
        Outcome::InSync
    } else {
        let dialect = wanted.terms.dialect;
        let scripts: Vec<String> = if steps.iter().any(adds_labels) {
            steps.iter().map(|step| statements(step, dialect)).collect()
        } else {
            vec![render(&steps, dialect)]
        };
        for script in &scripts {
            let ran: Result<(), ExecuteError> = database.execute_script(script).await;
            ran.map_err(|error| translate::execute_failure(&url, "", script, &error))?;
        }
        Outcome::Done(steps.len())
    };
    database.close().await;
    Ok(Pushed { losses, outcome })
}

/// Whether it adds values to an enum type in place, which a later step of the same transaction may
/// not use (55P04).
fn adds_labels(step: &Step) -> bool {
    matches!(&step.change, Change::AlterEnum(change) if change.removed.is_empty())
}
