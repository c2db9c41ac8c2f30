//! From what agrees and what does not to the cause, and to the one command that mends it.
//!
//! Pure: a table of cases. How the three sides are had is the matter of [`super::sides`]; how far
//! two of them differ of [`super::pairs`].

use radoub_schema::migration::{History, MigrationName};

use crate::state::{Remedy, Weight};

/// Why the three sides of a service are as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// schema.prisma, the history and the database agree, and the ledger says so.
    InOrder,
    /// Migrations wait to be applied; the database is where the applied ones leave it.
    Pending,
    /// As before, and schema.prisma has moved on since the last migration.
    PendingAndForgotten,
    /// schema.prisma was edited and no migration written: history and database agree.
    Forgotten,
    /// The database follows schema.prisma and the history does not: `db push`.
    Pushed,
    /// The database follows schema.prisma, and there is no history at all.
    NoHistory,
    /// The history does not run on an empty database.
    BrokenHistory,
    /// History and schema.prisma agree, the database is different: changed by hand.
    EditedByHand,
    /// No two of the three agree.
    AllDiffer,
    /// The three agree, the ledger does not tell the same story.
    Unrecorded,
    /// A migration failed, and the database is not where any of this would explain it.
    Failed,
    /// The folder lacks applied migrations, so its history is not the whole one.
    MissingFiles,
    /// Prisma refuses schema.prisma.
    SchemaRefused,
    /// The history could not be tried: no scratch database, or one that lacks an extension.
    NotComparable,
    /// Several services share the database, so none of them describes it.
    Shared,
    /// The database could not be looked at.
    Unseen,
    /// Nothing to do with Prisma Migrate on PostgreSQL.
    NotApplicable,
}

impl Cause {
    /// All causes, in the order of the reference.
    pub const ALL: [Self; 17] = [
        Self::InOrder,
        Self::Pending,
        Self::PendingAndForgotten,
        Self::Forgotten,
        Self::Pushed,
        Self::NoHistory,
        Self::BrokenHistory,
        Self::EditedByHand,
        Self::AllDiffer,
        Self::Unrecorded,
        Self::Failed,
        Self::MissingFiles,
        Self::SchemaRefused,
        Self::NotComparable,
        Self::Shared,
        Self::Unseen,
        Self::NotApplicable,
    ];

    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InOrder => "in-order",
            Self::Pending => "pending",
            Self::PendingAndForgotten => "pending-and-forgotten",
            Self::Forgotten => "forgotten",
            Self::Pushed => "pushed",
            Self::NoHistory => "no-history",
            Self::BrokenHistory => "broken-history",
            Self::EditedByHand => "edited-by-hand",
            Self::AllDiffer => "all-differ",
            Self::Unrecorded => "unrecorded",
            Self::Failed => "failed",
            Self::MissingFiles => "missing-files",
            Self::SchemaRefused => "schema-refused",
            Self::NotComparable => "not-comparable",
            Self::Shared => "shared",
            Self::Unseen => "unseen",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// What the cause means for the caller of a script.
    pub fn weight(self) -> Weight {
        match self {
            Self::InOrder | Self::NotApplicable => Weight::InOrder,
            Self::NotComparable | Self::Unseen => Weight::NoAnswer,
            _ => Weight::NeedsWork,
        }
    }
}

/// The one command or act that mends a cause; the command line puts it into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// `radoub apply S`.
    Apply,
    /// `radoub apply S`, and then another look: something is different besides what waits.
    ApplyFirst,
    /// `radoub new NAME --service S`.
    New,
    /// `radoub adopt S --wins live`, or `radoub new NAME --service S` where what schema.prisma lacks is
    /// to be dropped.
    KeepOrDrop,
    /// `radoub adopt S`.
    Adopt,
    /// `radoub adopt S --wins live|schema`: the database and schema.prisma disagree.
    AdoptChoosing,
    /// `radoub adopt S --wins live`, or undo by hand what was done by hand.
    KeepOrUndo,
    /// `radoub adopt S --allow edited`, `--allow missing`: agreeing to what is odd by name.
    AdoptAllowing(Vec<&'static str>),
    /// `radoub resolve S`.
    Resolve,
    /// Mend a migration that was never applied.
    MendScript(MigrationName),
    /// Mend schema.prisma where the mistakes are.
    MendSchema,
    /// Give every service a database of its own, or leave all but one out.
    PartDatabases,
    /// Give radoub a scratch database that has what the history needs.
    MendScratch,
    /// What `check` says.
    AsChecked(Remedy),
}

