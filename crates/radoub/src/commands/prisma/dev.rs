//! `prisma migrate dev`: the next migration, written and applied (Prisma facts 6.6).

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use clap::Args;

use radoub_engine::develop::{Bench, Diagnosis, Losses, Next, Reason, diagnose, evaluate};
use radoub_engine::dropin::{Project, find_at};
use radoub_engine::migration_folder::{Draft, WriteError, name, write};
use radoub_engine::reset::{create_missing, reset};
use radoub_engine::schema::{Wanted, wanted};
use radoub_schema::migration::MigrationName;

use super::generate::generate;
use super::pending::{Applied, apply_pending, tree};
use super::seed::seed_after_reset;
use super::{
    App, NOT_INTERACTIVE, Where, created, error, header, managed, refuse, schema_refused,
    unknown_option, unless_interrupted,
};
use crate::commands::scratch::spared_told;
use crate::error::{CliError, Exit};
use crate::ui::Ui;
use crate::ui::ask::Answer;
use crate::ui::live::Live;

/// What `migrate dev` takes; 7 has no generators and no seed to skip, and `--url` instead.
#[derive(Debug, Args)]
pub(super) struct DevArgs {
    #[arg(short, long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long)]
    create_only: bool,
    #[arg(long)]
    skip_generate: bool,
    #[arg(long)]
    skip_seed: bool,
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    place: Where,
}

pub(super) async fn dev(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    args: &DevArgs,
) -> Result<Exit, CliError> {
    let (schema, config) = (args.place.schema.as_deref(), args.place.prisma_config.as_deref());
    let project = match find_at(app.folder(), environment, schema, config, args.url.as_deref()) {
        Ok(project) => project,
        Err(error) => return refuse(ui, &error),
    };
    let unknown = if project.major < 7 {
        [("--url", args.url.is_some()), ("", false)]
    } else {
        [("--skip-generate", args.skip_generate), ("--skip-seed", args.skip_seed)]
    };
    if let Some(refused) = unknown_option(ui, "migrate dev", &unknown)? {
        return Ok(refused);
    }
    header(ui, &project)?;
    let managed = managed(&project);
    let wanted = match wanted(managed, app.folder(), project.major) {
        Ok(wanted) => wanted,
        Err(error) => return schema_refused(ui, &error),
    };
    match create_missing(managed, app.look()).await {
        Ok(true) => created(ui, &project)?,
        Ok(false) => {}
        Err(failure) => return error(ui, &project.url, &failure),
    }
    let workshop = app.workshop_alone(managed.shadow_url.as_ref());
    let bench = Bench { managed, wanted: &wanted, workshop: &workshop, look: app.look() };
    let course = Course { app, environment, args, project: &project, wanted: &wanted, bench };
    let done = Box::pin(course.follow(ui)).await;
    spared_told(ui, &workshop.spared())?;
    // What could not be removed is swept by the next workshop on that server.
    drop(workshop.close().await);
    done
}

/// One call, on its way.
struct Course<'a> {
    app: &'a App,
    environment: &'a BTreeMap<String, String>,
    args: &'a DevArgs,
    project: &'a Project,
    wanted: &'a Wanted,
    bench: Bench<'a>,
}

