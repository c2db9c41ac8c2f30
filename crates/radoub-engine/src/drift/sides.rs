//! Gets the three sides of every service: reads its schema, introspects its database, replays its
//! history. Changes nothing but scratch databases of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use radoub_postgres::database::Database;
use radoub_postgres::introspect::{IntrospectError, Introspected, Scope};
use radoub_schema::diff::{Terms, steps};
use radoub_schema::effect::{Effect, effect_of};
use radoub_schema::migration::{Applied, Migration, MigrationName, MigrationScript};
use radoub_schema::model::SqlSchema;
use radoub_schema::name::Ident;
use radoub_schema::outline::{Fate, Object, outline};
use radoub_schema::render::{Dialect, Fidelity, render};

use super::pairs::{self, Pair};
use super::verdict::{Agreement, Cause, Course, Facts, Repair, verdict};
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, Managed, Prisma, Service, ServiceName};
use crate::lanes;
use crate::observe::{DeadServers, Look, Observed, address, visit};
use crate::repair::archive;
use crate::schema::{Mistake, Wanted, WantedError, wanted};
use crate::scratch::{Chosen, Passed, Replay, ReplayStop, Workshop};
use crate::state::{Remedy, State};
use crate::translate;

/// How the sides are had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Survey {
    /// How databases are reached.
    pub look: Look,
    /// Whether what Prisma does not see is read too.
    pub unmanaged: bool,
    /// Whether histories are replayed also where the database cannot be looked at.
    pub replay_unseen: bool,
}

/// The three sides of one service, compared.
#[derive(Debug, Clone)]
pub struct Drift {
    /// The service's files, ledger and state.
    pub observed: Observed,
    /// What schema.prisma wants.
    pub wanted: Result<Wanted, Refused>,
    /// What becomes of an empty database.
    pub trial: Trial,
    /// What the database holds; `None` when it could not be looked at.
    pub live: Option<Arc<Introspected>>,
    /// Why the catalog of a database that answers could not be read.
    pub problem: Option<Failure>,
    /// What schema.prisma makes of an empty database, where that had to be tried.
    pub realised: Option<Arc<Introspected>>,
    /// The sides, compared in twos.
    pub pairs: Pairs,
    /// Other services with the same database.
    pub shared_with: Vec<ServiceName>,
    /// Why the sides are as they are.
    pub cause: Cause,
    /// What mends it.
    pub repair: Option<Repair>,
    /// How long it took.
    pub took: Duration,
}

/// Why nothing is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// In one sentence.
    pub failure: Failure,
    /// Every mistake of the schema.
    pub mistakes: Vec<Mistake>,
}

/// What a history makes of an empty database.
#[derive(Debug, Clone)]
pub enum Trial {
    /// There is no migration.
    Nothing,
    /// It was not asked for, or nothing could be asked.
    Skipped,
    /// It runs to its end.
    Ends(Box<Ended>),
    /// A script was refused.
    Stops(Box<Stopped>),
    /// Whether it runs is not known.
    Unproven(Box<Unproven>),
}

/// A history that runs.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What it leaves.
    pub end: Arc<Introspected>,
    /// What its applied migrations leave.
    pub applied: Option<Arc<Introspected>>,
    /// What each migration leaves that waits, where all that is applied comes before them.
    pub(crate) waiting: Vec<Arc<Introspected>>,
    /// Where it ran.
    pub chosen: Chosen,
    /// How long it took.
    pub took: Duration,
}

/// A history that does not.
#[derive(Debug, Clone)]
pub struct Stopped {
    /// The migration, as far as one is to blame.
    pub migration: Option<MigrationName>,
    /// How many ran before it.
    pub ran: usize,
    /// What the server said, with file and line.
    pub failure: Failure,
    /// What the applied migrations leave, when the history came that far.
    pub applied: Option<Arc<Introspected>>,
    /// Where it ran.
    pub chosen: Option<Chosen>,
}

/// A history that could not be tried.
#[derive(Debug, Clone)]
pub struct Unproven {
    /// Why not.
    pub failure: Failure,
    /// What is against each ground.
    pub passed: Vec<Passed>,
}

/// The sides in twos; `None` where one of the two is not known.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    /// From the end of the history to schema.prisma.
    pub history_wanted: Option<Pair>,
    /// From the database to schema.prisma.
    pub live_wanted: Option<Pair>,
    /// From the end of the history to the database.
    pub history_live: Option<Pair>,
    /// From the end of the applied migrations to the database.
    pub applied_live: Option<Pair>,
}

