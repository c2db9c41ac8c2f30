//! One service whose database is right: what its history would have to be.
//!
//! Shared by [`super::adopt`] and [`super::baseline`], which decide when to follow a history and when
//! to replace it.

use std::time::{Duration, SystemTime};

use radoub_postgres::correct::Correction;
use radoub_schema::carry;
use radoub_schema::diff::steps;
use radoub_schema::down::down;
use radoub_schema::migration::{Migration, MigrationName, MigrationScript};
use radoub_schema::model::SqlSchema;
use radoub_schema::model::unmanaged::Unmanaged;
use radoub_schema::step::Step;
use radoub_schema::warning::warnings;

use super::{
    Checkpoint, Consent, Drafted, Goal, Oddity, Remark, RepairPlan, Verb, Wins, archive,
    forgotten_rows, name_after, names_of, row_changes, rows_are_agreed, script, standing,
    unmanaged,
};
use crate::drift::route::bare;
use crate::drift::{Drift, Side, Trial, pairs};
use crate::failure::{Failure, FailureCode};
use crate::fleet::Managed;

/// What the database and schema.prisma ask for, settled.
pub(super) struct Case<'a> {
    drift: &'a Drift,
    live: &'a SqlSchema,
    seen: &'a Unmanaged,
    wanted: &'a SqlSchema,
    /// Who wins; `None` when the two agree.
    wins: Option<Wins>,
    consent: &'a Consent,
    now: SystemTime,
}

pub(super) fn allows(consent: &Consent, oddity: Oddity) -> bool {
    consent.oddities.contains(&oddity)
}

impl<'a> Case<'a> {
    pub(super) fn of(
        drift: &'a Drift,
        consent: &'a Consent,
        now: SystemTime,
    ) -> Result<Self, Failure> {
        let unready = || Failure::new(FailureCode::OtherRemedy, vec![("verb", "adopt".to_owned())]);
        let live = drift.live.as_ref().ok_or_else(unready)?;
        let wanted = drift.side(Side::Schema).ok_or_else(unready)?;
        let agree = drift.pairs.live_wanted.as_ref().is_some_and(pairs::Pair::agrees);
        let is_empty = pairs::is_nothing(&live.schema, &drift.terms());
        let wins = match (agree, consent.wins) {
            (true, _) => None,
            // An empty database has nothing to defend.
            (false, None) if is_empty => Some(Wins::Schema),
            (false, Some(wins)) => Some(wins),
            (false, None) => {
                let objects = drift.outline(Side::Live, Side::Schema).unwrap_or_default().len();
                let values = vec![("count", objects.to_string())];
                return Err(Failure::new(FailureCode::Disagree, values));
            }
        };
        Ok(Self { drift, live: &live.schema, seen: &live.unmanaged, wanted, wins, consent, now })
    }

    /// What the applied part of the new history makes: schema.prisma's own text where it describes
    /// the database, else the database's.
    fn target(&self) -> SqlSchema {
        match self.wins {
            None => self.wanted.clone(),
            Some(_) => bare(self.live, &self.drift.terms().default_namespace),
        }
    }

    /// A baseline in the place of everything.
    pub(super) fn replace(&self, verb: Verb, given: &str) -> Result<RepairPlan, Failure> {
        let on_disk = &self.drift.observed.on_disk;
        let terms = self.drift.terms();
        self.edited()?;
        let forgotten = forgotten_rows(&on_disk.migrations);
        rows_are_agreed(&self.rows_lost(&forgotten), self.consent)?;
        let is_empty = pairs::is_nothing(self.live, &terms);
        let (carried, mut remarks) = unmanaged(self.seen.clone(), self.consent.carry);
        let mut drafts = Vec::new();
        let name = self.consent.name.as_deref().unwrap_or(given);
        if !is_empty || !carried.objects.is_empty() {
            let steps = steps(&SqlSchema::empty(), self.target(), &terms);
            drafts.push(Drafted {
                name: name_after(name, self.now, None)?,
                script: script(self.drift, &steps, &carried),
                // The way back from everything is nothing.
                way_back: None,
                applied: true,
                losses: Vec::new(),
            });
        }
        if self.wins == Some(Wins::Schema) {
            let name = if drafts.is_empty() { name } else { "follow_schema" };
            drafts.push(self.follow_schema(name, drafts.last().map(|it| &it.name))?);
        }
        remarks.extend(forgotten);
        remarks.extend(self.remarks(&drafts));
        let rows = self.drift.observed.ledger.as_deref().unwrap_or_default();
        Ok(RepairPlan {
            verb,
            aside: on_disk.migrations.iter().map(|it| it.name.clone()).collect(),
            archive: std::path::PathBuf::new(),
            recorded: Vec::new(),
            removed: names_of(rows),
            retired: Vec::new(),
            restamped: Vec::new(),
            lock_file: self.drift.lacks_lock_file(),
            schema: None,
            remarks,
            correction: Correction {
                removed: rows.iter().map(|row| row.id.clone()).collect(),
                ..Correction::default()
            },
            goal: self.goal(&drafts, carried),
            drafts,
        })
    }

