//! What commands that need scratch databases share: the flag, the workshop, and the words for where they
//! lay and why.

use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use radoub_engine::failure::Failure;
use radoub_engine::fleet::Fleet;
use radoub_engine::scratch::{Chosen, Forced, Passed, ReplayStop, Workshop, WorkshopSettings};

use super::App;
use super::check::{failure_document, failure_lines, failure_remedy};
use crate::error::CliError;
use crate::settings;
use crate::ui::Ui;

/// Where scratch databases are to lie.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct ScratchArgs {
    #[arg(long, value_name = "server|local|embedded", env = "RADOUB_SCRATCH")]
    scratch: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Server,
    Local,
    Embedded,
}

impl From<Kind> for Forced {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Server => Self::Server,
            Kind::Local => Self::Local,
            Kind::Embedded => Self::Embedded,
        }
    }
}

impl App {
    /// The workshop of a command: flag over variable over `radoub.toml` over the first ground that there is.
    ///
    /// Whoever opens it closes it, also when the work is interrupted.
    pub(crate) fn workshop(&self, fleet: &Fleet, args: ScratchArgs) -> Workshop {
        let look = self.look();
        Workshop::new(WorkshopSettings {
            forced: args.scratch.map(Forced::from).or(fleet.scratch),
            timeout: look.timeout,
            per_server: look.lanes.per_server,
            temporary: std::env::temp_dir(),
            search: settings::search_path(),
            live: fleet.live.clone(),
        })
    }
}

/// Does some work with a workshop, and takes the workshop's databases away afterwards, also when Ctrl-C ends the
/// work.
pub(crate) async fn within<T>(
    workshop: Workshop,
    work: impl AsyncFnOnce(&Workshop) -> T,
) -> Worked<T> {
    let done = tokio::select! {
        done = work(&workshop) => Some(done),
        () = super::running::asked_to_stop() => None,
    };
    Worked { done, spared: workshop.spared(), closed: workshop.close().await }
}

/// Says which configured shadow databases were left alone, why, and what to do about it.
pub(crate) fn spared_told(ui: &mut Ui, spared: &[Failure]) -> Result<(), CliError> {
    for failure in spared {
        let lines = failure_lines(ui, failure);
        ui.warning(&lines.join(" "))?;
        if let Some(remedy) = failure_remedy(ui, failure, "") {
            ui.hint(&remedy)?;
        }
    }
    Ok(())
}

/// What came of the work, and of the workshop.
pub(crate) struct Worked<T> {
    done: Option<T>,
    spared: Vec<Failure>,
    closed: Result<(), Failure>,
}

impl<T> Worked<T> {
    /// Says what is left behind, and gives what was done.
    ///
    /// # Errors
    ///
    /// That the work was interrupted.
    pub(crate) fn told(self, ui: &mut Ui) -> Result<T, CliError> {
        spared_told(ui, &self.spared)?;
        if let Err(failure) = self.closed {
            let lines = failure_lines(ui, &failure);
            ui.warning(&lines.join(" "))?;
        }
        self.done.ok_or_else(|| CliError::Told {
            heading: ui.say("error-interrupted"),
            causes: Vec::new(),
            remedy: None,
        })
    }
}

/// Where scratch databases lay, and what is to be known of it; a line each.
pub(crate) fn chosen_lines(ui: &Ui, chosen: &Chosen) -> Vec<String> {
    let ground = ui.say(&format!("scratch-ground-{}", chosen.ground.as_str()));
    let values = [
        ("ground", ground.into()),
        ("server", chosen.server.as_str().into()),
        ("version", chosen.major.to_string().into()),
    ];
    let mut lines = vec![ui.tell("scratch-used", &values)];
    lines.extend(passed_lines(ui, &chosen.passed));
    if let Some((scratch, service)) = chosen.other_major() {
        let values =
            [("scratch", scratch.to_string().into()), ("service", service.to_string().into())];
        lines.push(ui.tell("scratch-other-major", &values));
    }
    if !chosen.template_tables.is_empty() {
        let tables = chosen.template_tables.join(", ");
        let values = [("tables", tables.into()), ("server", chosen.server.as_str().into())];
        lines.push(ui.tell("scratch-template-tables", &values));
    }
    lines
}

/// What is against each ground that was passed over; a line each.
pub(crate) fn passed_lines(ui: &Ui, passed: &[Passed]) -> Vec<String> {
    let line = |one: &Passed| {
        let ground = ui.say(&format!("scratch-ground-{}", one.ground.as_str()));
        let reason = failure_lines(ui, &one.failure).join(" ");
        ui.tell("scratch-passed", &[("ground", ground.into()), ("reason", reason.into())])
    };
    passed.iter().map(line).collect()
}

/// Why a history did not come to its end, and what to do about it.
pub(crate) fn stop_lines(
    ui: &Ui,
    stop: &ReplayStop,
    service: &str,
) -> (Vec<String>, Option<String>) {
    let mut lines = failure_lines(ui, &stop.failure);
    lines.extend(passed_lines(ui, &stop.passed));
    (lines, failure_remedy(ui, &stop.failure, service))
}

/// The same in JSON.
pub(crate) fn stop_document(ui: &Ui, stop: &ReplayStop) -> Json {
    json!({
        "migration": stop.migration.as_ref().map(ToString::to_string),
        "ran": stop.ran,
        "problem": failure_document(ui, &stop.failure),
        "passed": passed_document(ui, &stop.passed),
        "scratch": stop.chosen.as_ref().map(|it| chosen_document(ui, it)),
    })
}

/// The ground of a scratch database in JSON.
pub(crate) fn chosen_document(ui: &Ui, chosen: &Chosen) -> Json {
    json!({
        "ground": chosen.ground.as_str(),
        "server": chosen.server,
        "serverMajor": chosen.major,
        "serviceMajor": chosen.service_major,
        "templateTables": chosen.template_tables,
        "passed": passed_document(ui, &chosen.passed),
    })
}

fn passed_document(ui: &Ui, passed: &[Passed]) -> Vec<Json> {
    let one = |it: &Passed| json!({ "ground": it.ground.as_str(), "problem": failure_document(ui, &it.failure) });
    passed.iter().map(one).collect()
}