/// Gets and compares the sides of every service; `seen` hears of each one as it is done. `sharing`
/// is that of the whole fleet, of which `fleet` may be a part.
pub async fn drift(
    fleet: &Fleet,
    sharing: &Sharing,
    survey: &Survey,
    workshop: &Workshop,
    mut seen: impl FnMut(usize, &Drift),
) -> Vec<Drift> {
    let dead = DeadServers::default();
    lanes::each(
        &fleet.services,
        survey.look.lanes,
        |service| address(service).map(|url| url.server_key().to_string()),
        |index| {
            let service = &fleet.services[index];
            drift_of(service, &fleet.root, sharing, survey, workshop, &dead)
        },
        |index, drift| seen(index, drift),
    )
    .await
}

/// What the histories of a fleet are worth, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Services under Prisma Migrate.
    pub services: usize,
    /// Those with migrations.
    pub histories: usize,
    /// Migrations of all of them.
    pub migrations: usize,
    /// Histories that run on an empty database.
    pub run: usize,
    /// Histories that stop.
    pub stop: usize,
    /// Histories that run and end at schema.prisma.
    pub end_at_schema: usize,
    /// Histories without `migration_lock.toml`.
    pub without_lock_file: usize,
}

/// The numbers of a fleet.
pub fn summary(found: &[Drift]) -> Summary {
    let mut summary = Summary::default();
    for drift in found.iter().filter(|it| it.cause != Cause::NotApplicable) {
        let migrations = drift.observed.on_disk.migrations.len();
        let ends = matches!(drift.trial, Trial::Ends(_));
        let agrees = drift.pairs.history_wanted.as_ref().is_some_and(Pair::agrees);
        summary.services += 1;
        summary.migrations += migrations;
        summary.histories += usize::from(migrations > 0);
        summary.run += usize::from(ends);
        summary.stop += usize::from(matches!(drift.trial, Trial::Stops(_)));
        summary.end_at_schema += usize::from(ends && agrees);
        summary.without_lock_file += usize::from(drift.lacks_lock_file());
    }
    summary
}

/// Server, database and namespace.
type Home = (String, String, String);

/// Which services have the same schema of the same database, and different models for it.
#[derive(Debug, Clone, Default)]
pub struct Sharing(BTreeMap<ServiceName, Vec<ServiceName>>);

impl Sharing {
    /// Of a whole fleet.
    pub fn of(fleet: &Fleet) -> Self {
        let mut homes: BTreeMap<Home, Vec<(&ServiceName, &Path)>> = BTreeMap::new();
        for service in &fleet.services {
            let Prisma::Managed(managed) = &service.prisma else { continue };
            let Ok(url) = &managed.url else { continue };
            let home =
                (url.server_key().to_string(), url.database().to_owned(), url.schema().to_owned());
            homes.entry(home).or_default().push((&service.name, &managed.schema));
        }
        let mut sharing = BTreeMap::new();
        for members in homes.values() {
            for (name, schema) in members {
                let others = members.iter().filter(|(_, other)| other != schema);
                let others: Vec<ServiceName> = others.map(|(name, _)| (*name).clone()).collect();
                if !others.is_empty() {
                    sharing.insert((*name).clone(), others);
                }
            }
        }
        Self(sharing)
    }

    /// The others in the database of a service.
    pub fn with(&self, service: &ServiceName) -> Vec<ServiceName> {
        self.0.get(service).cloned().unwrap_or_default()
    }
}

async fn drift_of(
    service: &Service,
    root: &Path,
    sharing: &Sharing,
    survey: &Survey,
    workshop: &Workshop,
    dead: &DeadServers,
) -> Drift {
    let begun = Instant::now();
    let (observed, database) = visit(service, &survey.look, dead).await;
    let mut drift = Drift {
        observed,
        wanted: Err(Refused::unread()),
        trial: Trial::Skipped,
        live: None,
        problem: None,
        realised: None,
        pairs: Pairs::default(),
        shared_with: sharing.with(&service.name),
        cause: Cause::NotApplicable,
        repair: None,
        took: Duration::ZERO,
    };
    if let Prisma::Managed(managed) = &service.prisma {
        drift.wanted = wanted(managed, root, managed.major()).map_err(refused);
        drift.gather(managed, database, survey, workshop).await;
        drift.judge(managed);
    }
    drift.took = begun.elapsed();
    drift
}