    /// The migration that a history lacks, and the ledger that says so.
    pub(super) fn follow(&self) -> Result<RepairPlan, Failure> {
        let Trial::Ends(ended) = &self.drift.trial else {
            return Err(Failure::new(FailureCode::OtherRemedy, vec![("verb", "adopt".to_owned())]));
        };
        let observed = &self.drift.observed;
        let migrations = &observed.on_disk.migrations;
        let mut last = migrations.last().map(|it| it.name.clone());
        let (carried, mut remarks) =
            unmanaged(carry::lost(self.seen, &ended.end.unmanaged), self.consent.carry);
        let lacking: Vec<Step> = match self.wins {
            None => self.drift.route(Side::History, Side::Schema),
            Some(_) => self.drift.route(Side::History, Side::Live),
        }
        .unwrap_or_default();
        let mut drafts = Vec::new();
        if !lacking.is_empty() || !carried.objects.is_empty() {
            let name = self.consent.name.as_deref().unwrap_or("adopt");
            let name = name_after(name, self.now, last.as_ref())?;
            last = Some(name.clone());
            let terms = self.drift.terms();
            let start = bare(&ended.end.schema, &terms.default_namespace);
            let back = down(&start, self.live, &terms);
            drafts.push(Drafted {
                name,
                script: script(self.drift, &lacking, &carried),
                way_back: (!lacking.is_empty()).then_some(back),
                applied: true,
                losses: warnings(&lacking),
            });
        }
        if self.wins == Some(Wins::Schema) {
            drafts.push(self.follow_schema("follow_schema", last.as_ref())?);
        }
        let rows = standing(self.drift);
        let unrecorded: Vec<&Migration> =
            migrations.iter().filter(|it| !self.is_finished(&it.name)).collect();
        for migration in &unrecorded {
            let changes = row_changes(migration);
            if !changes.is_empty() {
                remarks.push(Remark::RowsSkipped(migration.name.clone(), changes));
            }
        }
        remarks.extend(self.remarks(&drafts));
        let failed: Vec<_> = rows.iter().filter(|row| row.is_failed()).copied().collect();
        let all = observed.ledger.as_deref().unwrap_or_default();
        let changed = |migration: &Migration| self.is_changed(migration);
        self.edited()?;
        // Prisma looks at the first row of a name, also at that of a failed try.
        let restamped: Vec<&Migration> = migrations.iter().filter(|it| changed(it)).collect();
        let checksums = restamped.iter().flat_map(|migration| {
            let sum = migration.script.as_ref().map(MigrationScript::checksum);
            let rows = all.iter().filter(|row| row.name == migration.name);
            rows.filter_map(move |row| Some((row.id.clone(), sum?)))
        });
        Ok(RepairPlan {
            verb: Verb::Adopt,
            aside: Vec::new(),
            archive: std::path::PathBuf::new(),
            recorded: unrecorded.iter().map(|it| it.name.clone()).collect(),
            removed: Vec::new(),
            retired: names_of(failed.iter().copied()),
            restamped: restamped.iter().map(|it| it.name.clone()).collect(),
            lock_file: self.drift.lacks_lock_file(),
            schema: None,
            correction: Correction {
                removed: Vec::new(),
                retired: failed.iter().map(|row| row.id.clone()).collect(),
                checksums: checksums.collect(),
                applied: Vec::new(),
            },
            remarks,
            goal: self.goal(&drafts, carried),
            drafts,
        })
    }

    /// Whether the ledger has a migration as applied.
    fn is_finished(&self, name: &MigrationName) -> bool {
        standing(self.drift).iter().any(|row| row.name == *name && row.finished_at.is_some())
    }

    /// Whether a row has another checksum than the file.
    fn is_changed(&self, migration: &Migration) -> bool {
        let all = self.drift.observed.ledger.as_deref().unwrap_or_default();
        let mut own = all.iter().filter(|row| row.name == migration.name);
        let script = migration.script.as_ref();
        script.is_some_and(|script| own.any(|row| !script.matches(&row.checksum)))
    }

