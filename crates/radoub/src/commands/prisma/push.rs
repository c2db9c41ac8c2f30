//! `prisma db push`: the database made what the schema wants, without a history (Prisma facts 6.7).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use clap::Args;

use radoub_engine::dropin::{Project, find_at};
use radoub_engine::fleet::Managed;
use radoub_engine::push::{Outcome, Pushed, push as make_equal};
use radoub_engine::reset::{create_missing, reset};
use radoub_engine::schema::{Wanted, WantedError, wanted};

use super::generate::generate;
use super::{
    App, Where, created, error, header, managed, mistakes_refused, refuse, schema_refused,
    unknown_option,
};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// What `db push` takes; 7 has no generators to skip, and `--url` instead.
#[derive(Debug, Args)]
pub(super) struct PushArgs {
    #[arg(long)]
    accept_data_loss: bool,
    #[arg(long)]
    force_reset: bool,
    #[arg(long)]
    skip_generate: bool,
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    place: Where,
}

pub(super) async fn push(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    args: &PushArgs,
) -> Result<Exit, CliError> {
    let (schema, config) = (args.place.schema.as_deref(), args.place.prisma_config.as_deref());
    let project = match find_at(app.folder(), environment, schema, config, args.url.as_deref()) {
        Ok(project) => project,
        Err(error) => return refuse(ui, &error),
    };
    let unknown = match project.major {
        ..=6 => ("--url", args.url.is_some()),
        _ => ("--skip-generate", args.skip_generate),
    };
    if let Some(refused) = unknown_option(ui, "db push", &[unknown])? {
        return Ok(refused);
    }
    header(ui, &project)?;
    let managed = managed(&project);
    let wanted = match wanted(managed, app.folder(), project.major) {
        Ok(wanted) => wanted,
        Err(WantedError::Refused(wrong)) => return mistakes_refused(ui, &wrong),
        Err(error) => return schema_refused(ui, &error),
    };
    match create_missing(managed, app.look()).await {
        Ok(true) => created(ui, &project)?,
        Ok(false) => {}
        Err(failure) => return error(ui, &project.url, &failure),
    }
    let course = Course { app, environment, args, project: &project, managed, wanted: &wanted };
    course.follow(ui).await
}

/// One call, on its way.
struct Course<'a> {
    app: &'a App,
    environment: &'a BTreeMap<String, String>,
    args: &'a PushArgs,
    project: &'a Project,
    managed: &'a Managed,
    wanted: &'a Wanted,
}

