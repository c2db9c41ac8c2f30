//! What a run works with besides the databases: the catalogue of backups, the container engine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use crate::backup::ensure::Desk;
use crate::doors::Doors;
use crate::fleet::ServiceName;
use crate::gate::GateSettings;
use crate::runtime::{Runtime, RuntimeError};
use crate::verify::CensusSettings;

/// What is at hand for deeds around the migrations. A plan without such deeds needs nothing of it.
#[derive(Debug, Default)]
pub struct Tools<'a> {
    /// For [`crate::plan::Deed::BackUp`].
    pub backup: Option<BackupTool<'a>>,
    /// For [`crate::plan::Deed::Restart`], and the logs and containers of [`crate::plan::Deed::Verify`].
    pub containers: Option<ContainerTool>,
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

/// The engine that runs the containers.
#[derive(Debug)]
pub struct ContainerTool {
    /// The line to it.
    pub runtime: Runtime,
    /// How long a program has to end by itself.
    pub grace: Duration,
    /// How far before its restart the log of a service is read, to know which errors are old.
    pub baseline: Duration,
}
