//! What `plan` and `apply` do around the migrations, a backup before and a restart behind; and what a run has
//! at hand for that.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use clap::builder::FalseyValueParser;
use jiff::Timestamp;

use radoub_engine::backup::Request;
use radoub_engine::backup::ensure::Desk;
use radoub_engine::doors::Doors;
use radoub_engine::errand::Errand;
use radoub_engine::fleet::discover::Inventory;
use radoub_engine::fleet::{Fleet, Service, ServiceName};
use radoub_engine::gate::{GateSettings, Waits};
use radoub_engine::journal::RunId;
use radoub_engine::observe::Observed;
use radoub_engine::plan::{Around, SavedDeed, SavedPlan, Verification};
use radoub_engine::rebuild::{Due, Rebuild, due};
use radoub_engine::run::{BackupTool, MemoryTool, RuntimeTool, Tools};
use radoub_engine::runtime::{ContainerState, Patience};
use radoub_engine::start::Unseen;
use radoub_engine::verify::VerifySettings;

use super::App;
use super::check::failure_lines;
use super::containers::{of_fleet, runtime_error, told};
use crate::cli::{Seconds, seconds, seconds_or_none};
use crate::error::CliError;
use crate::ui::Ui;

/// What is done around the migrations.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct AroundArgs {
    #[arg(long, env = "RADOUB_NO_BACKUP", value_parser = FalseyValueParser::new())]
    no_backup: bool,
    #[arg(long)]
    no_restart: bool,
    #[command(flatten)]
    rebuild: RebuildArgs,
    #[arg(long)]
    verify: bool,
    #[arg(long, conflicts_with = "verify")]
    no_verify: bool,
}

/// Whether images are built anew before services are restarted, against what `radoub.toml` says.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[group(skip)]
pub(crate) struct RebuildArgs {
    #[arg(long)]
    rebuild: bool,
    #[arg(long, conflicts_with = "rebuild")]
    no_rebuild: bool,
}

impl RebuildArgs {
    /// What counts for one service.
    pub(crate) fn of(self, service: &Service) -> Rebuild {
        match (self.rebuild, self.no_rebuild) {
            (true, _) => Rebuild::Always,
            (false, true) => Rebuild::Never,
            (false, false) => service.rebuild,
        }
    }
}

impl AroundArgs {
    /// Whether somebody said that the containers are left alone.
    pub(crate) fn no_restart(self) -> bool {
        self.no_restart
    }

    /// What is usual, and no backup before it.
    pub(crate) fn without_backup() -> Self {
        Self { no_backup: true, ..Self::default() }
    }
}

/// How long services have after a restart, where it is not as `radoub.toml` says.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct GateArgs {
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    health_timeout: Option<Seconds>,
    #[arg(long, value_name = "SECONDS", value_parser = seconds_or_none)]
    quiet_period: Option<Seconds>,
}

impl GateArgs {
    fn waits(&self, fleet: &Fleet) -> Waits {
        Waits {
            patience: self.health_timeout.map_or(fleet.waits.patience, |it| it.0),
            quiet: self.quiet_period.map_or(fleet.waits.quiet, |it| it.0),
        }
    }
}

impl AroundArgs {
    /// The same for the planner: which containers run is asked of their engine.
    pub(crate) async fn look(
        &self,
        ui: &mut Ui,
        app: &mut App,
        fleet: &Fleet,
    ) -> Result<Around, CliError> {
        let restart =
            if self.no_restart { BTreeSet::new() } else { running(ui, app, fleet).await? };
        let verify = match (self.verify, self.no_verify) {
            (true, _) => Verification::Everybody,
            (false, true) => Verification::Nobody,
            (false, false) => Verification::Restarted,
        };
        let mut self_changing = BTreeMap::new();
        let mut rebuild = BTreeMap::new();
        if !restart.is_empty() {
            let inventory = app.inventory(ui)?;
            for service in fleet.services.iter().filter(|it| restart.contains(&it.name)) {
                let start = inventory.start_of(service);
                if let Some(step) = start.past_history() {
                    self_changing.insert(service.name.clone(), step.clone());
                }
                for unread in start.unread_scripts() {
                    tell_unread(ui, service, unread)?;
                }
            }
            rebuild = builds(ui, app, &inventory, fleet, &restart, self.rebuild).await?;
        }
        Ok(Around { backup: !self.no_backup, restart, rebuild, self_changing, verify })
    }
}

/// Says that nobody knows what a service does to its database when it starts.
pub(crate) fn tell_unread(ui: &mut Ui, service: &Service, unread: &Unseen) -> Result<(), CliError> {
    let values = [
        ("service", service.name.as_str().into()),
        ("script", unread.what.as_str().into()),
        ("place", unread.place.to_string().into()),
    ];
    let text = ui.tell("start-unread", &values);
    ui.warning(&text)?;
    Ok(())
}

/// The builds that are due before these services are restarted.
async fn builds(
    ui: &Ui,
    app: &App,
    inventory: &Inventory,
    fleet: &Fleet,
    restart: &BTreeSet<ServiceName>,
    args: RebuildArgs,
) -> Result<BTreeMap<ServiceName, Due>, CliError> {
    let contained = |it: &&Service| {
        restart.contains(&it.name)
            && it.compose_service.is_some()
            && Errand::Restart.words(it).is_none()
    };
    let mut builds = BTreeMap::new();
    if !fleet.services.iter().any(|it| contained(&it)) {
        return Ok(builds);
    }
    let engine = app.runtime(ui, fleet).await?;
    for service in fleet.services.iter().filter(contained) {
        let due = due(inventory, service, &engine, args.of(service)).await;
        if let Some(due) = due.map_err(|error| runtime_error(ui, &error))? {
            builds.insert(service.name.clone(), due);
        }
    }
    Ok(builds)
}