impl Course<'_> {
    async fn follow(&self, ui: &mut Ui) -> Result<Exit, CliError> {
        let (args, project) = (self.args, self.project);
        if args.force_reset
            && let Some(exit) = self.empty(ui).await?
        {
            return Ok(exit);
        }
        let began = Instant::now();
        let mut pushed = match self.attempt(ui, args.accept_data_loss).await? {
            Ok(pushed) => pushed,
            Err(exit) => return Ok(exit),
        };
        if !pushed.losses.unexecutable.is_empty() {
            if let Some(exit) = self.impossible(ui, &pushed).await? {
                return Ok(exit);
            }
            // The database is empty by now, so nothing can be lost.
            pushed = match self.attempt(ui, true).await? {
                Ok(pushed) => pushed,
                Err(exit) => return Ok(exit),
            };
        } else if !pushed.losses.warnings.is_empty() {
            let list: String =
                pushed.losses.warnings.iter().map(|text| format!("  • {text}\n")).collect();
            writeln!(
                ui.data(),
                "⚠️  There might be data loss when applying the changes:\n\n{list}\n"
            )?;
        }
        if pushed.outcome == Outcome::Refused {
            if !self.may_ask(ui) {
                writeln!(
                    ui.status(),
                    "Error: Use the --accept-data-loss flag to ignore the data loss warnings like \
                     prisma db push --accept-data-loss"
                )?;
                return Ok(Exit::NeedsWork);
            }
            if !ui.confirm("Do you want to ignore the warning(s)?").await? {
                writeln!(ui.data(), "Push cancelled.")?;
                return Ok(Exit::CANCELLED);
            }
            pushed = match self.attempt(ui, true).await? {
                Ok(pushed) => pushed,
                Err(exit) => return Ok(exit),
            };
        }
        match pushed.outcome {
            Outcome::InSync if !args.force_reset => {
                let told = "The database is already in sync with the Prisma schema.";
                writeln!(ui.data(), "{told}")?;
            }
            Outcome::InSync | Outcome::Done(_) => writeln!(
                ui.data(),
                "\n🚀  Your database is now in sync with your Prisma schema. Done in {}",
                took(began.elapsed())
            )?,
            Outcome::Refused => return Ok(Exit::NeedsWork),
        }
        let folder = self.app.folder();
        generate(ui, folder, self.environment, project, args.skip_generate).await?;
        Ok(Exit::InOrder)
    }

    async fn attempt(&self, ui: &mut Ui, accept: bool) -> Result<Result<Pushed, Exit>, CliError> {
        match make_equal(self.managed, self.wanted, accept, self.app.look()).await {
            Ok(pushed) => Ok(Ok(pushed)),
            Err(failure) => Ok(Err(error(ui, &self.project.url, &failure)?)),
        }
    }

    /// Empties the database and says so.
    async fn empty(&self, ui: &mut Ui) -> Result<Option<Exit>, CliError> {
        let url = &self.project.url;
        if let Err(failure) = reset(self.managed, self.app.look()).await {
            return Ok(Some(error(ui, url, &failure)?));
        }
        let (schemas, verb) = match &self.project.schemas[..] {
            [] => (format!("schema \"{}\"", url.schema()), "was"),
            many => (format!("schemas \"{}\"", many.join(", ")), "were"),
        };
        let place = match self.project.major < 6 && !self.args.force_reset {
            // Where it was asked about and not told to.
            true => "from".to_owned(),
            false => format!("{schemas} at"),
        };
        writeln!(
            ui.data(),
            "The PostgreSQL database \"{}\" {place} \"{}\" {verb} successfully reset.",
            url.database(),
            url.server()
        )?;
        Ok(None)
    }

    /// Says what cannot be done. 5 asks whether to empty the database; 6 and 7 name the flag.
    /// Nothing when the database was emptied.
    async fn impossible(&self, ui: &mut Ui, pushed: &Pushed) -> Result<Option<Exit>, CliError> {
        let list: String =
            pushed.losses.unexecutable.iter().map(|(_, text)| format!("  • {text}\n")).collect();
        let told = format!("\n⚠️ We found changes that cannot be executed:\n\n{list}");
        if self.project.major >= 6 || !self.may_ask(ui) {
            let may = if self.project.major >= 6 { "You may use the" } else { "Use the" };
            writeln!(
                ui.status(),
                "Error: {told}\n{may} --force-reset flag to drop the database before push like \
                 prisma db push --force-reset\nAll data will be lost."
            )?;
            return Ok(Some(Exit::NeedsWork));
        }
        writeln!(ui.data(), "{told}")?;
        let question = "To apply this change we need to reset the database, do you want to \
                        continue? All data will be lost.";
        if !ui.confirm(question).await? {
            writeln!(ui.data(), "Reset cancelled.")?;
            return Ok(Some(Exit::CANCELLED));
        }
        self.empty(ui).await
    }

    fn may_ask(&self, ui: &Ui) -> bool {
        ui.may_ask(self.environment.get("CI").map(String::as_str))
    }
}

/// `262ms`, `2.41s`.
fn took(time: Duration) -> String {
    match time.as_millis() {
        milliseconds @ ..1000 => format!("{milliseconds}ms"),
        _ => format!("{:.2}s", time.as_secs_f64()),
    }
}