/// How far a history came on an empty database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Course {
    /// There is none.
    Nothing,
    /// To its end.
    Ends,
    /// A script was refused.
    Stops,
    /// It was not tried, or the trial says nothing about the history.
    Unproven,
}

/// Which sides agree; `None` when one of the two is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// schema.prisma and the end of the history.
    pub wanted_history: Option<bool>,
    /// schema.prisma and the database.
    pub wanted_live: Option<bool>,
    /// The end of the history and the database.
    pub history_live: Option<bool>,
    /// The end of the applied migrations and the database.
    pub applied_live: Option<bool>,
}

/// Everything that the verdict depends on.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Folder and ledger, compared.
    pub history: &'a History,
    /// How far the history came.
    pub course: Course,
    /// The migration at which it stops.
    pub stops_at: Option<&'a MigrationName>,
    /// Which sides agree.
    pub agreement: Agreement,
    /// Whether the database has nothing that Prisma compares.
    pub live_is_empty: bool,
    /// Whether every applied migration that the folder lacks was set aside by an earlier repair.
    pub missing_are_aside: bool,
    /// Whether a migration waits of which nothing is in the database.
    pub waits: bool,
    /// Whether schema.prisma only lacks what the history makes, and asks for nothing else.
    pub schema_only_lacks: bool,
    /// Whether `apply` carries the failed migration on.
    pub carries_on: bool,
}

/// The cause, and what mends it; nothing when all is in order.
pub fn verdict(facts: &Facts<'_>) -> (Cause, Option<Repair>) {
    let Facts { history, agreement, .. } = *facts;
    let yes = |side: Option<bool>| side == Some(true);
    let (wanted_history, wanted_live) = (yes(agreement.wanted_history), yes(agreement.wanted_live));
    let (history_live, applied_live) = (yes(agreement.history_live), yes(agreement.applied_live));
    let adopt = || if wanted_live { Repair::Adopt } else { Repair::AdoptChoosing };
    let forgotten = || if facts.schema_only_lacks { Repair::KeepOrDrop } else { Repair::New };
    match facts.course {
        _ if !history.missing.is_empty() && !facts.missing_are_aside && !history_live => {
            let first = history.missing[0].clone();
            (Cause::MissingFiles, Some(Repair::AsChecked(Remedy::FetchFiles(first))))
        }
        Course::Unproven => (Cause::NotComparable, Some(Repair::MendScratch)),
        // What is half done comes before any judgement, also of a script that only runs in pieces.
        Course::Ends | Course::Stops if facts.carries_on => failed(facts),
        Course::Stops => {
            let never_ran = facts.stops_at.filter(|name| history.pending.contains(name));
            // Everything before it is applied and as it should be: one wrong file, not a wrong history.
            match never_ran.filter(|_| history.has_ledger && applied_live) {
                Some(name) => (Cause::BrokenHistory, Some(Repair::MendScript(name.clone()))),
                None => (Cause::BrokenHistory, Some(adopt())),
            }
        }
        Course::Nothing if wanted_live && history_live => ledger(facts),
        Course::Nothing if facts.live_is_empty => (Cause::Forgotten, Some(Repair::New)),
        Course::Nothing => (Cause::NoHistory, Some(adopt())),
        Course::Ends => match (wanted_history, history_live, applied_live) {
            (true, true, _) => ledger(facts),
            (false, true, _) if !unrecorded(facts) => (Cause::Forgotten, Some(forgotten())),
            (_, _, true) if history.failed.is_empty() && !history.pending.is_empty() => {
                let cause =
                    if wanted_history { Cause::Pending } else { Cause::PendingAndForgotten };
                // Nothing is applied behind a file that has changed.
                let changed = crate::state::edited(history).next().cloned();
                let restore = |name| Repair::AsChecked(Remedy::RestoreFile(name));
                (cause, Some(changed.map_or(Repair::Apply, restore)))
            }
            // All of it is there, what failed included.
            (false, true, _) => (Cause::Unrecorded, Some(adopt())),
            // What became of it comes first: recorded as applied it would be undone by the next step.
            (_, false, _) if !history.failed.is_empty() => failed(facts),
            (wanted_history, false, _) => {
                let (cause, repair) = match (wanted_history, wanted_live) {
                    (_, true) => (Cause::Pushed, Repair::Adopt),
                    (true, false) => (Cause::EditedByHand, Repair::KeepOrUndo),
                    (false, false) => (Cause::AllDiffer, Repair::AdoptChoosing),
                };
                // Recorded without being run it would be undone by the next step.
                (cause, Some(if facts.waits { Repair::ApplyFirst } else { repair }))
            }
        },
    }
}

