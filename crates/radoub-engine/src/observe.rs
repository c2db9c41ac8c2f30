//! Looks at every service at once: its files, its ledger, its lock. Changes nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant, SystemTime};

use radoub_postgres::database::{ConnectSettings, Database, QueryError};
use radoub_postgres::introspect::{IntrospectError, Introspected, Scope};
use radoub_postgres::ledger::Progress;
use radoub_postgres::look::Looked;
use radoub_postgres::survey::Surveyed;
use radoub_postgres::url::{DatabaseUrl, ServerKey};
use radoub_prisma::migrations::LockFile;
use radoub_schema::migration::{Applied, History, Migration, compare};
use radoub_schema::model::outline::Outline;
use radoub_schema::name::Ident;

use crate::doors::Doors;
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Fleet, Managed, NotApplicable, Prisma, PrismaVersion, Service, ServiceName};
use crate::lanes::{self, Lanes};
use crate::plan::forecast;
use crate::source::{OnDisk, read_migrations};
use crate::state::{Remedy, Seen, State, verdict};
use crate::translate;

pub use crate::translate::url_failure;

/// How the databases are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// How many at once.
    pub lanes: Lanes,
    /// How long a server has to let us in, and again to answer; `None` leaves Prisma's 5 s, or what
    /// the URL says.
    pub timeout: Option<Duration>,
    /// How much is looked at.
    pub depth: Depth,
}

/// How much of a database is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Depth {
    /// Ledger and lock: what `check` tells.
    #[default]
    Glance,
    /// Also the sizes of the tables that pending migrations touch, and which very server it is.
    Survey,
    /// Also an outline of the whole catalog.
    Outline,
}

/// What was seen of one service.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The service.
    pub service: ServiceName,
    /// The verdict.
    pub state: State,
    /// The one thing to do about it.
    pub remedy: Option<Remedy>,
    /// Its migrations folder.
    pub on_disk: OnDisk,
    /// Folder and ledger compared; `None` when the database did not answer.
    pub history: Option<History>,
    /// The rows of the ledger by `started_at`; `None` when there is no ledger.
    pub ledger: Option<Vec<Applied>>,
    /// Sizes of the tables that pending migrations touch, and which server it is, when asked for.
    pub survey: Option<Surveyed>,
    /// What the catalog consists of, the ledger left out, when asked for.
    pub outline: Option<Outline>,
    /// The database, when it answered.
    pub database: Option<DatabaseFacts>,
    /// Who holds Prisma's migration lock.
    pub lock: Option<Holder>,
    /// Why the database did not answer, or what is wrong with the service's own files.
    pub problem: Option<Failure>,
    /// Why the service has nothing to do with Prisma Migrate.
    pub not_applicable: Option<NotApplicable>,
    /// Release of Prisma the service asks for.
    pub prisma_version: Option<PrismaVersion>,
    /// How long looking took.
    pub took: Duration,
}

/// A database that answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// Name of the database.
    pub name: String,
    /// Host and port as connected to, `127.0.0.1:15432`.
    pub server: String,
    /// The schema of the URL: that of names without one.
    pub schema: String,
    /// `server_version_num`, 150018 for 15.18.
    pub version: u32,
    /// The number `initdb` gave the cluster; `None` when the role may not ask for it.
    pub system_identifier: Option<String>,
    /// Object id of the database: another one after it was dropped and made anew.
    pub oid: u32,
    /// Some of its tables, for the message that it is not empty.
    pub tables: Vec<String>,
}

/// A session that holds the migration lock of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// As in `pg_stat_activity.pid`.
    pub pid: i32,
    /// `application_name`, empty when it gives none.
    pub application: String,
    /// Address of the client, `None` over a socket.
    pub client: Option<String>,
    /// When its session started, by the server's clock.
    pub since: Option<SystemTime>,
}

/// Looks at every service; `seen` hears of each one as it is done. A dead server is called once
/// per lane, not once per database.
pub async fn observe(
    fleet: &Fleet,
    look: &Look,
    seen: impl FnMut(usize, &Observed),
) -> Vec<Observed> {
    let dead = DeadServers::default();
    observe_each(fleet, look, |service| look_at_service(service, look, &dead), seen).await
}

/// The same for a run right behind it: leaves doors open to databases with something unapplied.
pub async fn observe_through(
    fleet: &Fleet,
    look: &Look,
    doors: &Doors,
    seen: impl FnMut(usize, &Observed),
) -> Vec<Observed> {
    let dead = DeadServers::default();
    observe_each(fleet, look, |service| look_and_leave(service, look, &dead, doors), seen).await
}

async fn look_and_leave(
    service: &Service,
    look: &Look,
    dead: &DeadServers,
    doors: &Doors,
) -> Observed {
    let (mut observed, mut database) = visit(service, look, dead).await;
    let is_full = |it: &Failure| it.code == FailureCode::TooManyConnections;
    if observed.problem.as_ref().is_some_and(is_full) && doors.close().await {
        (observed, database) = visit(service, look, dead).await;
    }
    if let Some(database) = database
        && observed.unapplied().next().is_some()
    {
        doors.leave(&service.name, database, look.lanes);
    }
    observed
}

