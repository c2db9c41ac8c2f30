//! `prisma db pull`: a live database becomes the schema.
//!
//! Words, streams and exit codes are those of the real CLI 6.19 without a terminal (measured).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use radoub_engine::dropin::{Project, find_at};
use radoub_engine::pull::{PullError, PullSettings, Pulled, PulledFile};

use super::text::mistakes;
use super::validate::document;
use super::{App, error, header, refuse, told_files};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `db pull` takes.
#[derive(Debug, Args)]
pub(super) struct PullArgs {
    #[arg(long)]
    force: bool,
    #[arg(long)]
    print: bool,
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    schemas: Option<Vec<String>>,
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    schema: Option<PathBuf>,
    #[arg(long = "config", id = "config", value_name = "FILE")]
    prisma_config: Option<PathBuf>,
    // Of other databases; understood and without effect on PostgreSQL.
    #[arg(long, hide = true, value_name = "NUMBER", allow_negative_numbers = true)]
    composite_type_depth: Option<i32>,
    #[arg(long, hide = true)]
    local_d1: bool,
}

pub(super) async fn pull(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    args: &PullArgs,
) -> Result<Exit, CliError> {
    if args.local_d1 {
        let text = "--local-d1 is for Cloudflare D1; radoub speaks to PostgreSQL only.";
        writeln!(ui.status(), "Error: {text}\n")?;
        return Ok(Exit::NeedsWork);
    }
    let (schema, config) = (args.schema.as_deref(), args.prisma_config.as_deref());
    let found = find_at(app.folder(), environment, schema, config, args.url.as_deref());
    let project = match found {
        Ok(project) => project,
        Err(error) => return refuse(ui, &error),
    };
    let is_quiet = args.print || ui.view() == View::Json;
    if is_quiet {
        let config = project.config_file.as_deref();
        told_files(ui, config, &project.env_files, project.major, true)?;
    } else {
        header(ui, &project)?;
    }
    let began = Instant::now();
    let based = format!("Introspecting based on datasource defined in {}", project.schema_shown);
    let settings = PullSettings {
        look: app.look(),
        force: args.force,
        namespaces: args.schemas.as_deref().filter(|names| !names.is_empty()),
    };
    let mut told = Ok(());
    let connected = || {
        if !is_quiet {
            told = writeln!(ui.data(), "- {based}");
        }
    };
    let pulled = radoub_engine::pull::pull(&project, app.folder(), &settings, connected).await;
    told?;
    let pulled = match pulled {
        Ok(pulled) => pulled,
        Err(problem) => {
            let is_away = matches!(problem, PullError::Database(_) | PullError::Schema(_));
            if !is_quiet && !is_away {
                writeln!(ui.data(), "✖ {based}\n")?;
            }
            return stop(ui, &project, &problem);
        }
    };
    if !args.print
        && let Err((file, problem)) = pulled.write()
    {
        writeln!(ui.status(), "Error: `{file}` cannot be written: {problem}\n")?;
        return Ok(Exit::NeedsWork);
    }
    if ui.view() == View::Json {
        show_json(ui, &project, args.print, &pulled)?;
    } else if args.print {
        print(ui, &pulled)?;
    } else {
        let (models, it) = match pulled.models {
            1 => ("1 model".to_owned(), "it"),
            many => (format!("{many} models"), "them"),
        };
        let (schema, took) = (&project.schema_shown, began.elapsed().as_millis());
        let warnings = match &pulled.warnings {
            none if none.is_empty() => String::new(),
            some => format!("{some}\n"),
        };
        writeln!(
            ui.data(),
            "✔ Introspected {models} and wrote {it} into {schema} in {took}ms\n      \n\
             {warnings}Run prisma generate to generate Prisma Client.\n"
        )?;
    }
    Ok(Exit::InOrder)
}

/// The text on standard output, what a person should know beside it, as comments.
fn print(ui: &mut Ui, pulled: &Pulled) -> Result<(), CliError> {
    let text = match &pulled.files[..] {
        [only] => only.text.clone(),
        many => {
            let one = |file: &PulledFile| format!("// {}\n{}", file.file, file.text);
            many.iter().map(one).collect::<Vec<_>>().join("\n")
        }
    };
    writeln!(ui.data(), "{text}\n")?;
    if !pulled.warnings.is_empty() {
        let commented = pulled.warnings.replace('\n', "\n// ");
        writeln!(ui.status(), "\n// {commented}")?;
    }
    Ok(())
}

fn show_json(ui: &mut Ui, project: &Project, print: bool, pulled: &Pulled) -> Result<(), CliError> {
    let file = |it: &PulledFile| json!({ "path": it.file, "changed": it.changed, "text": it.text });
    ui.json(&json!({
        "version": 1,
        "command": "prisma db pull",
        "schema": project.schema_shown,
        "major": project.major,
        "models": pulled.models,
        "files": pulled.files.iter().map(file).collect::<Vec<_>>(),
        "views": pulled.views.iter().map(file).collect::<Vec<_>>(),
        "removed": pulled.gone,
        "written": !print,
        "warnings": pulled.warnings,
    }))?;
    Ok(())
}

/// Prisma's words for what stopped it.
fn stop(ui: &mut Ui, project: &Project, problem: &PullError) -> Result<Exit, CliError> {
    match problem {
        PullError::Database(failure) => return error(ui, &project.url, failure),
        PullError::Schema(problem) => return refuse(ui, problem),
        PullError::Refused(wrong) => {
            if ui.view() == View::Json {
                ui.json(&json!({
                    "version": 1,
                    "command": "prisma db pull",
                    "schema": project.schema_shown,
                    "major": project.major,
                    "errors": wrong.iter().map(document).collect::<Vec<_>>(),
                }))?;
                return Ok(Exit::NeedsWork);
            }
            writeln!(ui.status(), "Error: P1012\n")?;
            mistakes(ui, wrong)?;
            writeln!(
                ui.status(),
                "\nIntrospection failed as your current Prisma schema file is invalid\n\n\
                 Please fix your current schema manually (using either prisma validate or the \
                 Prisma VS Code extension to understand what's broken and confirm you fixed it), \
                 and then run this command again.\n\
                 Or run this command with the --force flag to ignore your current schema and \
                 overwrite it. All local modifications will be lost.\n"
            )?;
        }
        PullError::Empty => writeln!(
            ui.status(),
            "Error: \nP4001 The introspected database was empty:\n\n\
             prisma db pull could not create any models in your schema.prisma file and you will \
             not be able to generate Prisma Client with the prisma generate command.\n\n\
             To fix this, you have two options:\n\n\
             - manually create a table in your database.\n\
             - make sure the database connection URL inside the datasource block in schema.prisma \
             points to a database that is not empty (it must contain at least one table).\n\n\
             Then you can run prisma db pull again. \n"
        )?,
        PullError::LeavesScope { table, target, namespace, constraint } => writeln!(
            ui.status(),
            "Error: P4002\n\nThe schema of the introspected database was inconsistent: Cross \
             schema references are only allowed when the target schema is listed in the schemas \
             property of your datasource. `{table}` points to `{target}` in constraint \
             `{constraint}`. Please add `{namespace}` to your `schemas` property and run this \
             command again.\n"
        )?,
    }
    Ok(Exit::NeedsWork)
}
