//! A plan as a file: for a merge request, for `apply --plan`, and beside the journal of the run that
//! carries it out.
//!
//! The words stay the same from version to version. No secret is in it: passwords in scripts are
//! masked, addresses have none.

use std::collections::BTreeMap;
use std::time::SystemTime;

use jiff::Timestamp;
use radoub_schema::model::outline::Outline;
use serde::{Deserialize, Serialize};

use super::forecast::Forecast;
use super::{Bound, Choice, Deed, Moved, Plan, Request};
use crate::failure::Failure;
use crate::fleet::ServiceName;
use crate::hazard::Hazard;
use crate::journal::fact::FailureRecord;
use crate::observe::Observed;
use crate::rebuild::Due;

/// What the file says it is.
pub(super) const FORMAT: &str = "radoub-plan";
/// The version of the format that this radoub writes and reads.
pub(super) const VERSION: u32 = 1;

/// A plan, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedPlan {
    /// `radoub-plan`.
    pub format: String,
    /// The version of the format, 1.
    pub version: u32,
    /// The radoub that made it.
    pub radoub: String,
    /// When.
    pub made_at: Timestamp,
    /// Name of the fleet.
    pub project: String,
    /// What was asked for.
    pub request: SavedRequest,
    /// The services, in the order of the fleet.
    pub services: Vec<SavedService>,
    /// The catalogs, by the sums that the services name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub schemas: BTreeMap<String, BTreeMap<String, String>>,
}

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedRequest {
    /// Migrations behind this one are left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Hazards agreed to.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Whether missing databases may be created.
    #[serde(default)]
    pub create_database: bool,
    /// How many services may fail before nothing more is begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_failures: Option<usize>,
}

/// What is planned for one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedService {
    /// The service.
    pub service: String,
    /// Its wave, from 1.
    pub wave: usize,
    /// What is done with it.
    pub choice: ChoiceWord,
    /// Why it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<FailureRecord>,
    /// The deeds, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deeds: Vec<SavedDeed>,
    /// What the migrations will do, also of a service that is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub migrations: Vec<Forecast>,
    /// What it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
}

/// The choice for a service, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChoiceWord {
    /// It has deeds.
    Apply,
    /// There is nothing to do.
    Nothing,
    /// Something must be settled first.
    Refuse,
    /// It has nothing to do with Prisma Migrate.
    NotApplicable,
}

/// A deed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "kebab-case")]
pub enum SavedDeed {
    /// The image is built anew.
    Rebuild(Due),
    /// A proven backup is there, or is made.
    BackUp,
    /// The database is created.
    CreateDatabase,
    /// The ledger is made.
    MakeLedger,
    /// A migration is applied.
    Migrate {
        /// Its name.
        migration: String,
        /// The checksum of its script.
        checksum: String,
    },
    /// The service is restarted.
    Restart,
    /// Its tables are asked as the service asks them.
    Probe,
    /// The service is looked at.
    Verify,
    /// A migration is taken back by its `down.sql`; only in a run of `rollback`.
    Undo {
        /// Its name.
        migration: String,
    },
    /// A backup is restored; only in a run of `restore` or `rollback`.
    Restore {
        /// Its name in the catalogue.
        backup: String,
    },
}

/// Why a file is no plan that can be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// It is no JSON, or not of this form.
    #[error("not a plan")]
    Malformed(#[source] serde_json::Error),
    /// It is something else.
    #[error("not a plan of radoub's")]
    OtherFormat,
    /// It is of a later version.
    #[error("version {0} of plans is not known; this radoub reads version {VERSION}")]
    OtherVersion(u32),
}

/// A service of a saved plan, and what of it moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedService {
    /// The service.
    pub service: ServiceName,
    /// What moved; never empty.
    pub moved: Vec<Moved>,
}