impl Drift {
    /// What is to be looked at: the namespaces of the schema, else those of the datasource.
    pub(crate) fn scope(&self, managed: &Managed, unmanaged: bool) -> Scope {
        let Ok(wanted) = &self.wanted else {
            let home = managed.url.as_ref().map_or("public", |url| url.schema());
            let listed = managed.schemas.iter().map(Ident::new);
            let mut namespaces: Vec<Ident> = listed.collect();
            if namespaces.is_empty() {
                namespaces.push(Ident::new(home));
            }
            return Scope { unmanaged, ..Scope::of(namespaces) };
        };
        Scope {
            fidelity: Fidelity::Sound,
            // Prisma 7 reads them always; what is not compared is better seen as unmanaged.
            partial_indexes: wanted.terms.partial_indexes,
            unmanaged,
            ..wanted.scope.clone()
        }
    }

    async fn gather(
        &mut self,
        managed: &Managed,
        database: Option<Database>,
        survey: &Survey,
        workshop: &Workshop,
    ) {
        let scope = self.scope(managed, survey.unmanaged);
        let migrations = &self.observed.on_disk.migrations;
        let applied = applied_of(migrations, self.observed.ledger.as_deref());
        let is_seen = database.is_some();
        let looking = async {
            let mut database = database?;
            let looked = database.introspect(&scope).await;
            let url = database.url().clone();
            database.close().await;
            Some(looked.map_err(|error| {
                let IntrospectError::Query(error) = error;
                translate::query_failure(&url, &error)
            }))
        };
        let trying = async {
            if migrations.is_empty() {
                return Trial::Nothing;
            }
            if !is_seen && !survey.replay_unseen {
                return Trial::Skipped;
            }
            let has_ledger = self.observed.ledger.is_some();
            try_out(workshop, managed, migrations, &applied, has_ledger, &scope).await
        };
        let (live, trial) = tokio::join!(looking, trying);
        match live {
            Some(Ok(live)) => self.live = Some(Arc::new(live)),
            Some(Err(failure)) => self.problem = Some(failure),
            None => {}
        }
        self.trial = trial;
        if self.needs_realising() {
            self.realised = realise(workshop, managed, self.wanted.as_ref().ok(), &scope).await;
        }
        self.compare();
    }

    /// Whether it must be made of schema.prisma what a database shows of it, to know which differences
    /// are real: when sides differ from it, and none that agrees shows it already.
    fn needs_realising(&self) -> bool {
        let Ok(wanted) = &self.wanted else { return false };
        let mut sides = self.databases().peekable();
        sides.peek().is_some() && self.agreeing(wanted).is_none()
    }

    /// The database and the end of the history, as far as they are known.
    fn databases(&self) -> impl Iterator<Item = &Arc<Introspected>> {
        let ended = match &self.trial {
            Trial::Ends(ended) => Some(&ended.end),
            _ => None,
        };
        self.live.iter().chain(ended)
    }

    /// A side that shows schema.prisma as it is, without a difference that had to be explained.
    fn agreeing(&self, wanted: &Wanted) -> Option<&Arc<Introspected>> {
        let terms = sound(wanted);
        self.databases().find(|side| steps(&side.schema, &wanted.schema, &terms).is_empty())
    }

    fn compare(&mut self) {
        let terms = match &self.wanted {
            Ok(wanted) => sound(wanted),
            Err(_) => Terms::default(),
        };
        let wanted = self.wanted.as_ref().ok().map(|it| &it.schema);
        let agreeing = self.wanted.as_ref().ok().and_then(|wanted| self.agreeing(wanted));
        let realised = self.realised.as_ref().or(agreeing).map(|it| &it.schema);
        let live = self.live.as_ref().map(|it| &it.schema);
        let (end, applied) = match &self.trial {
            Trial::Ends(ended) => {
                (Some(&ended.end.schema), ended.applied.as_ref().map(|it| &it.schema))
            }
            Trial::Stops(stopped) => (None, stopped.applied.as_ref().map(|it| &it.schema)),
            _ => (None, None),
        };
        // No history is the history of an empty database.
        let nothing = live.map(|live| pairs::nothing(&live.namespaces));
        let end = match &self.trial {
            Trial::Nothing => nothing.as_ref(),
            _ => end,
        };
        let to_wanted =
            |side: Option<&SqlSchema>| Some(pairs::with_wanted(side?, wanted?, realised, &terms));
        let to_live = |side: Option<&SqlSchema>| {
            Some(Pair { steps: pairs::between(side?, live?, &terms), phantoms: 0 })
        };
        self.pairs = Pairs {
            history_wanted: to_wanted(end),
            live_wanted: to_wanted(live),
            history_live: to_live(end),
            applied_live: to_live(applied),
        };
    }

