//! Whether services work after a change: gate, logs, and what only the data can say. The guide's checklist, done.
//!
//! Looks only. What each question found is told; what is done about it is the caller's. What the data is compared
//! with is remembered before ([`memory`]), in a run or when somebody asks for it.

pub mod compare;
mod count;
mod data;
mod logs;
pub mod memory;
pub mod samples;
mod tail;
pub mod times;
mod touch;

use std::path::Path;
use std::time::{Duration, Instant};

use radoub_postgres::url::DatabaseUrl;

use crate::failure::Failure;
use crate::fleet::{Fleet, Prisma, Service, ServiceName};
use crate::gate::{Gate, GateSettings, Verdict, gate};
use crate::lanes;
use crate::runtime::{Docker, Runtime, RuntimeError};

use compare::Compared;
use memory::Remembered;

pub use count::CensusSettings;
pub(crate) use count::{Looker, compared, remembered};
pub(crate) use data::faults;
pub use data::{Assertion, AssertionOutcome, AssertionSource, DataFinding};
pub use logs::{LogFinding, fingerprint};
pub(crate) use logs::{OldErrors, new_errors, old_errors};
pub use tail::LogTail;
pub(crate) use tail::tails;
pub(crate) use touch::takes_away;

/// How services are verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifySettings {
    /// How they are looked at.
    pub gate: GateSettings,
    /// How far before the last start of a container its log is read, to know which errors are old.
    pub baseline: Duration,
    /// How their tables are counted.
    pub census: CensusSettings,
    /// Whether what is there now is remembered.
    pub remember: bool,
}

impl Default for VerifySettings {
    /// The gate's defaults, and an hour of log; nothing is remembered.
    fn default() -> Self {
        Self {
            gate: GateSettings::default(),
            baseline: Duration::from_hours(1),
            census: CensusSettings::default(),
            remember: false,
        }
    }
}

/// What was found of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The service.
    pub service: ServiceName,
    /// All of it in one word.
    pub verdict: Verdict,
    /// Containers, health route, tables.
    pub gate: Gate,
    /// New errors in its logs; `None` when it has no log, or its containers could not be looked at at all.
    pub logs: Option<Result<Vec<LogFinding>, Failure>>,
    /// What is wrong with the data; a failure when it could not be asked.
    pub data: Result<Vec<DataFinding>, Failure>,
    /// What is different from what was remembered; `None` when there is nothing to compare with.
    pub compared: Option<Result<Compared, Failure>>,
    /// What is remembered now; `None` when nobody asked for it.
    pub remembered: Option<Result<Remembered, Failure>>,
    /// How long it took.
    pub took: Duration,
}

/// Verifies every service of the fleet that has a database, many at once; `seen` hears of each as it is done.
///
/// `engine` is the one that runs the containers; `None` when there is none. `since` is what was remembered of
/// services and is compared with what is there.
pub async fn verify(
    fleet: &Fleet,
    engine: Result<Option<&Docker>, &RuntimeError>,
    settings: &VerifySettings,
    since: &[Remembered],
    mut seen: impl FnMut(&Verified),
) -> Vec<Verified> {
    let services: Vec<&Service> =
        fleet.services.iter().filter(|it| matches!(it.prisma, Prisma::Managed(_))).collect();
    lanes::each(
        &services,
        settings.gate.look.lanes,
        |service| {
            crate::observe::address(service).map(|url: &DatabaseUrl| url.server_key().to_string())
        },
        |index| {
            let service = services[index];
            let before = since.iter().find(|it| it.service == service.name.as_str());
            of_service(service, &fleet.root, engine, settings, before)
        },
        |_, verified| seen(verified),
    )
    .await
}

async fn of_service(
    service: &Service,
    root: &Path,
    engine: Result<Option<&Docker>, &RuntimeError>,
    settings: &VerifySettings,
    before: Option<&Remembered>,
) -> Verified {
    let begun = Instant::now();
    let runtime = Runtime::of(service, engine);
    let gate = gate(service, runtime, root, &settings.gate).await;
    let logs = match runtime {
        Ok(Some(runtime)) => {
            let old = OldErrors::none();
            logs::new_errors(&runtime, settings.baseline, &old).await.transpose()
        }
        Ok(None) | Err(_) => None,
    };
    let data = data::faults(service, root, &settings.gate.look).await;
    let runtime = runtime.ok().flatten();
    let looker = count::Looker { service, runtime, gate: &settings.gate, census: settings.census };
    let compared = match before {
        Some(before) => Some(count::compared(&looker, before, false).await),
        None => None,
    };
    let remembered = if settings.remember {
        Some(count::remembered(&looker, data.as_deref().ok()).await)
    } else {
        None
    };
    let mut verified = Verified {
        service: service.name.clone(),
        verdict: gate.verdict,
        gate,
        logs,
        data,
        compared,
        remembered,
        took: begun.elapsed(),
    };
    verified.verdict = verified.weighed();
    verified
}

impl Verified {
    /// All of it in one word.
    fn weighed(&self) -> Verdict {
        let of_logs = match &self.logs {
            None => Verdict::Pass,
            Some(Ok(found)) if found.is_empty() => Verdict::Pass,
            Some(Ok(_)) => Verdict::Fail,
            Some(Err(_)) => Verdict::Inconclusive,
        };
        let of_data = self.data.as_ref().map_or(Verdict::Inconclusive, |found| {
            found.iter().map(DataFinding::verdict).max().unwrap_or(Verdict::Pass)
        });
        let of_tables = match &self.compared {
            None => Verdict::Pass,
            Some(Ok(compared)) => compared.verdict(),
            Some(Err(_)) => Verdict::Inconclusive,
        };
        let of_memory = match &self.remembered {
            None | Some(Ok(_)) => Verdict::Pass,
            Some(Err(_)) => Verdict::Inconclusive,
        };
        self.gate.verdict.max(of_logs).max(of_data).max(of_tables).max(of_memory)
    }

    /// Whether the data was asked and nothing is wrong with it: every table can be read, none refers to nothing,
    /// and what must hold holds.
    pub fn is_sound(&self) -> bool {
        self.gate.is_readable() && self.data.as_ref().is_ok_and(Vec::is_empty)
    }

    /// What is wrong, and behind it what could not be found out, each as a failure of the service.
    pub fn failures(&self) -> Vec<Failure> {
        let gate = self.gate.findings.iter();
        let mut found: Vec<(Verdict, Failure)> =
            gate.filter_map(|it| Some((it.verdict(), it.failure()?))).collect();
        match &self.logs {
            None => {}
            Some(Ok(errors)) => {
                found.extend(errors.iter().map(|it| (Verdict::Fail, it.failure())));
            }
            Some(Err(failure)) => found.push((Verdict::Inconclusive, failure.clone())),
        }
        match &self.data {
            Ok(faults) => found.extend(faults.iter().map(|it| (it.verdict(), it.failure()))),
            // The gate says it first, where it could not ask either.
            Err(failure) => found.push((Verdict::Inconclusive, failure.clone())),
        }
        match &self.compared {
            None => {}
            Some(Ok(compared)) => {
                found.extend(compared.failure().map(|it| (Verdict::Fail, it)));
            }
            Some(Err(failure)) => found.push((Verdict::Inconclusive, failure.clone())),
        }
        if let Some(Err(failure)) = &self.remembered {
            found.push((Verdict::Inconclusive, failure.clone()));
        }
        found.sort_by_key(|(verdict, _)| std::cmp::Reverse(*verdict));
        found.into_iter().map(|(_, failure)| failure).collect()
    }
}