async fn observe_each<'a, F: Future<Output = Observed>>(
    fleet: &'a Fleet,
    look: &Look,
    of: impl Fn(&'a Service) -> F,
    mut seen: impl FnMut(usize, &Observed),
) -> Vec<Observed> {
    lanes::each(
        &fleet.services,
        look.lanes,
        |service| address(service).map(|url| url.server_key().to_string()),
        |index| of(&fleet.services[index]),
        |index, observed| seen(index, observed),
    )
    .await
}

/// Looks at one service.
pub async fn look_at(service: &Service, look: &Look) -> Observed {
    look_at_service(service, look, &DeadServers::default()).await
}

/// The address of a service, when it is known.
pub(crate) fn address(service: &Service) -> Option<&DatabaseUrl> {
    match &service.prisma {
        Prisma::Managed(managed) => managed.url.as_ref().ok(),
        Prisma::NotApplicable(_) => None,
    }
}

/// How to connect for a look.
pub(crate) fn connect_settings(managed: &Managed, timeout: Option<Duration>) -> ConnectSettings {
    ConnectSettings {
        deadline: timeout,
        statement_timeout: timeout,
        certificates: managed.schema.parent().map(Into::into),
        ..ConnectSettings::default()
    }
}

/// Servers that did not answer, with what was learnt of each.
#[derive(Default)]
pub(crate) struct DeadServers(RefCell<BTreeMap<ServerKey, Failure>>);

impl DeadServers {
    /// What is known of this server, told of this database.
    fn verdict(&self, url: &DatabaseUrl) -> Option<Failure> {
        let mut failure = self.0.borrow().get(&url.server_key()).cloned()?;
        for (name, value) in &mut failure.values {
            match *name {
                "database" => url.database().clone_into(value),
                "user" => url.user().clone_into(value),
                _ => {}
            }
        }
        Some(failure)
    }

    /// Remembers what is true of the server, not of one database of it.
    fn note(&self, url: &DatabaseUrl, failure: &Failure) {
        let of_the_server = matches!(
            failure.code,
            FailureCode::UnknownHost
                | FailureCode::ConnectionRefused
                | FailureCode::ConnectionTimedOut
                | FailureCode::NotPostgres
        );
        if of_the_server {
            self.0.borrow_mut().insert(url.server_key(), failure.clone());
        }
    }
}

async fn look_at_service(service: &Service, look: &Look, dead: &DeadServers) -> Observed {
    visit(service, look, dead).await.0
}

/// Looks at one service, and keeps the connection for more questions when the database answered.
pub(crate) async fn visit(
    service: &Service,
    look: &Look,
    dead: &DeadServers,
) -> (Observed, Option<Database>) {
    let begun = Instant::now();
    let mut observed = Observed {
        service: service.name.clone(),
        state: State::NotApplicable,
        remedy: None,
        on_disk: OnDisk::default(),
        history: None,
        ledger: None,
        survey: None,
        outline: None,
        database: None,
        lock: None,
        problem: None,
        not_applicable: None,
        prisma_version: None,
        took: Duration::ZERO,
    };
    let database = match &service.prisma {
        Prisma::NotApplicable(reason) => {
            observed.not_applicable = Some(reason.clone());
            None
        }
        Prisma::Managed(managed) => look_at_database(managed, look, dead, &mut observed).await,
    };
    observed.took = begun.elapsed();
    (observed, database)
}

async fn look_at_database(
    managed: &Managed,
    look: &Look,
    dead: &DeadServers,
    observed: &mut Observed,
) -> Option<Database> {
    observed.prisma_version.clone_from(&managed.prisma_version);
    match read_migrations(&managed.migrations) {
        Ok(on_disk) => observed.on_disk = on_disk,
        Err(error) => return observed.stop(translate::source_failure(&error)),
    }
    let url = match &managed.url {
        Ok(url) => url,
        Err(problem) => return observed.stop(url_failure(problem)),
    };
    if let Some(failure) = dead.verdict(url) {
        return observed.stop(failure);
    }
    let connected = Database::connect(url, &connect_settings(managed, look.timeout)).await;
    let mut database = match connected {
        Ok(database) => database,
        Err(error) => {
            let failure = translate::connect_failure(&error);
            dead.note(url, &failure);
            return observed.stop(failure);
        }
    };
    match database.look(&managed.schemas).await {
        Ok(looked) => observed.judge(url, looked),
        Err(error) => return observed.stop(translate::look_failure(url, &error)),
    }
    match look_deeper(&mut database, managed, look.depth, observed).await {
        Ok(()) => Some(database),
        Err(failure) => observed.stop(failure),
    }
}

/// How often ledger and tables are read anew while somebody else applies migrations in between.
const LEDGER_LOOKS: usize = 10;