    fn judge(&mut self, managed: &Managed) {
        if self.wanted.is_err() {
            (self.cause, self.repair) = (Cause::SchemaRefused, Some(Repair::MendSchema));
            return;
        }
        let unseen = self.live.is_none() || self.observed.state == State::Invalid;
        let history = self.observed.history.as_ref().filter(|_| !unseen);
        let Some(history) = history else {
            let remedy = self.observed.remedy.clone().map(Repair::AsChecked);
            (self.cause, self.repair) = (Cause::Unseen, remedy);
            return;
        };
        let agrees = |pair: &Option<Pair>| pair.as_ref().map(Pair::agrees);
        let aside = archive::aside(&managed.migrations);
        let terms = self.terms();
        let facts = Facts {
            history,
            course: match &self.trial {
                Trial::Nothing => Course::Nothing,
                Trial::Ends(_) => Course::Ends,
                Trial::Stops(_) => Course::Stops,
                Trial::Skipped | Trial::Unproven(_) => Course::Unproven,
            },
            stops_at: match &self.trial {
                Trial::Stops(stopped) => stopped.migration.as_ref(),
                _ => None,
            },
            agreement: Agreement {
                wanted_history: agrees(&self.pairs.history_wanted),
                wanted_live: agrees(&self.pairs.live_wanted),
                history_live: agrees(&self.pairs.history_live),
                applied_live: agrees(&self.pairs.applied_live),
            },
            live_is_empty: self
                .live
                .as_ref()
                .is_some_and(|live| pairs::is_nothing(&live.schema, &terms)),
            missing_are_aside: history.missing.iter().all(|name| aside.contains(name)),
            waits: self.waits(),
            schema_only_lacks: self.schema_only_lacks(),
            carries_on: !history.failed.is_empty() && self.observed.remedy == Some(Remedy::Apply),
        };
        (self.cause, self.repair) = verdict(&facts);
        if !self.shared_with.is_empty() && self.cause != Cause::InOrder {
            (self.cause, self.repair) = (Cause::Shared, Some(Repair::PartDatabases));
        }
    }

    /// Whether a migration waits that the database shows nothing of. One that leaves no trace in a
    /// catalog is taken to have come with the others, where one of them is there.
    fn waits(&self) -> bool {
        let (Trial::Ends(ended), Some(live)) = (&self.trial, &self.live) else { return false };
        let terms = self.terms();
        let states: Vec<&Arc<Introspected>> = ended.applied.iter().chain(&ended.waiting).collect();
        let effects = states.windows(2).map(|pair| {
            let steps = pairs::between(&pair[0].schema, &pair[1].schema, &terms);
            effect_of(&steps, &live.schema, &terms)
        });
        let effects: Vec<Option<Effect>> = effects.collect();
        let is_nowhere = effects.contains(&Some(Effect::Absent));
        is_nowhere || (!effects.is_empty() && effects.iter().all(Option::is_none))
    }

    /// Whether everything that leads from the history to schema.prisma takes something away.
    fn schema_only_lacks(&self) -> bool {
        let Some(pair) = &self.pairs.history_wanted else { return false };
        let goes = |object: &Object| match object.fate {
            Fate::Goes => true,
            Fate::Comes => false,
            Fate::Changes => object.parts.iter().all(|part| part.fate == Fate::Goes),
        };
        !pair.agrees() && outline(&pair.steps, &self.terms().default_namespace).iter().all(goes)
    }

    /// Whether there is a history that says nowhere which database it is for: Prisma's `migrate diff`
    /// refuses it (Prisma facts 2.4).
    pub fn lacks_lock_file(&self) -> bool {
        let on_disk = &self.observed.on_disk;
        !on_disk.migrations.is_empty() && on_disk.lock_file.is_none()
    }

    /// The terms on which this service's sides are compared, in SQL that runs.
    pub(crate) fn terms(&self) -> Terms {
        self.wanted.as_ref().map_or_else(|_| Terms::default(), sound)
    }
}

/// The terms of a schema, for SQL that runs where Prisma's own does not.
pub(crate) fn sound(wanted: &Wanted) -> Terms {
    let dialect = Dialect { fidelity: Fidelity::Sound, ..wanted.terms.dialect };
    Terms { dialect, ..wanted.terms.clone() }
}

/// The migrations on disk that the ledger has as finished, in the order in which they run.
fn applied_of(migrations: &[Migration], ledger: Option<&[Applied]>) -> Vec<usize> {
    let finished: BTreeSet<&MigrationName> = ledger
        .unwrap_or_default()
        .iter()
        .filter(|row| row.is_standing() && row.finished_at.is_some())
        .map(|row| &row.name)
        .collect();
    let is_applied = |at: &usize| finished.contains(&migrations[*at].name);
    (0..migrations.len()).filter(is_applied).collect()
}