/// The services that run: those whose containers do, and those that a command restarts. An engine that does not
/// answer is told of, and stops nothing: the work on the databases needs none.
async fn running(ui: &mut Ui, app: &App, fleet: &Fleet) -> Result<BTreeSet<ServiceName>, CliError> {
    let has_command = |it: &&Service| Errand::Restart.words(it).is_some();
    let mut running: BTreeSet<ServiceName> =
        fleet.services.iter().filter(has_command).map(|it| it.name.clone()).collect();
    let is_contained = |it: &Service| it.compose_service.is_some() && !has_command(&it);
    if !fleet.services.iter().any(is_contained) {
        return Ok(running);
    }
    let asked = match app.runtime_of(fleet).await {
        Ok(engine) => engine.containers().await,
        Err(error) => Err(error),
    };
    match asked {
        Ok(all) => {
            let works =
                |state| matches!(state, ContainerState::Running | ContainerState::Restarting);
            let own = of_fleet(fleet, &all).into_iter().filter(|(_, it)| works(it.state));
            running.extend(own.map(|(service, _)| ServiceName::new(service.as_str())));
        }
        Err(error) => {
            let reason = failure_lines(ui, &error.failure()).into_iter().next();
            let reason = reason.unwrap_or_default();
            let text = ui.tell("apply-no-engine", &[("reason", reason.into())]);
            ui.hint(&text)?;
        }
    }
    Ok(running)
}

/// The run that tools are for.
#[derive(Debug)]
pub(crate) struct Occasion<'a> {
    /// The run.
    pub(crate) run: &'a RunId,
    /// When its plan was made, when that was not just now: backups that were taken since will do.
    pub(crate) looked: Option<Timestamp>,
    /// What was counted in it before, when it goes on: file in its folder, and SHA-256 of the bytes.
    pub(crate) counted: BTreeMap<ServiceName, (String, String)>,
    /// Somebody said that the containers are left alone.
    pub(crate) without_containers: bool,
}

/// What the deeds of this plan need.
pub(crate) async fn tools<'a>(
    ui: &Ui,
    app: &App,
    fleet: &'a Fleet,
    saved: &SavedPlan,
    observed: &[Observed],
    occasion: Occasion<'_>,
    gate: &GateArgs,
) -> Result<Tools<'a>, CliError> {
    let has = |deed| saved.services.iter().any(|it| it.deeds.contains(&deed));
    let backup = if has(SavedDeed::BackUp) {
        let request =
            Request { look: app.look(), environment: app.environment(), set: None, prove: true };
        let desk = Desk::open(fleet, &request).await.map_err(|failure| told(ui, &failure))?;
        Some(BackupTool { desk, since: since(observed, occasion.looked) })
    } else {
        None
    };
    let waits = gate.waits(fleet);
    let restarts = |it: &&Service| {
        let mut saved = saved.services.iter();
        saved.any(|saved| {
            saved.service == it.name.as_str() && saved.deeds.contains(&SavedDeed::Restart)
        })
    };
    let restarted: Vec<Service> = fleet.services.iter().filter(restarts).cloned().collect();
    let runtime = if restarted.is_empty() {
        None
    } else {
        let engine = app.engine_for(ui, fleet, &restarted, Errand::Restart).await?;
        let baseline = VerifySettings::default().baseline;
        let patience = Patience { command: waits.patience, ..Patience::default() };
        let mut deeds = saved.services.iter().flat_map(|it| &it.deeds);
        let compose = if deeds.any(|it| matches!(it, SavedDeed::Rebuild(_))) {
            Some(app.compose(ui, fleet).await?)
        } else {
            None
        };
        Some(RuntimeTool { engine, compose, patience, baseline })
    };
    // A run that restarts nothing can do without the engine; what it says of the services then stays open.
    let is_composed = fleet.services.iter().any(|it| it.compose_service.is_some());
    let is_expected = is_composed && !occasion.without_containers;
    let away = if runtime.is_none() && has(SavedDeed::Verify) && is_expected {
        app.runtime_of(fleet).await.err()
    } else {
        None
    };
    let gate = GateSettings {
        look: app.look(),
        patience: waits.patience,
        quiet: if runtime.is_some() { waits.quiet } else { Duration::ZERO },
        ..GateSettings::default()
    };
    let memory = MemoryTool {
        folder: app.journals(fleet).folder_of(occasion.run),
        known: occasion.counted,
        project: fleet.project.clone(),
        census: fleet.census,
    };
    Ok(Tools { backup, runtime, away, gate, doors: Doors::default(), memory: Some(memory) })
}

/// When the plan looked at each database, by the clock of its server.
fn since(observed: &[Observed], looked: Option<Timestamp>) -> BTreeMap<ServiceName, Timestamp> {
    let age = looked.and_then(|at| SystemTime::now().duration_since(at.into()).ok());
    let clock = |one: &Observed| {
        let clock = one.survey.as_ref()?.clock?;
        let then = clock.checked_sub(age.unwrap_or_default())?;
        Some((one.service.clone(), Timestamp::try_from(then).ok()?))
    };
    observed.iter().filter_map(clock).collect()
}
