//! `prisma db execute`: a script on a database, without a ledger (Prisma facts 6.7).

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::PathBuf;

use clap::Args;

use radoub_engine::dropin::{find, named_url};
use radoub_engine::schema::followed;

use super::{App, error, refuse, told_files, unknown_option};
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// What `db execute` takes. 7 has no `--url` and no `--schema`: there the configuration file names
/// the database.
#[derive(Debug, Args)]
pub(super) struct ExecuteArgs {
    // Under the id of the shared option of that name, which means nothing here.
    #[arg(long = "file", id = "files", value_name = "FILE")]
    file: Option<PathBuf>,
    #[arg(long)]
    stdin: bool,
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    schema: Option<PathBuf>,
    #[arg(long = "config", id = "config", value_name = "FILE")]
    prisma_config: Option<PathBuf>,
}

pub(super) async fn execute(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    args: &ExecuteArgs,
) -> Result<Exit, CliError> {
    let (schema, config) = (args.schema.as_deref(), args.prisma_config.as_deref());
    // What `--url` names needs no schema to be there.
    let found = match &args.url {
        Some(_) => None,
        None => Some(find(app.folder(), environment, schema, config)),
    };
    let major = match &found {
        Some(Ok(project)) => {
            let (file, env_files) = (project.config_file.as_deref(), &project.env_files);
            told_files(ui, file, env_files, project.major, true)?;
            project.major
        }
        _ => followed(app.folder(), environment, &[]),
    };
    if major >= 7 {
        let flags = [("--url", args.url.is_some()), ("--schema", args.schema.is_some())];
        if let Some(refused) = unknown_option(ui, "db execute", &flags)? {
            return Ok(refused);
        }
    }
    // Prisma's order of complaints.
    let place_wanted = major < 7 && args.url.is_none() && args.schema.is_none();
    let wrong = if args.stdin && args.file.is_some() {
        Some("--stdin and --file cannot be used at the same time. Only 1 must be provided. ")
    } else if !args.stdin && args.file.is_none() {
        Some("Either --stdin or --file must be provided.")
    } else if args.url.is_some() && args.schema.is_some() {
        Some("--url and --schema cannot be used at the same time. Only 1 must be provided.")
    } else if place_wanted {
        Some("Either --url or --schema must be provided.")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        writeln!(ui.status(), "Error: {wrong}\nSee `prisma db execute -h`")?;
        return Ok(Exit::NeedsWork);
    }
    let (name, text) = match &args.file {
        None => ("the standard input".to_owned(), read_input()),
        Some(file) => {
            let path = app.folder().join(file);
            if !path.exists() {
                let file = file.display();
                writeln!(ui.status(), "Error: Provided --file at {file} doesn't exist.")?;
                return Ok(Exit::NeedsWork);
            }
            let bytes = std::fs::read(path);
            // As the file of a migration is read.
            let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            (file.display().to_string(), text)
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            writeln!(ui.status(), "Error: {name} cannot be read: {error}")?;
            return Ok(Exit::NeedsWork);
        }
    };
    let place = match (found, &args.url) {
        (Some(found), _) => found.map(|project| (project.url, project.schema_folder)),
        (None, url) => {
            let url = named_url(url.as_deref().unwrap_or_default());
            url.map(|url| (url, app.folder().to_owned()))
        }
    };
    let (url, folder) = match place {
        Ok(place) => place,
        Err(error) => return refuse(ui, &error),
    };
    match radoub_engine::execute::execute(&url, &folder, &name, &text, &app.look()).await {
        Ok(()) => {
            writeln!(ui.data(), "Script executed successfully.")?;
            Ok(Exit::InOrder)
        }
        Err(failure) => error(ui, &url, &failure),
    }
}

fn read_input() -> io::Result<String> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
