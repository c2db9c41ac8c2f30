//! One command's source of scratch databases: finds the ground, makes the database, takes it away.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::scratch::{Keeper, Shadow, ShadowError};
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::migration::Migration;
use radoub_schema::name::Ident;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use super::database::{Origin, ScratchDatabase};
use super::ground::{Chosen, Forced, Ground, NoScratch, Passed};
use super::memory::Memory;
use super::needs::Needs;
use super::own::{OwnServer, Recipe};
use super::server::{Server, Servers, major};
use crate::failure::{Failure, FailureCode};
use crate::fleet::{Managed, ServiceName};
use crate::local_server::Programs;
use crate::observe::connect_settings;
use crate::translate;

/// How long another radoub, or another service of this run, may keep a shadow database.
const SHADOW_PATIENCE: Duration = Duration::from_mins(2);

/// What a workshop is told; it asks nobody else.
#[derive(Debug, Clone)]
pub struct WorkshopSettings {
    /// The one ground to use; any of them otherwise.
    pub forced: Option<Forced>,
    /// How long connecting may take; `None` leaves Prisma's 5 s, or what the URL says.
    pub timeout: Option<Duration>,
    /// How many scratch databases are at work at once on one server.
    pub per_server: usize,
    /// Folder for the folders of our own servers: the system's temporary one.
    pub temporary: PathBuf,
    /// Folders of the search path, where PostgreSQL's programs are looked for after the usual places.
    pub search: Vec<PathBuf>,
    /// The databases of the whole fleet: none of them is ever taken for a shadow database.
    pub live: Vec<(ServiceName, DatabaseUrl)>,
}

/// Hands out scratch databases; shared by all services of a command.
///
/// [`Workshop::close`] removes everything. A workshop that is only dropped stops its own servers and removes their
/// folders; temporary databases on the services' servers are then left to the next workshop that works there.
#[derive(Debug)]
pub struct Workshop {
    settings: WorkshopSettings,
    servers: Servers,
    own: Mutex<BTreeMap<(Ground, Option<Programs>), OwnCell>>,
    shadows: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// What was against shadow databases that were left alone.
    spared: Mutex<Vec<Failure>>,
    pub(super) memory: Memory,
}

type OwnCell = Arc<OnceCell<Result<Arc<OwnServer>, Failure>>>;

/// Where the next scratch database will lie.
#[derive(Debug, Clone)]
pub(super) enum Site {
    Shadow(DatabaseUrl),
    Server(Arc<Server>, Arc<Keeper>),
    Own(Arc<OwnServer>),
}

impl Workshop {
    /// Opens a workshop; nothing is started or asked before the first scratch database.
    pub fn new(settings: WorkshopSettings) -> Self {
        Self {
            servers: Servers::new(settings.per_server),
            settings,
            own: Mutex::default(),
            shadows: Mutex::default(),
            spared: Mutex::default(),
            memory: Memory::default(),
        }
    }

    /// An empty scratch database for a service: its `initShadowDb` has run, its schema is there.
    ///
    /// # Errors
    ///
    /// [`NoScratch`], with what is against each ground.
    pub async fn scratch(&self, managed: &Managed) -> Result<ScratchDatabase, NoScratch> {
        self.scratch_for(managed, &[]).await
    }

    /// The same, on a ground that suits these scripts: those that make roles, databases and the like are kept
    /// away from the service's own server.
    ///
    /// # Errors
    ///
    /// [`NoScratch`], with what is against each ground.
    pub async fn scratch_for(
        &self,
        managed: &Managed,
        scripts: &[Migration],
    ) -> Result<ScratchDatabase, NoScratch> {
        let needs = Needs::of(scripts);
        let mut passed = Vec::new();
        for ground in self.grounds(managed) {
            let made = match self.site(ground, managed, &needs).await {
                Ok(site) => self.make(&site, managed, &needs).await,
                Err(failures) => Err(failures),
            };
            match made {
                Ok(mut scratch) => {
                    scratch.chosen.passed = passed;
                    if let Err(failure) = scratch.initialise(managed).await {
                        let passed = std::mem::take(&mut scratch.chosen.passed);
                        drop(scratch.close().await);
                        return Err(NoScratch { failure, passed });
                    }
                    return Ok(scratch);
                }
                Err(failures) => {
                    let is_final = failures.is_final(ground);
                    passed.extend(failures.passed(ground));
                    if is_final {
                        break;
                    }
                }
            }
        }
        Err(NoScratch::of(passed))
    }

