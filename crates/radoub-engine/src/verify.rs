//! Whether services work after a change: gate, logs, and what only the data can say. The guide's checklist, done.
//!
//! Looks only. What each question found is told; what is done about it is the caller's.

mod data;
mod logs;

use std::path::Path;
use std::time::{Duration, Instant};

use radoub_postgres::url::DatabaseUrl;

use crate::fleet::{Fleet, Prisma, Service, ServiceName};
use crate::gate::{Gate, GateSettings, Verdict, gate};
use crate::lanes;
use crate::runtime::{Runtime, RuntimeError};

pub use data::{Assertion, AssertionOutcome, DataFinding};
pub(crate) use logs::new_errors;
pub use logs::{LogFinding, fingerprint};

/// How services are verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifySettings {
    /// How they are looked at.
    pub gate: GateSettings,
    /// How far before the last start of a container its log is read, to know which errors are old.
    pub baseline: Duration,
}

impl Default for VerifySettings {
    /// The gate's defaults, and an hour of log.
    fn default() -> Self {
        Self { gate: GateSettings::default(), baseline: Duration::from_hours(1) }
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
    /// New errors in its logs; `None` when there was no log to read.
    pub logs: Option<Vec<LogFinding>>,
    /// What is wrong with the data; `None` when it could not be asked.
    pub data: Option<Vec<DataFinding>>,
    /// How long it took.
    pub took: Duration,
}

impl Verified {
    fn new(
        gate: Gate,
        logs: Option<Vec<LogFinding>>,
        data: Option<Vec<DataFinding>>,
        took: Duration,
    ) -> Self {
        let of_logs = logs.as_ref().map_or(Verdict::Pass, |found| {
            if found.is_empty() { Verdict::Pass } else { Verdict::Fail }
        });
        let of_data = data.as_ref().map_or(Verdict::Pass, |found| {
            if found.is_empty() { Verdict::Pass } else { Verdict::Fail }
        });
        let verdict = gate.verdict.max(of_logs).max(of_data);
        Self { service: gate.service.clone(), verdict, gate, logs, data, took }
    }
}

/// Verifies every service of the fleet that has a database, many at once; `seen` hears of each as it is done.
///
/// `runtime` is the engine that runs the containers; `None` when there is none.
pub async fn verify(
    fleet: &Fleet,
    runtime: Result<Option<&Runtime>, &RuntimeError>,
    settings: &VerifySettings,
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
        |index| of_service(services[index], &fleet.root, runtime, settings),
        |_, verified| seen(verified),
    )
    .await
}

async fn of_service(
    service: &Service,
    root: &Path,
    runtime: Result<Option<&Runtime>, &RuntimeError>,
    settings: &VerifySettings,
) -> Verified {
    let begun = Instant::now();
    let gate = gate(service, runtime, root, &settings.gate).await;
    let logs = match runtime {
        Ok(Some(runtime)) => logs::new_errors(service, runtime, settings.baseline).await,
        Ok(None) | Err(_) => None,
    };
    let data = data::faults(service, &settings.gate.look).await;
    Verified::new(gate, logs, data, begun.elapsed())
}