impl SavedPlan {
    /// The plan as it is kept, with what it was made for.
    pub fn of(plan: &Plan, request: &Request, project: &str, observed: &[Observed]) -> Self {
        let mut schemas = BTreeMap::new();
        let services = plan.entries.iter().map(|entry| {
            let one = observed.iter().find(|one| one.service == entry.service);
            if let Some(outline) = one.and_then(|one| one.outline.as_ref()) {
                let sum = outline.fingerprint().to_string();
                schemas.entry(sum).or_insert_with(|| outline.0.clone());
            }
            let (choice, problem, deeds) = match &entry.choice {
                Choice::Apply(task) => {
                    (ChoiceWord::Apply, None, task.deeds().iter().map(SavedDeed::of).collect())
                }
                Choice::Nothing => (ChoiceWord::Nothing, None, Vec::new()),
                Choice::Refuse(failure) => {
                    (ChoiceWord::Refuse, Some(FailureRecord::of(failure)), Vec::new())
                }
                Choice::NotApplicable => (ChoiceWord::NotApplicable, None, Vec::new()),
            };
            SavedService {
                service: entry.service.to_string(),
                wave: entry.wave + 1,
                choice,
                problem,
                deeds,
                migrations: entry.forecasts.clone(),
                bound: one.filter(|_| choice != ChoiceWord::NotApplicable).map(Bound::of),
            }
        });
        let services = services.collect();
        let request = SavedRequest {
            until: request.until.clone(),
            allow: request.consent.hazards.iter().map(|it| it.as_str().to_owned()).collect(),
            create_database: request.consent.create_database,
            max_failures: request.max_failures,
        };
        Self { schemas, ..Self::made_now(project, request, services) }
    }

    /// What a way back is going to do, each service at once with the others.
    pub fn of_way_back(
        project: &str,
        deeds: impl IntoIterator<Item = (ServiceName, Vec<SavedDeed>)>,
    ) -> Self {
        let services = deeds.into_iter().map(|(service, deeds)| SavedService {
            service: service.to_string(),
            wave: 1,
            choice: ChoiceWord::Apply,
            problem: None,
            deeds,
            migrations: Vec::new(),
            bound: None,
        });
        Self::made_now(project, SavedRequest::default(), services.collect())
    }