/// What a plan needs to know beyond a look, on the same connection.
async fn look_deeper(
    database: &mut Database,
    managed: &Managed,
    depth: Depth,
    observed: &mut Observed,
) -> Result<(), Failure> {
    let url = database_url(managed);
    let failure = |error: &QueryError| translate::query_failure(url, error);
    for _ in 0..LEDGER_LOOKS {
        if depth < Depth::Survey || (depth < Depth::Outline && !observed.has_work()) {
            break;
        }
        let forecast::Names { objects, extensions } = forecast::names(observed.unapplied());
        let surveyed = database.survey(&objects, &extensions).await;
        observed.survey = Some(surveyed.map_err(|error| failure(&error))?);
        // What somebody else has applied since the ledger was read is no table that should not be there.
        let looked = database.look(&managed.schemas).await;
        let looked = looked.map_err(|error| translate::look_failure(url, &error))?;
        if looked.ledger == observed.ledger {
            break;
        }
        observed.judge(url, looked);
    }
    if depth >= Depth::Outline {
        let home = database.url().schema().to_owned();
        let namespaces: BTreeSet<Ident> =
            managed.schemas.iter().cloned().chain([home]).map(Ident::from).collect();
        let scope = Scope { unmanaged: true, extensions: true, ..Scope::of(namespaces) };
        let Introspected { schema, unmanaged, .. } = match database.introspect(&scope).await {
            Ok(introspected) => introspected,
            Err(IntrospectError::Query(error)) => return Err(failure(&error)),
        };
        observed.outline = Some(Outline::of(&schema, &unmanaged, &[radoub_postgres::ledger::NAME]));
    }
    Ok(())
}

fn database_url(managed: &Managed) -> &DatabaseUrl {
    managed.url.as_ref().expect("a database was connected to")
}

impl Observed {
    /// The look ends here, without a database.
    fn stop(&mut self, failure: Failure) -> Option<Database> {
        let (state, remedy) = match failure.code {
            FailureCode::UrlNotSet
            | FailureCode::UrlEmpty
            | FailureCode::UrlInvalid
            | FailureCode::UrlSourceFailed
            | FailureCode::NotPublished
            | FailureCode::Unreadable => (State::Invalid, Remedy::MendSettings),
            FailureCode::DatabaseMissing => (State::DatabaseMissing, Remedy::CreateDatabase),
            _ => (State::Unreachable, Remedy::MendConnection),
        };
        self.state = state;
        self.remedy = Some(remedy);
        self.problem = Some(failure);
        None
    }

    /// The verdict on what the database showed.
    fn judge(&mut self, url: &DatabaseUrl, looked: Looked) {
        let history = compare(&self.on_disk.migrations, looked.ledger.as_deref());
        let carries_on = |row| Progress::of(row).is_some() && self.has_script_of(row);
        let seen = Seen {
            has_tables: looked.tables.count > 0,
            lock_is_held: looked.lock.holder.is_some(),
            failed_can_resume: history.failed.first().is_some_and(carries_on),
        };
        (self.state, self.remedy) = verdict(&self.on_disk, &history, seen);
        if let Some(LockFile::OtherProvider(found)) = &self.on_disk.lock_file {
            let values = vec![("found", found.clone())];
            self.problem = Some(Failure::new(FailureCode::OtherProvider, values));
        }
        self.history = Some(history);
        self.ledger = looked.ledger;
        self.lock = looked.lock.holder.as_ref().map(translate::holder);
        self.database = Some(DatabaseFacts {
            name: url.database().to_owned(),
            server: url.server(),
            schema: url.schema().to_owned(),
            version: u32::try_from(looked.server.version_number).unwrap_or(0),
            system_identifier: looked.server.system_identifier,
            oid: looked.database_oid,
            tables: looked.tables.names,
        });
    }

    /// Whether migrations are to be applied, or carried on.
    fn has_work(&self) -> bool {
        let history = self.history.as_ref();
        history.is_some_and(|it| !it.pending.is_empty() || !it.failed.is_empty())
    }

    /// The migrations on disk that are not applied: pending, or failed half way.
    pub(crate) fn unapplied(&self) -> impl Iterator<Item = &Migration> {
        let history = self.history.as_ref();
        self.on_disk.migrations.iter().filter(move |migration| {
            history.is_none_or(|history| {
                history.pending.contains(&migration.name)
                    || history.failed.iter().any(|row| row.name == migration.name)
            })
        })
    }

    /// Whether the file of an unfinished row is as it was when the row was written.
    fn has_script_of(&self, row: &radoub_schema::migration::Applied) -> bool {
        let migration = self.on_disk.migrations.iter().find(|it| it.name == row.name);
        let script = migration.and_then(|it| it.script.as_ref());
        script.is_some_and(|script| script.checksum().to_string() == row.checksum)
    }
}

/// How a Prisma release runs a script (Prisma facts 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Era {
    /// Up to 7.3: the whole file in one implicit transaction.
    Whole,
    /// 7.4 and later: every statement commits alone.
    Statements,
}

/// The era of a release; `None` when the version is not known well enough.
pub fn era(version: &PrismaVersion) -> Option<Era> {
    match (version.major?, version.minor) {
        (..7, _) => Some(Era::Whole),
        (7, Some(minor)) => Some(if minor < 4 { Era::Whole } else { Era::Statements }),
        _ => None,
    }
}
