//! Going on with a run that did not come to its end.
//!
//! What is applied is read from the databases, never from the journal: the plan that is left is the
//! old one without what they have. Whether a service was restarted behind it only the journal tells. Pure; looking and running are elsewhere.

use radoub_schema::migration::Migration;

use crate::failure::{Failure, FailureCode};
use crate::fleet::Fleet;
use crate::observe::Observed;
use crate::plan::{
    Bound, Choice, ChoiceWord, Deed, Entry, Moved, Plan, SavedDeed, SavedPlan, SavedService, Task,
};
use crate::report::{Line, Report};
use crate::state::State;

/// What is left to do of a plan, from what is seen of its services now.
///
/// A service whose server is another one, or whose planned scripts are not what they were, is refused:
/// that would be another plan. Migrations that came to the folder since are left alone.
pub fn remainder(fleet: &Fleet, observed: &[Observed], saved: &SavedPlan, report: &Report) -> Plan {
    let entries = saved.services.iter().filter_map(|it| {
        let service = fleet.services.iter().find(|service| service.name.as_str() == it.service);
        let one = observed.iter().find(|one| one.service.as_str() == it.service);
        let (service, one) = (service?, one?);
        let choice = match it.choice {
            ChoiceWord::Apply => {
                left(it, one, report.lines.iter().find(|line| line.service == one.service))
            }
            ChoiceWord::Nothing => Choice::Nothing,
            ChoiceWord::NotApplicable => Choice::NotApplicable,
            ChoiceWord::Refuse => {
                let unknown = || Failure::new(FailureCode::Server, vec![("reason", String::new())]);
                Choice::Refuse(it.failure().unwrap_or_else(unknown))
            }
        };
        Some(Entry {
            service: service.name.clone(),
            wave: it.wave.saturating_sub(1),
            choice,
            forecasts: it.migrations.clone(),
        })
    });
    Plan { entries: entries.collect() }
}

/// What is left to do for one service.
fn left(saved: &SavedService, one: &Observed, line: Option<&Line>) -> Choice {
    if let Some(problem) = &one.problem
        && one.state != State::DatabaseMissing
    {
        return Choice::Refuse(problem.clone());
    }
    let now = Bound::of(one);
    let was = saved.bound.as_ref().and_then(|bound| bound.server.as_ref());
    if let (Some(was), Some(is)) = (was, &now.server)
        && let Some(Moved::Server { fact, was, is }) = was.moved(is).into_iter().next()
    {
        let values = vec![("what", fact.as_str().to_owned()), ("was", was), ("is", is)];
        return Choice::Refuse(Failure::new(FailureCode::ServerReplaced, values));
    }
    let mut task = Task::default();
    for deed in &saved.deeds {
        match deed {
            SavedDeed::CreateDatabase if one.state == State::DatabaseMissing => {
                task.add(Deed::CreateDatabase);
            }
            SavedDeed::CreateDatabase
            | SavedDeed::MakeLedger
            | SavedDeed::Rebuild(_)
            | SavedDeed::BackUp
            | SavedDeed::Restart
            | SavedDeed::Probe
            | SavedDeed::Verify
            // A way back is gone on with by its own commands.
            | SavedDeed::Undo { .. }
            | SavedDeed::Restore { .. } => {}
            SavedDeed::Migrate { migration, checksum } => {
                let on_disk =
                    one.on_disk.migrations.iter().find(|it| it.name.as_str() == migration);
                match still(one, on_disk, migration, checksum) {
                    Ok(Some(migration)) => task.add(Deed::Migrate(migration.clone())),
                    Ok(None) => {}
                    Err(failure) => return Choice::Refuse(failure),
                }
            }
        }
    }
    let migrates = !task.deeds().is_empty();
    if migrates && saved.deeds.contains(&SavedDeed::BackUp) {
        task.add(Deed::BackUp);
    }
    // The one thing that the databases do not tell: doing it once more harms nobody.
    let restarted = !migrates && line.is_some_and(|it| it.downtime.is_some());
    if saved.deeds.contains(&SavedDeed::Restart) && !restarted {
        // What is built already is built again from what the builder has kept.
        for deed in &saved.deeds {
            if let SavedDeed::Rebuild(due) = deed {
                task.add(Deed::Rebuild(due.clone()));
            }
        }
        task.add(Deed::Restart);
    }
    let verified = restarted && line.is_some_and(|it| it.verdict.is_some());
    if saved.deeds.contains(&SavedDeed::Verify) && !verified {
        task.add(Deed::Verify);
    }
    let probed = !migrates && line.is_some_and(|it| it.verdict.is_some());
    if saved.deeds.contains(&SavedDeed::Probe) && !probed {
        task.add(Deed::Probe);
    }
    if task.deeds().is_empty() { Choice::Nothing } else { Choice::Apply(task) }
}

/// The migration, if it is still to be applied.
fn still<'a>(
    one: &Observed,
    on_disk: Option<&'a Migration>,
    name: &str,
    checksum: &str,
) -> Result<Option<&'a Migration>, Failure> {
    let rows = one.ledger.as_deref().unwrap_or_default();
    let mut own = rows.iter().filter(|row| row.name.as_str() == name && row.is_standing());
    if own.any(|row| row.finished_at.is_some()) {
        return Ok(None);
    }
    let named = |code| Failure::new(code, vec![("migration", name.to_owned())]);
    let Some(migration) = on_disk else {
        return Err(named(FailureCode::ScriptGone));
    };
    let now = migration.script.as_ref().map(|script| script.checksum().to_string());
    if now.as_deref().unwrap_or_default() != checksum {
        return Err(named(FailureCode::ScriptChanged));
    }
    Ok(Some(migration))
}