impl Course<'_> {
    async fn follow(&self, ui: &mut Ui) -> Result<Exit, CliError> {
        let (args, project) = (self.args, self.project);
        let mut was_reset = false;
        let diagnosed = {
            let live = Live::new(&[String::new()], ui.may_draw());
            let mut told =
                |done, all| live.doing(0, format!("Replaying the history: {done}/{all}"));
            unless_interrupted(Box::pin(diagnose(&self.bench, &mut told))).await
        };
        let diagnosis = match diagnosed {
            Some(Ok(diagnosis)) => diagnosis,
            Some(Err(failure)) => return error(ui, &project.url, &failure),
            None => return Ok(Exit::CANCELLED),
        };
        if !diagnosis.reasons.is_empty() {
            if let Some(exit) = self.reset_needed(ui, &diagnosis).await? {
                return Ok(exit);
            }
            was_reset = true;
        }
        let applied = match apply_pending(ui, self.app, project).await? {
            Applied::Names(names) => names,
            Applied::Ended(exit) => return Ok(exit),
        };
        if !applied.is_empty() {
            let folders = tree("migrations", &applied);
            writeln!(ui.data(), "\nThe following migration(s) have been applied:\n\n{folders}")?;
            if !args.create_only {
                writeln!(ui.data())?;
            }
        }
        let next = diagnosis.next(self.wanted);
        if let Some(exit) = self.weigh(ui, &next).await? {
            return Ok(exit);
        }
        if next.is_empty() && !args.create_only {
            let told = match applied.is_empty() && !was_reset {
                true => "Already in sync, no schema change or pending migration was found.",
                false => "Your database is now in sync with your schema.",
            };
            writeln!(ui.data(), "{told}")?;
            return self.finish(ui, was_reset).await;
        }
        let Some(given) = self.name(ui).await? else { return Ok(Exit::NeedsWork) };
        let created = match self.write(&given, &next) {
            Ok(name) => name,
            Err(problem) => return refuse(ui, problem.as_ref()),
        };
        if args.create_only {
            writeln!(
                ui.data(),
                "Prisma Migrate created the following migration without applying it {created}\n\n\
                 You can now edit it and apply it by running prisma migrate dev."
            )?;
            return Ok(Exit::InOrder);
        }
        let applied = match apply_pending(ui, self.app, project).await? {
            Applied::Names(names) => names,
            Applied::Ended(exit) => return Ok(exit),
        };
        let shown = if project.major < 6 { "migrations" } else { &project.migrations_shown };
        let folders = tree(shown, &applied);
        writeln!(
            ui.data(),
            "\nThe following migration(s) have been created and applied from new schema \
             changes:\n\n{folders}\n\nYour database is now in sync with your schema."
        )?;
        self.finish(ui, was_reset).await
    }

    /// Says why the database must be emptied. 5 asks and does it; 6 and 7 leave it to `migrate
    /// reset`. Nothing when the way is free.
    async fn reset_needed(
        &self,
        ui: &mut Ui,
        diagnosis: &Diagnosis,
    ) -> Result<Option<Exit>, CliError> {
        let project = self.project;
        if project.major < 6 && !self.may_ask(ui) {
            not_interactive(ui, project.major)?;
            return Ok(Some(Exit::NeedsWork));
        }
        writeln!(ui.data(), "{}", reasons(&diagnosis.reasons))?;
        let server = project.url.server();
        let schemas = match &project.schemas[..] {
            [] => format!("\"{}\" schema", project.url.schema()),
            many => format!("following schemas: \"{}\"", many.join(", ")),
        };
        let need = format!("We need to reset the {schemas} at \"{server}\"");
        if project.major >= 6 {
            writeln!(
                ui.data(),
                "{need}\n\nYou may use prisma migrate reset to drop the development database.\n\
                 All data will be lost."
            )?;
            return Ok(Some(Exit::CANCELLED));
        }
        let question = format!("{need}\nDo you want to continue? All data will be lost.");
        if !ui.confirm(&question).await? {
            writeln!(ui.data(), "\nReset cancelled.")?;
            return Ok(Some(Exit::CANCELLED));
        }
        match reset(self.bench.managed, self.bench.look).await {
            Ok(()) => Ok(None),
            Err(failure) => Ok(Some(error(ui, &project.url, &failure)?)),
        }
    }

    /// Says what the next migration costs, and asks. Nothing when the way is free.
    async fn weigh(&self, ui: &mut Ui, next: &Next) -> Result<Option<Exit>, CliError> {
        let losses = match evaluate(&self.bench, next).await {
            Ok(losses) => losses,
            Err(failure) => return Ok(Some(error(ui, &self.project.url, &failure)?)),
        };
        let Losses { warnings, unexecutable, .. } = losses;
        if !unexecutable.is_empty() {
            let steps: String = unexecutable
                .iter()
                .map(|(step, text)| format!("  • Step {step} {text}\n"))
                .collect();
            let told = format!("\n⚠️ We found changes that cannot be executed:\n\n{steps}");
            if !self.args.create_only {
                writeln!(
                    ui.status(),
                    "\nError: {told}\nYou can use prisma migrate dev --create-only to create the \
                     migration file, and manually modify it to address the underlying issue(s).\n\
                     Then run prisma migrate dev to apply it and verify it works.\n"
                )?;
                return Ok(Some(Exit::NeedsWork));
            }
            writeln!(ui.status(), "{told}")?;
        }
        if warnings.is_empty() {
            return Ok(None);
        }
        let list: String = warnings.iter().map(|text| format!("  • {text}\n")).collect();
        writeln!(ui.data(), "\n⚠️  Warnings for the current datasource:\n\n{list}")?;
        if !self.may_ask(ui) {
            not_interactive(ui, self.project.major)?;
            return Ok(Some(Exit::NeedsWork));
        }
        let what = if self.args.create_only { "create" } else { "create and apply" };
        if ui.confirm(&format!("Are you sure you want to {what} this migration?")).await? {
            return Ok(None);
        }
        writeln!(ui.data(), "Migration cancelled.")?;
        Ok(Some(Exit::CANCELLED))
    }

    /// The name that was given, or is given now. Nobody to ask is an error; Prisma waits for ever.
    async fn name(&self, ui: &mut Ui) -> Result<Option<String>, CliError> {
        if let Some(name) = self.args.name.as_ref().filter(|name| !name.is_empty()) {
            return Ok(Some(name.clone()));
        }
        if !self.may_ask(ui) {
            not_interactive(ui, self.project.major)?;
            writeln!(ui.status(), "\nGive the migration a name with --name.")?;
            return Ok(None);
        }
        match ui.ask("Enter a name for the new migration:").await? {
            Answer::Line(name) => Ok(Some(name)),
            Answer::Gone => Ok(None),
        }
    }

    fn write(&self, given: &str, next: &Next) -> Result<MigrationName, Box<dyn std::error::Error>> {
        let script = next.script();
        let mut now = SystemTime::now();
        loop {
            let name = name(given, now)?;
            let draft = Draft { name: &name, script: &script, way_back: None };
            match write(&self.bench.managed.migrations, &draft, self.project.major) {
                // One of the same name was made in this very second.
                Err(WriteError::Exists { .. }) => now += Duration::from_secs(1),
                written => return Ok(written.map(|_| name)?),
            }
        }
    }

    /// Generators, and the seed of a database that was emptied (5 and 6).
    async fn finish(&self, ui: &mut Ui, was_reset: bool) -> Result<Exit, CliError> {
        let (args, project) = (self.args, self.project);
        let folder = self.app.folder();
        generate(ui, folder, self.environment, project, args.skip_generate).await?;
        if was_reset {
            return seed_after_reset(ui, folder, self.environment, project, args.skip_seed).await;
        }
        Ok(Exit::InOrder)
    }

    fn may_ask(&self, ui: &Ui) -> bool {
        ui.may_ask(self.environment.get("CI").map(String::as_str))
    }
}