    fn made_now(project: &str, request: SavedRequest, services: Vec<SavedService>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            radoub: env!("CARGO_PKG_VERSION").to_owned(),
            made_at: Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH),
            project: project.to_owned(),
            request,
            services,
            schemas: BTreeMap::new(),
        }
    }

    /// Whether it is what a way back did: nothing that `apply` could do again.
    pub fn is_way_back(&self) -> bool {
        let mut deeds = self.services.iter().flat_map(|it| &it.deeds);
        deeds.any(|deed| matches!(deed, SavedDeed::Undo { .. } | SavedDeed::Restore { .. }))
    }

    /// The file: JSON that a person can read.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a plan is plain JSON");
        bytes.push(b'\n');
        bytes
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`PlanFileError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PlanFileError> {
        #[derive(Deserialize)]
        struct Head {
            format: Option<String>,
            version: Option<u32>,
        }
        let head: Head = serde_json::from_slice(bytes).map_err(PlanFileError::Malformed)?;
        if head.format.as_deref() != Some(FORMAT) {
            return Err(PlanFileError::OtherFormat);
        }
        match head.version {
            Some(VERSION) => serde_json::from_slice(bytes).map_err(PlanFileError::Malformed),
            other => Err(PlanFileError::OtherVersion(other.unwrap_or_default())),
        }
    }

    /// What was asked for, again; hazards that are not known are left out, and so not agreed to.
    pub fn request(&self) -> Request {
        let hazards = self.request.allow.iter().filter_map(|name| Hazard::named(name));
        Request {
            consent: super::Consent {
                hazards: hazards.collect(),
                create_database: self.request.create_database,
                ..super::Consent::default()
            },
            until: self.request.until.clone(),
            max_failures: self.request.max_failures,
            ..Request::default()
        }
    }

    /// What of these services is not as it was when the plan was made.
    ///
    /// A service that the plan does not name is covered when its database is in the very state of one
    /// that it names: one approval serves every database of that state. A service that is named and
    /// was not looked at is left out.
    pub fn moved(&self, observed: &[Observed]) -> Vec<MovedService> {
        let mut all = Vec::new();
        for one in observed {
            let saved = self.services.iter().find(|it| it.service == one.service.as_str());
            let moved = match saved {
                None if self.like(one).is_some() => Vec::new(),
                None => vec![Moved::NotPlanned],
                Some(saved) => saved.bound.as_ref().map_or_else(Vec::new, |bound| {
                    let outline = bound.schema.as_ref().and_then(|sum| self.schemas.get(sum));
                    bound.moved(one, outline.map(|it| Outline(it.clone())).as_ref())
                }),
            };
            if !moved.is_empty() {
                all.push(MovedService { service: one.service.clone(), moved });
            }
        }
        all
    }

    /// What is planned for a service: its own, or that of one in the same state.
    pub fn planned_for(&self, one: &Observed) -> Option<&SavedService> {
        let own = self.services.iter().find(|it| it.service == one.service.as_str());
        own.or_else(|| self.like(one))
    }

    fn like(&self, one: &Observed) -> Option<&SavedService> {
        let now = Bound::of(one);
        self.services.iter().find(|it| it.bound.as_ref().is_some_and(|it| it.is_like(&now)))
    }
}

impl SavedDeed {
    fn of(deed: &Deed) -> Self {
        match deed {
            Deed::Rebuild(due) => Self::Rebuild(due.clone()),
            Deed::BackUp => Self::BackUp,
            Deed::CreateDatabase => Self::CreateDatabase,
            Deed::MakeLedger => Self::MakeLedger,
            Deed::Restart => Self::Restart,
            Deed::Probe => Self::Probe,
            Deed::Verify => Self::Verify,
            Deed::Migrate(migration) => Self::Migrate {
                migration: migration.name.to_string(),
                checksum: migration
                    .script
                    .as_ref()
                    .map(|script| script.checksum().to_string())
                    .unwrap_or_default(),
            },
        }
    }
}

impl SavedService {
    /// Whether the same is done to the database in another plan. What is done around that may differ from
    /// place to place: whether there is something to back up, whether containers run.
    pub fn is_same_work(&self, other: &Self) -> bool {
        let of_database = |it: &&SavedDeed| {
            !matches!(
                it,
                SavedDeed::Rebuild(_)
                    | SavedDeed::BackUp
                    | SavedDeed::Restart
                    | SavedDeed::Probe
                    | SavedDeed::Verify
            )
        };
        self.choice == other.choice
            && self.deeds.iter().filter(of_database).eq(other.deeds.iter().filter(of_database))
    }

    /// Why it is refused.
    pub fn failure(&self) -> Option<Failure> {
        self.problem.as_ref()?.failure()
    }

    /// The migrations that it applies, with their checksums, in order.
    pub fn planned(&self) -> impl Iterator<Item = (&str, &str)> {
        self.deeds.iter().filter_map(|deed| match deed {
            SavedDeed::Migrate { migration, checksum } => {
                Some((migration.as_str(), checksum.as_str()))
            }
            SavedDeed::Rebuild(_)
            | SavedDeed::BackUp
            | SavedDeed::CreateDatabase
            | SavedDeed::MakeLedger
            | SavedDeed::Restart
            | SavedDeed::Probe
            | SavedDeed::Verify
            | SavedDeed::Undo { .. }
            | SavedDeed::Restore { .. } => None,
        })
    }

    /// The migrations that it takes back, the newest first.
    pub fn taken_back(&self) -> impl Iterator<Item = &str> {
        self.deeds.iter().filter_map(|deed| match deed {
            SavedDeed::Undo { migration } => Some(migration.as_str()),
            _ => None,
        })
    }

    /// The backup that it restores.
    pub fn restored(&self) -> Option<&str> {
        self.deeds.iter().find_map(|deed| match deed {
            SavedDeed::Restore { backup } => Some(backup.as_str()),
            _ => None,
        })
    }
}