    /// Why configured shadow databases were left alone so far, each once; the work was done on other grounds.
    pub fn spared(&self) -> Vec<Failure> {
        self.spared.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The grounds to try for a service, in this order.
    pub(super) fn grounds(&self, managed: &Managed) -> Vec<Ground> {
        match (self.settings.forced, &managed.shadow_url) {
            (Some(forced), _) => vec![forced.into()],
            // Who configures one wants that one: what is wrong with it is told, and ends the search, see
            // `Failures::is_final`.
            (None, Some(_)) => Ground::ALL.to_vec(),
            (None, None) => vec![Ground::Server, Ground::Local, Ground::Embedded],
        }
    }

    fn connect(&self, managed: &Managed) -> ConnectSettings {
        ConnectSettings {
            application_suffix: Some("scratch".to_owned()),
            statement_timeout: None,
            ..connect_settings(managed, self.settings.timeout)
        }
    }

    /// Gets a ground ready, and makes no database yet.
    pub(super) async fn site(
        &self,
        ground: Ground,
        managed: &Managed,
        needs: &Needs,
    ) -> Result<Site, Failures> {
        match ground {
            Ground::Shadow => {
                let shadow = managed.shadow_url.as_ref().expect("asked for only when there is one");
                if managed.url.as_ref().is_ok_and(|url| is_same(url, shadow)) {
                    let values = vec![
                        ("server", shadow.server()),
                        ("database", shadow.database().to_owned()),
                        ("user", shadow.user().to_owned()),
                    ];
                    return Err(Failure::new(FailureCode::ShadowIsUrl, values).into());
                }
                let owner = self.settings.live.iter().find(|(_, url)| is_same(url, shadow));
                if let Some((owner, _)) = owner {
                    return Err(translate::shadow_of_fleet(shadow, owner).into());
                }
                Ok(Site::Shadow(shadow.clone()))
            }
            Ground::Server => {
                let url = managed.url.as_ref();
                let url = url.map_err(translate::url_failure)?;
                // Insisted on, it is done all the same.
                if let Some(failure) = &needs.outside
                    && self.settings.forced.is_none()
                {
                    return Err(failure.clone().into());
                }
                let server = self.servers.of(url);
                let keeper = server.keeper(url, &self.connect(managed)).await;
                let keeper = keeper.map_err(|refused| refused.failure)?;
                Ok(Site::Server(server, keeper))
            }
            Ground::Local | Ground::Embedded => {
                let wanted = self.service_major(managed).await;
                let search = &self.settings.search;
                let programs = match ground {
                    Ground::Local => Some(
                        Programs::find(search, wanted)
                            .map_err(|error| translate::local_failure(&error))?,
                    ),
                    _ => None,
                };
                let cell = {
                    let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
                    own.entry((ground, programs)).or_default().clone()
                };
                let recipe = Recipe {
                    temporary: self.settings.temporary.clone(),
                    search: search.clone(),
                    major: wanted,
                    lanes: self.settings.per_server,
                    connect: ConnectSettings {
                        application_suffix: Some("scratch".to_owned()),
                        ..ConnectSettings::default()
                    },
                };
                let start = async || OwnServer::start(ground, recipe).await.map(Arc::new);
                Ok(Site::Own(cell.get_or_init(start).await.clone()?))
            }
        }
    }

    /// First number of the version of the service's own server.
    async fn service_major(&self, managed: &Managed) -> Option<u32> {
        let url = managed.url.as_ref().ok()?;
        self.servers.of(url).major(url, &self.connect(managed)).await
    }

    /// What is known of a site before there is a database on it.
    pub(super) async fn chosen(&self, site: &Site, managed: &Managed) -> Chosen {
        let (ground, server, found) = match site {
            Site::Shadow(url) => (Ground::Shadow, url.server(), None),
            Site::Server(_, keeper) => {
                (Ground::Server, keeper.url().server(), major(keeper.version()))
            }
            Site::Own(own) => (own.ground, own.keeper.url().server(), Some(own.major)),
        };
        let service_major = match site {
            Site::Server(..) => found,
            _ => self.service_major(managed).await,
        };
        Chosen {
            ground,
            server,
            major: found.unwrap_or_default(),
            service_major,
            passed: Vec::new(),
            template_tables: Vec::new(),
        }
    }

    /// Makes a database on a site, or empties the one that is given.
    pub(super) async fn make(
        &self,
        site: &Site,
        managed: &Managed,
        needs: &Needs,
    ) -> Result<ScratchDatabase, Failures> {
        let mut chosen = self.chosen(site, managed).await;
        let connect = self.connect(managed);
        let (mut lane, mut turn, mut outside) = (None, None, None);
        let (origin, url) = match site {
            Site::Shadow(url) => {
                turn = Some(self.turn(url).lock_owned().await);
                let shadow = self.take(url, managed, &connect).await?;
                (Origin::Given(Box::new(shadow)), url.clone())
            }
            Site::Server(server, keeper) => {
                lane = permit(&server.lanes).await;
                let made = keeper.create().await;
                let made =
                    made.map_err(|error| translate::scratch_failure(keeper.url(), &error))?;
                let service = managed.url.as_ref().expect("the server was found by it");
                let url = made.url().with_schema(service.schema());
                (Origin::Made(made), url)
            }
            Site::Own(own) => {
                lane = permit(&own.lanes).await;
                if needs.outside.is_some() {
                    outside = Some((own.outside.clone().lock_owned().await, own.clone()));
                }
                let failed = |error| translate::scratch_failure(own.keeper.url(), &error);
                if let Ok(service) = &managed.url {
                    own.role(service.user()).await;
                }
                let made = own.keeper.create().await.map_err(failed)?;
                let schema = managed.url.as_ref().map_or("public", |url| url.schema());
                let url = made.url().with_schema(schema);
                (Origin::Made(made), url)
            }
        };
        let database = Database::connect(&url, &connect).await;
        let database = database.map_err(|error| translate::connect_failure(&error))?;
        let mut scratch =
            ScratchDatabase { chosen: chosen.clone(), database, origin, outside, lane, turn };
        if let Site::Server(server, _) = site {
            chosen.template_tables = server.inherited(&scratch.database).await;
        }
        chosen.major = major(scratch.database.version()).unwrap_or_default();
        scratch.chosen = chosen;
        // As Prisma does whenever it connects.
        if let Err(error) = scratch.database.prepare_schema().await {
            let failure = translate::query_failure(scratch.url(), &error);
            // What went wrong first is what counts; the workshop removes what stays here.
            drop(scratch.close().await);
            return Err(failure.into());
        }
        Ok(scratch)
    }

    /// The right to use a shadow database, within this process.
    fn turn(&self, url: &DatabaseUrl) -> Arc<tokio::sync::Mutex<()>> {
        let key = format!("{}\n{}", url.server_key(), url.database());
        let mut shadows = self.shadows.lock().unwrap_or_else(PoisonError::into_inner);
        shadows.entry(key).or_default().clone()
    }

    /// Takes the configured shadow database and empties it.
    async fn take(
        &self,
        url: &DatabaseUrl,
        managed: &Managed,
        connect: &ConnectSettings,
    ) -> Result<Shadow, Failures> {
        // Addresses tell little: only the two databases themselves know whether they are one. Within the fleet
        // those are asked that are called alike; the others are told by what they hold.
        let own = managed.url.as_ref().ok();
        let alike = self.settings.live.iter().filter(|(_, it)| it.database() == url.database());
        let mut live = Vec::new();
        let mut owners = Vec::new();
        let asked = own.map(|it| (None, it)).into_iter();
        for (owner, address) in asked.chain(alike.map(|(owner, it)| (Some(owner), it))) {
            if owner.is_some() && own.is_some_and(|own| is_same(own, address)) {
                continue;
            }
            if let Ok(database) = Database::connect(address, connect).await {
                live.push(database);
                owners.push(owner);
            }
        }
        let namespaces: Vec<Ident> = managed.schemas.iter().map(Ident::new).collect();
        let taken = Shadow::take(url, connect, &live, &namespaces, SHADOW_PATIENCE).await;
        for database in live {
            database.close().await;
        }
        taken.map_err(|error| {
            if let ShadowError::Same { which, .. } = &error
                && let Some(owner) = owners[*which]
            {
                return translate::shadow_of_fleet(url, owner).into();
            }
            let (failure, cause) = translate::shadow_failure(url, &error);
            if failure.code == FailureCode::ShadowFilled {
                let mut spared = self.spared.lock().unwrap_or_else(PoisonError::into_inner);
                if !spared.contains(&failure) {
                    spared.push(failure.clone());
                }
            }
            Failures { failure, cause }
        })
    }

    /// Removes all that is left: databases, servers, folders.
    ///
    /// # Errors
    ///
    /// The first thing that could not be removed; the rest is removed all the same, and the next workshop tries
    /// again.
    pub async fn close(self) -> Result<(), Failure> {
        let mut outcome = self.servers.close().await;
        let own = self.own.into_inner().unwrap_or_else(PoisonError::into_inner);
        for cell in own.into_values().filter_map(Arc::into_inner) {
            let Some(Ok(server)) = cell.into_inner() else { continue };
            let Some(server) = Arc::into_inner(server) else { continue };
            outcome = outcome.and(server.close().await);
        }
        outcome
    }
}

/// A failure of a ground, and the one below it, where one alone does not say enough.
#[derive(Debug)]
pub(super) struct Failures {
    pub(super) failure: Failure,
    cause: Option<Failure>,
}

impl From<Failure> for Failures {
    fn from(failure: Failure) -> Self {
        Self { failure, cause: None }
    }
}

impl Failures {
    /// Whether no other ground is tried after this one. A shadow database that is wrongly configured is to be mended;
    /// one that holds data may be a real one, which Prisma has left as it was after a replay.
    pub(super) fn is_final(&self, ground: Ground) -> bool {
        ground == Ground::Shadow && self.failure.code != FailureCode::ShadowFilled
    }

    /// As entries of the list of grounds.
    pub(super) fn passed(self, ground: Ground) -> impl Iterator<Item = Passed> {
        let failures = [Some(self.failure), self.cause].into_iter().flatten();
        failures.map(move |failure| Passed { ground, failure })
    }
}

/// Whether two addresses are written for one database.
fn is_same(one: &DatabaseUrl, other: &DatabaseUrl) -> bool {
    one.reveal() == other.reveal()
        || one.server_key() == other.server_key() && one.database() == other.database()
}

async fn permit(lanes: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    // Semaphores here are never closed, so a permit is always had.
    lanes.clone().acquire_owned().await.ok()
}
