//! What a run works with besides the databases: the catalogue of backups, what keeps services running.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use crate::backup::ensure::Desk;
use crate::doors::Doors;
use crate::fleet::{Service, ServiceName};
use crate::gate::GateSettings;
use crate::runtime::{Compose, Docker, Patience, Runtime, RuntimeError};
use crate::verify::CensusSettings;

/// What is at hand for deeds around the migrations. A plan without such deeds needs nothing of it.
#[derive(Debug, Default)]
pub struct Tools<'a> {
    /// For [`crate::plan::Deed::BackUp`].
    pub backup: Option<BackupTool<'a>>,
    /// For [`crate::plan::Deed::Restart`], and the logs and containers of [`crate::plan::Deed::Verify`].
    pub runtime: Option<RuntimeTool>,
    /// Why the engine does not answer, where containers should be looked at and nothing is to be restarted.
    pub away: Option<RuntimeError>,
    /// How services are looked at.
    pub gate: GateSettings,
    /// Connections that are there already.
    pub doors: Doors,
    /// For what [`crate::plan::Deed::Verify`] compares with; without it nothing is counted.
    pub memory: Option<MemoryTool>,
}

/// Where that is kept which is counted before the migrations.
#[derive(Debug)]
pub struct MemoryTool {
    /// The folder of the run.
    pub folder: PathBuf,
    /// What an earlier part of the run has counted: file in that folder, and SHA-256 of its bytes.
    pub known: BTreeMap<ServiceName, (String, String)>,
    /// Name of the fleet.
    pub project: String,
    /// How tables are counted.
    pub census: CensusSettings,
}

/// Where proofs of backups come from.
#[derive(Debug)]
pub struct BackupTool<'a> {
    /// The desk that hands them out.
    pub desk: Desk<'a>,
    /// When the plan looked at each database, by the clock of its server: older backups do not show what is
    /// about to be changed.
    pub since: BTreeMap<ServiceName, Timestamp>,
}

/// What keeps services running.
#[derive(Debug)]
pub struct RuntimeTool {
    /// The engine that runs the containers of those that have no command; `None` when there are none.
    pub engine: Option<Docker>,
    /// Builds images and brings services up anew; `None` where nothing is built.
    pub compose: Option<Compose>,
    /// How long a restart may take.
    pub patience: Patience,
    /// How far before its restart the log of a container is read, to know which errors are old.
    pub baseline: Duration,
}

impl RuntimeTool {
    /// What runs a service; `None` when nobody knows.
    pub(super) fn of<'a>(&'a self, service: &'a Service) -> Option<Runtime<'a>> {
        let engine: Result<_, RuntimeError> = Ok(self.engine.as_ref());
        Runtime::of(service, engine).ok().flatten()
    }
}
