//! What `plan` and `apply` are asked for alike: which services, how far, and what is agreed to.

use radoub_engine::fleet::{Fleet, ServiceName};
use radoub_engine::hazard::Hazard;
use radoub_engine::plan::{Consent, Request};
use radoub_engine::source::OnDisk;

use super::App;
use super::around::AroundArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// Which services, how far, and what is agreed to.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Wanted {
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    pub(crate) except: Vec<String>,
    #[arg(long, value_name = "MIGRATION")]
    pub(crate) until: Option<String>,
    #[arg(long)]
    pub(crate) create_database: bool,
    #[arg(long = "allow", value_name = "HAZARD", value_delimiter = ',', value_parser = hazard)]
    pub(crate) allow: Vec<Hazard>,
    #[arg(long, value_name = "N")]
    pub(crate) max_failures: Option<usize>,
    #[command(flatten)]
    pub(crate) around: AroundArgs,
}

pub(crate) fn hazard(text: &str) -> Result<Hazard, String> {
    Hazard::named(text).ok_or_else(|| {
        let known: Vec<&str> = Hazard::ALL.iter().map(|it| it.as_str()).collect();
        known.join(", ")
    })
}

impl Wanted {
    /// The services that were asked for, in the order of the fleet.
    pub(crate) fn narrow(&self, ui: &Ui, fleet: Fleet) -> Result<Fleet, CliError> {
        let asked: Vec<String> = self.services.iter().chain(&self.only).cloned().collect();
        let mut fleet = App::narrow(ui, fleet, &asked)?;
        if !self.except.is_empty() {
            let out = App::narrow(ui, fleet.clone(), &self.except)?;
            let is_out = |name: &ServiceName| out.services.iter().any(|it| it.name == *name);
            fleet.services.retain(|it| !is_out(&it.name));
        }
        Ok(fleet)
    }

    /// The same for the planner.
    pub(crate) fn request(&self, fleet: &Fleet) -> Request {
        Request {
            consent: Consent {
                hazards: self.allow.iter().copied().collect(),
                create_database: self.create_database,
                ..Consent::default()
            },
            until: self.until.clone(),
            max_failures: self.max_failures.or(fleet.limits.max_failures),
            ..Request::default()
        }
    }

    /// That `--until` names something: a migration of one of these folders, or a time.
    pub(crate) fn check_until<'a>(
        &self,
        ui: &Ui,
        folders: impl IntoIterator<Item = &'a OnDisk>,
    ) -> Result<(), CliError> {
        let Some(until) = &self.until else { return Ok(()) };
        let is_time = until.len() >= 4 && until.bytes().all(|byte| byte.is_ascii_digit());
        let is_there = |on_disk: &OnDisk| {
            on_disk.migrations.iter().any(|it| it.name.as_str().starts_with(until.as_str()))
        };
        if is_time || folders.into_iter().any(is_there) {
            return Ok(());
        }
        Err(CliError::Told {
            heading: ui.tell("plan-until-unknown", &[("migration", until.as_str().into())]),
            causes: Vec::new(),
            remedy: Some(ui.say("plan-until-unknown-remedy")),
        })
    }
}