async fn try_out(
    workshop: &Workshop,
    managed: &Managed,
    migrations: &[Migration],
    applied: &[usize],
    has_ledger: bool,
    scope: &Scope,
) -> Trial {
    let (count, all) = (applied.len(), migrations.len());
    let is_beginning = applied.iter().copied().eq(0..count);
    // Of a database without a ledger nobody asks which of them it has.
    let after = match (is_beginning, has_ledger) {
        (true, true) => (count..=all).collect(),
        (true, false) => vec![count, all],
        (false, _) => vec![all],
    };
    let replay = Replay { managed, migrations, after, scope: scope.clone() };
    let replayed = workshop.replay(&replay, &mut |_| {}).await;
    let state = |states: &[(usize, Arc<Introspected>)], at: usize| {
        states.iter().find(|(station, _)| *station == at).map(|(_, state)| state.clone())
    };
    let mut trial = match replayed {
        Ok(replayed) => Trial::Ends(Box::new(Ended {
            end: replayed.end().clone(),
            applied: state(&replayed.states, count).filter(|_| is_beginning),
            waiting: match is_beginning && has_ledger {
                true => (count + 1..=all).filter_map(|at| state(&replayed.states, at)).collect(),
                false => Vec::new(),
            },
            took: replayed.took,
            chosen: replayed.chosen,
        })),
        Err(stop) => stopped(*stop, count, is_beginning),
    };
    // Applied out of order: what they leave is another history, and a rare one.
    if !is_beginning {
        let chosen: Vec<Migration> = applied.iter().map(|at| migrations[*at].clone()).collect();
        let replay = Replay::whole(managed, &chosen, scope.clone());
        let state = workshop.replay(&replay, &mut |_| {}).await.ok().map(|it| it.end().clone());
        match &mut trial {
            Trial::Ends(ended) => ended.applied = state,
            Trial::Stops(stopped) => stopped.applied = state,
            _ => {}
        }
    }
    trial
}

/// Whether the history is to blame.
fn stopped(stop: ReplayStop, applied: usize, is_beginning: bool) -> Trial {
    let of_the_history = matches!(
        stop.failure.code,
        FailureCode::ReplayFailed | FailureCode::ScriptMissing | FailureCode::NulCharacter
    );
    if !of_the_history {
        let unproven = Unproven { failure: stop.failure, passed: stop.passed };
        return Trial::Unproven(Box::new(unproven));
    }
    let state = stop.states.iter().find(|(at, _)| is_beginning && *at == applied);
    Trial::Stops(Box::new(Stopped {
        applied: state.map(|(_, state)| state.clone()),
        migration: stop.migration,
        ran: stop.ran,
        failure: stop.failure,
        chosen: stop.chosen,
    }))
}

/// What schema.prisma makes of an empty database; `None` when its script does not run there, which
/// says nothing about the database in question.
pub(crate) async fn realise(
    workshop: &Workshop,
    managed: &Managed,
    wanted: Option<&Wanted>,
    scope: &Scope,
) -> Option<Arc<Introspected>> {
    let wanted = wanted?;
    let terms = sound(wanted);
    let script = render(&steps(&SqlSchema::empty(), &wanted.schema, &terms), terms.dialect);
    let script = Some(MigrationScript::from_bytes(script.as_bytes()));
    let whole = [Migration { name: "schema.prisma".into(), script }];
    let replay = Replay::whole(managed, &whole, Scope { unmanaged: false, ..scope.clone() });
    workshop.replay(&replay, &mut |_| {}).await.ok().map(|it| it.end().clone())
}

impl Refused {
    /// Before anything was read.
    fn unread() -> Self {
        let failure = Failure::new(FailureCode::SchemaRefused, Vec::new());
        Self { failure, mistakes: Vec::new() }
    }
}

fn refused(error: WantedError) -> Refused {
    let (mistakes, message) = match error {
        WantedError::Refused(mistakes) => (mistakes, String::new()),
        other => (Vec::new(), other.to_string()),
    };
    let first = mistakes.first();
    let place = first.map(|it| format!("{}:{}", it.file, it.line)).unwrap_or_default();
    let values = vec![
        ("place", place),
        ("message", first.map_or(message, |it| it.message.clone())),
        ("count", mistakes.len().to_string()),
    ];
    Refused { failure: Failure::new(FailureCode::SchemaRefused, values), mistakes }
}
