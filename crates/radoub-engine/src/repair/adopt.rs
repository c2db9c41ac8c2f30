//! `adopt`: the database is right, and the history follows it. Decided here, from what drift found.
//!
//! A history that runs gets the migration that it lacks; one that does not run, or is not there, is
//! replaced by a baseline. Either is recorded as applied, because the database contains it. Where
//! database and schema.prisma disagree, somebody has to say who is right; schema.prisma follows a database
//! that wins ([`super::follow`]).

use std::time::SystemTime;

use super::case::{Case, allows};
use super::{Consent, Oddity, RepairPlan, Verb, Wins, archive, ready};
use crate::drift::{Cause, Drift, Repair, Trial};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Managed;

/// Decides how a service is adopted. The drift must have been surveyed with what Prisma does not
/// see.
///
/// # Errors
///
/// Why it cannot be, or what has to be agreed to first.
pub fn plan(
    managed: &Managed,
    drift: &Drift,
    consent: &Consent,
    now: SystemTime,
) -> Result<RepairPlan, Failure> {
    ready(drift)?;
    // A history that is not wrong has other remedies.
    let other_remedy = matches!(
        drift.cause,
        Cause::Forgotten
            | Cause::Pending
            | Cause::PendingAndForgotten
            | Cause::Failed
            | Cause::MissingFiles
    );
    // Nor one that is not whole yet: what waits would be recorded without having run.
    let other_remedy =
        other_remedy || matches!(drift.repair, Some(Repair::MendScript(_) | Repair::ApplyFirst));
    // The history is right, and schema.prisma is to follow it and the database.
    let follows = drift.cause == Cause::Forgotten
        && consent.wins == Some(Wins::Live)
        && matches!(drift.trial, Trial::Ends(_));
    if other_remedy
        && !follows
        && !(drift.cause == Cause::MissingFiles && allows(consent, Oddity::Missing))
    {
        return Err(Failure::new(FailureCode::OtherRemedy, vec![("verb", "adopt".to_owned())]));
    }
    let case = Case::of(drift, consent, now)?;
    let mut plan = match &drift.trial {
        Trial::Nothing | Trial::Stops(_) => case.replace(Verb::Adopt, "baseline")?,
        _ => case.follow()?,
    };
    plan.archive = archive::folder(&managed.migrations, now);
    // A ledger that is in order stays as it is, whatever tries it remembers.
    if drift.cause != Cause::InOrder {
        case.missing(managed, &mut plan)?;
    }
    Ok(plan)
}
