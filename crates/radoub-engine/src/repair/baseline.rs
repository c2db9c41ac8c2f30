//! `baseline`: one migration that makes the whole database, in the place of any history.

use std::time::SystemTime;

use super::case::Case;
use super::{Consent, RepairPlan, Verb, archive, ready};
use crate::drift::Drift;
use crate::failure::Failure;
use crate::fleet::Managed;

/// Decides how a service gets a baseline. Its history is put aside, whether it runs or not; what is
/// recorded is what the database contains. The drift must have been surveyed with what Prisma does
/// not see.
///
/// # Errors
///
/// Why it cannot, or what has to be agreed to first: who is right when database and schema.prisma
/// disagree.
pub fn plan(
    managed: &Managed,
    drift: &Drift,
    consent: &Consent,
    now: SystemTime,
) -> Result<RepairPlan, Failure> {
    ready(drift)?;
    let case = Case::of(drift, consent, now)?;
    let mut plan = case.replace(Verb::Baseline, "baseline")?;
    plan.archive = archive::folder(&managed.migrations, now);
    Ok(plan)
}
