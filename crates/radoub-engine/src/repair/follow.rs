//! schema.prisma after the database, where the database wins: what `db pull` would write becomes part of
//! the plan. That it describes the database is for [`super::proof`], writing it for [`super::act`].

use std::path::Path;

use super::{Remark, RepairPlan};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Managed;
use crate::observe::Look;
use crate::pull::{PullError, PullSettings, Pulled, pull_service};
use crate::schema::{Wanted, WantedError};
use crate::translate;

/// A schema that follows its database; nothing is written yet.
#[derive(Debug, Clone)]
pub struct Followed {
    /// Its files.
    pub pulled: Pulled,
    /// What it will want.
    pub(crate) wanted: Wanted,
}

/// Takes into a plan that leaves schema.prisma behind what makes it follow. Paths are relative to `root`.
/// A database that has nothing, or that no schema can describe by itself, stays remarked.
///
/// # Errors
///
/// Why the database or the schema cannot be read.
pub async fn follow(
    managed: &Managed,
    root: &Path,
    look: Look,
    plan: &mut RepairPlan,
) -> Result<(), Failure> {
    if !plan.remarks.contains(&Remark::SchemaBehind) {
        return Ok(());
    }
    let url = managed.url.as_ref().map_err(translate::url_failure)?;
    let settings = PullSettings { look, force: false, namespaces: None };
    let pulled = match pull_service(managed, url, managed.major(), root, &settings, || {}).await {
        Ok(pulled) => pulled,
        Err(PullError::Empty | PullError::LeavesScope { .. }) => return Ok(()),
        Err(PullError::Database(failure)) => return Err(failure),
        Err(PullError::Schema(error)) => return Err(refused(&error.to_string())),
        Err(PullError::Refused(mistakes)) => {
            return Err(refused(mistakes.first().map_or("", |it| &it.message)));
        }
    };
    let wanted = pulled.schema().wanted(managed.major(), url.schema(), &managed.external);
    let wanted = wanted.map_err(|error| match error {
        WantedError::Refused(mistakes) => refused(mistakes.first().map_or("", |it| &it.message)),
        other => refused(&other.to_string()),
    })?;
    plan.remarks.retain(|it| *it != Remark::SchemaBehind);
    if !pulled.is_written() {
        plan.schema = Some(Box::new(Followed { pulled, wanted }));
    }
    Ok(())
}

fn refused(message: &str) -> Failure {
    let values = vec![("place", String::new()), ("message", message.to_owned())];
    Failure::new(FailureCode::SchemaRefused, values)
}