/// Prisma's refusal where nobody can be asked.
fn not_interactive(ui: &mut Ui, major: u8) -> Result<(), CliError> {
    let link = match major {
        ..=6 => {
            "https://www.prisma.io/docs/reference/api-reference/command-reference#migrate-deploy"
        }
        _ => "https://pris.ly/d/migrate-deploy",
    };
    writeln!(
        ui.status(),
        "Error: {NOT_INTERACTIVE}, which is not supported.\n\n\
         `prisma migrate dev` is an interactive command designed to create new migrations and \
         evolve the database in development.\n\
         To apply existing migrations in deployments, use prisma migrate deploy.\nSee {link}"
    )?;
    Ok(())
}

/// The reasons as the engine's text: several are a list.
fn reasons(reasons: &[Reason]) -> String {
    match reasons {
        [only] => sentence(only),
        many => many.iter().map(|reason| format!("- {}\n", sentence(reason))).collect(),
    }
}

fn sentence(reason: &Reason) -> String {
    let list = |names: &[MigrationName]| {
        names.iter().map(MigrationName::as_str).collect::<Vec<_>>().join(", ")
    };
    match reason {
        Reason::Failed(name) => format!("The migration `{name}` failed."),
        Reason::Edited(name) => {
            format!("The migration `{name}` was modified after it was applied.")
        }
        Reason::Missing(names) => format!(
            "The following migration(s) are applied to the database but missing from the local \
             migrations directory: {}",
            list(names)
        ),
        Reason::Diverged { last_common: None, .. } => "The migrations recorded in the database \
             diverge from the local migrations directory."
            .to_owned(),
        Reason::Diverged { last_common: Some(common), missing } => format!(
            "The migrations recorded in the database diverge from the local migrations directory. \
             Last common migration: `{common}`. Migrations applied to the database but absent from \
             the migrations directory are: {}",
            list(missing)
        ),
        Reason::Drift { summary, first_use } => {
            let hint = if *first_use {
                "If you are running this the first time on an existing database, please make sure \
                 to read this documentation page:\n\
                 https://www.prisma.io/docs/guides/database/developing-with-prisma-migrate/\
                 troubleshooting-development\n"
            } else {
                ""
            };
            format!(
                "Drift detected: Your database schema is not in sync with your migration \
                 history.\n\nThe following is a summary of the differences between the expected \
                 database schema given your migrations files, and the actual schema of the \
                 database.\n\nIt should be understood as the set of changes to get from the \
                 expected schema to the actual schema.\n{}{hint}{summary}",
                if *first_use { "\n" } else { "" }
            )
        }
    }
}