/// Whether the ledger says that less was applied than the database holds.
fn unrecorded(facts: &Facts<'_>) -> bool {
    !facts.history.pending.is_empty() || !facts.history.failed.is_empty()
}

/// A migration failed, and what the database holds does not tell that it ran all the same.
fn failed(facts: &Facts<'_>) -> (Cause, Option<Repair>) {
    (Cause::Failed, Some(if facts.carries_on { Repair::Apply } else { Repair::Resolve }))
}

/// The three sides agree: only the ledger can be wrong.
fn ledger(facts: &Facts<'_>) -> (Cause, Option<Repair>) {
    let history = facts.history;
    let edited = crate::state::edited(history).next().is_some();
    let missing = !history.missing.is_empty() && !facts.missing_are_aside;
    let odd: Vec<&'static str> = [(edited, "edited"), (missing, "missing")]
        .into_iter()
        .filter_map(|(holds, name)| holds.then_some(name))
        .collect();
    // An empty database is behind, not pushed; and what leaves no trace in a catalog, filling a table
    // say, shows nowhere that it ran.
    let is_behind = facts.live_is_empty || facts.agreement.applied_live == Some(true);
    if unrecorded(facts) && is_behind && odd.is_empty() {
        return match history.failed.is_empty() {
            true => (Cause::Pending, Some(Repair::Apply)),
            false => failed(facts),
        };
    }
    if let (["edited"], Some(name)) = (&odd[..], crate::state::edited(history).next()) {
        let remedy = if unrecorded(facts) && is_behind {
            Remedy::RestoreFile(name.clone())
        } else {
            Remedy::RestoreOrAllow(name.clone())
        };
        return (Cause::Unrecorded, Some(Repair::AsChecked(remedy)));
    }
    if !odd.is_empty() {
        return (Cause::Unrecorded, Some(Repair::AdoptAllowing(odd)));
    }
    if unrecorded(facts) || !history.missing.is_empty() {
        return (Cause::Unrecorded, Some(Repair::Adopt));
    }
    (Cause::InOrder, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `w` `h` `l` `a`: which sides agree, in pairs; `p` pending, `f` failed, `m` missing, `e`
    /// edited, `0` an empty database, `n` no ledger, `w` what is pending is nowhere, `c` what failed
    /// is carried on, `-` schema.prisma only lacks something.
    #[track_caller]
    fn says(course: Course, agree: &[&str], ledger: &str, expected: &str) {
        let names = |letter: char| -> Vec<MigrationName> {
            ledger.chars().filter(|it| *it == letter).map(|_| MigrationName::new("m")).collect()
        };
        let history = History {
            on_disk: 2,
            has_ledger: !ledger.contains('n'),
            pending: names('p'),
            edited: names('e'),
            missing: names('m'),
            failed: names('f')
                .into_iter()
                .map(|name| radoub_schema::migration::Applied {
                    id: String::new(),
                    checksum: String::new(),
                    name,
                    finished_at: None,
                    rolled_back_at: None,
                    started_at: std::time::SystemTime::UNIX_EPOCH,
                    logs: None,
                    applied_steps_count: 0,
                })
                .collect(),
            ..History::default()
        };
        let side = |pair: &str| Some(agree.contains(&pair));
        let facts = Facts {
            history: &history,
            course,
            stops_at: Some(&MigrationName::new("m")),
            agreement: Agreement {
                wanted_history: side("wh"),
                wanted_live: side("wl"),
                history_live: side("hl"),
                applied_live: side("al"),
            },
            live_is_empty: ledger.contains('0'),
            missing_are_aside: false,
            waits: ledger.contains('w'),
            schema_only_lacks: ledger.contains('-'),
            carries_on: ledger.contains('c'),
        };
        let (cause, repair) = verdict(&facts);
        let repair = repair.map(|it| format!("{it:?}")).unwrap_or_default();
        assert_eq!(format!("{} {repair}", cause.as_str()).trim(), expected, "{agree:?} {ledger}");
    }

    #[test]
    fn a_history_that_runs_is_in_order_behind_pushed_forgotten_or_undermined() {
        let all = &["wh", "wl", "hl", "al"][..];
        for (agree, ledger, expected) in [
            (all, "", "in-order"),
            (&["wh", "wl", "hl"], "p", "unrecorded Adopt"),
            (&["wh", "wl", "hl"], "f", "unrecorded Adopt"),
            (&["wh", "wl", "hl"], "pn", "unrecorded Adopt"),
            (all, "p", "pending Apply"),
            (all, "f", "failed Resolve"),
            (all, "p0", "pending Apply"),
            (all, "e", "unrecorded AsChecked(RestoreOrAllow(\"m\"))"),
            (all, "em", "unrecorded AdoptAllowing([\"edited\", \"missing\"])"),
            (all, "m", "unrecorded AdoptAllowing([\"missing\"])"),
            (&["hl", "al"], "", "forgotten New"),
            (&["hl", "al"], "-", "forgotten KeepOrDrop"),
            (&["hl"], "p", "unrecorded AdoptChoosing"),
            (&["wh", "al"], "p", "pending Apply"),
            (&["al"], "p", "pending-and-forgotten Apply"),
            (&["wl"], "", "pushed Adopt"),
            (&["wl", "al"], "f", "failed Resolve"),
            (&["wl"], "f", "failed Resolve"),
            (&["wl"], "fc", "failed Apply"),
            (&["wh", "wl", "hl"], "fc", "failed Apply"),
            (&["wl"], "p", "pushed Adopt"),
            (&["wl"], "pw", "pushed ApplyFirst"),
            (&["wh"], "pw", "edited-by-hand ApplyFirst"),
            (&[], "pw", "all-differ ApplyFirst"),
            (&["wh"], "", "edited-by-hand KeepOrUndo"),
            (&["wh", "al"], "f", "failed Resolve"),
            (&[], "", "all-differ AdoptChoosing"),
            (&["wh"], "m", "missing-files AsChecked(FetchFiles(\"m\"))"),
        ] {
            says(Course::Ends, agree, ledger, expected);
        }
    }

    #[test]
    fn a_history_that_stops_is_replaced_unless_it_has_one_wrong_file() {
        says(Course::Stops, &["wl"], "f", "broken-history Adopt");
        says(Course::Stops, &[], "f", "broken-history AdoptChoosing");
        says(Course::Stops, &[], "fc", "failed Apply");
        says(Course::Stops, &["wl"], "pn", "broken-history Adopt");
        says(Course::Stops, &["al"], "p", "broken-history MendScript(\"m\")");
    }

    #[test]
    fn no_history_is_written_or_begun() {
        says(Course::Nothing, &["wl"], "n", "no-history Adopt");
        says(Course::Nothing, &[], "n", "no-history AdoptChoosing");
        says(Course::Nothing, &[], "n0", "forgotten New");
        says(Course::Nothing, &["wl", "hl"], "n0", "in-order");
        says(Course::Unproven, &["wl"], "", "not-comparable MendScratch");
    }
}