    /// Files that were edited after they were applied are taken as they are only by name.
    fn edited(&self) -> Result<(), Failure> {
        let migrations = self.drift.observed.on_disk.migrations.iter();
        let edited = migrations.filter(|it| self.is_finished(&it.name) && self.is_changed(it));
        let names: Vec<String> = edited.map(|it| it.name.to_string()).collect();
        if names.is_empty() || allows(self.consent, Oddity::Edited) {
            return Ok(());
        }
        let values = vec![("odd", "edited".to_owned()), ("migrations", names.join(", "))];
        Err(Failure::new(FailureCode::NeedsConsent, values))
    }

    /// The migrations whose rows are lost when the history is replaced: those that fill tables, and
    /// those that were never applied here and change rows in any way.
    fn rows_lost(&self, forgotten: &[Remark]) -> Vec<MigrationName> {
        let migrations = self.drift.observed.on_disk.migrations.iter();
        let fills = |name: &MigrationName| {
            let of = |it: &Remark| matches!(it, Remark::RowsForgotten(other, _) if other == name);
            forgotten.iter().any(of)
        };
        let lost = migrations.filter(|it| {
            fills(&it.name) || (!self.is_finished(&it.name) && !row_changes(it).is_empty())
        });
        lost.map(|it| it.name.clone()).collect()
    }

    /// The migration that brings the database to schema.prisma; it waits for `apply`.
    fn follow_schema(&self, given: &str, last: Option<&MigrationName>) -> Result<Drafted, Failure> {
        let terms = self.drift.terms();
        let missing = self.drift.route(Side::Live, Side::Schema).unwrap_or_default();
        let realised = self.drift.realised.as_ref().map_or(self.wanted, |it| &it.schema);
        // Both may be made in the same second.
        let now = self.now + Duration::from_secs(u64::from(last.is_some()));
        Ok(Drafted {
            name: name_after(given, now, last)?,
            script: script(self.drift, &missing, &Unmanaged::default()),
            way_back: Some(down(&bare(self.live, &terms.default_namespace), realised, &terms)),
            applied: false,
            losses: warnings(&missing),
        })
    }

    fn goal(&self, drafts: &[Drafted], carried: Unmanaged) -> Goal {
        // What waits comes last, and is the only thing that the database does not contain.
        let waiting = drafts.iter().filter(|it| !it.applied).count();
        Goal {
            checkpoints: vec![Checkpoint {
                before_the_end: waiting,
                schema: self.live.clone(),
                unmanaged: carried,
            }],
            ends_at_schema: self.wins != Some(Wins::Live),
        }
    }

    fn remarks(&self, drafts: &[Drafted]) -> Vec<Remark> {
        let waits = drafts.iter().filter(|it| !it.applied);
        let mut remarks: Vec<Remark> = waits.map(|it| Remark::Waits(it.name.clone())).collect();
        if self.wins == Some(Wins::Live) {
            remarks.push(Remark::SchemaBehind);
        }
        remarks
    }

    /// Rows whose folder is gone leave the ledger: those that an earlier repair has put aside and
    /// those that were never applied; others only when that was agreed to.
    pub(super) fn missing(&self, managed: &Managed, plan: &mut RepairPlan) -> Result<(), Failure> {
        let Some(history) = &self.drift.observed.history else { return Ok(()) };
        let aside = archive::aside(&managed.migrations);
        let is_gone = |name: &MigrationName| {
            !self.drift.observed.on_disk.migrations.iter().any(|it| it.name == *name)
                && !plan.removed.contains(name)
        };
        let strange = history.missing.iter().filter(|it| is_gone(it) && !aside.contains(*it));
        let strange: Vec<String> = strange.map(ToString::to_string).collect();
        if !strange.is_empty() && !allows(self.consent, Oddity::Missing) {
            let values = vec![("odd", "missing".to_owned()), ("migrations", strange.join(", "))];
            return Err(Failure::new(FailureCode::NeedsConsent, values));
        }
        let all = self.drift.observed.ledger.as_deref().unwrap_or_default();
        let gone: Vec<_> = all.iter().filter(|row| is_gone(&row.name)).collect();
        let ids = gone.iter().map(|row| row.id.clone());
        plan.correction.retired.retain(|id| !gone.iter().any(|row| row.id == *id));
        plan.correction.removed.extend(ids);
        plan.removed.extend(names_of(gone.iter().copied()));
        plan.retired.retain(|name| !gone.iter().any(|row| row.name == *name));
        Ok(())
    }
}
