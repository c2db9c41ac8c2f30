//! `prisma migrate diff`: what turns one schema into another, as a script or as a summary
//! (Prisma facts 6.5 and 10.9).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use radoub_engine::compare::{CompareError, Comparison, Question, Side, compare};
use radoub_engine::dropin::{Configured, ProjectError, configured, named_url};
use radoub_engine::schema::{SchemaError, SchemaText, followed, read};

use super::validate::document;
use super::{
    App, error, mistakes_refused, schema_refused, told_files, unknown_option, unless_interrupted,
};
use crate::commands::scratch::spared_told;
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `migrate diff` takes: the names of 5 and 6, and those of 7. Up to 6 both are taken.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    #[arg(long)]
    from_empty: bool,
    #[arg(long)]
    to_empty: bool,
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    from_schema: Option<PathBuf>,
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    to_schema: Option<PathBuf>,
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    from_schema_datamodel: Option<PathBuf>,
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    to_schema_datamodel: Option<PathBuf>,
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    from_schema_datasource: Option<PathBuf>,
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    to_schema_datasource: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    from_url: Option<String>,
    #[arg(long, value_name = "URL")]
    to_url: Option<String>,
    #[arg(long)]
    from_config_datasource: bool,
    #[arg(long)]
    to_config_datasource: bool,
    #[arg(long, value_name = "FOLDER")]
    from_migrations: Option<PathBuf>,
    #[arg(long, value_name = "FOLDER")]
    to_migrations: Option<PathBuf>,
    #[arg(long, hide = true)]
    from_local_d1: bool,
    #[arg(long, hide = true)]
    to_local_d1: bool,
    #[arg(long, value_name = "URL")]
    shadow_database_url: Option<String>,
    #[arg(long)]
    script: bool,
    #[arg(long)]
    exit_code: bool,
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[arg(long = "config", id = "config", value_name = "FILE")]
    prisma_config: Option<PathBuf>,
}

/// How a side is named.
#[derive(Debug, Clone, Copy)]
enum Named<'a> {
    Empty,
    Schema(&'static str, &'a Path),
    Datasource(&'static str, &'a Path),
    Url(&'a str),
    Config,
    Migrations(&'a Path),
    LocalD1,
}

impl DiffArgs {
    fn from(&self) -> Vec<Named<'_>> {
        let mut named = Vec::new();
        named.extend(self.from_empty.then_some(Named::Empty));
        let schema = |option| move |path| Named::Schema(option, path);
        named.extend(self.from_schema.as_deref().map(schema("--from-schema")));
        let datamodel = self.from_schema_datamodel.as_deref();
        named.extend(datamodel.map(schema("--from-schema-datamodel")));
        let datasource = self.from_schema_datasource.as_deref();
        named.extend(datasource.map(|path| Named::Datasource("--from-schema-datasource", path)));
        named.extend(self.from_url.as_deref().map(Named::Url));
        named.extend(self.from_config_datasource.then_some(Named::Config));
        named.extend(self.from_migrations.as_deref().map(Named::Migrations));
        named.extend(self.from_local_d1.then_some(Named::LocalD1));
        named
    }

    fn to(&self) -> Vec<Named<'_>> {
        let mut named = Vec::new();
        named.extend(self.to_empty.then_some(Named::Empty));
        let schema = |option| move |path| Named::Schema(option, path);
        named.extend(self.to_schema.as_deref().map(schema("--to-schema")));
        let datamodel = self.to_schema_datamodel.as_deref();
        named.extend(datamodel.map(schema("--to-schema-datamodel")));
        let datasource = self.to_schema_datasource.as_deref();
        named.extend(datasource.map(|path| Named::Datasource("--to-schema-datasource", path)));
        named.extend(self.to_url.as_deref().map(Named::Url));
        named.extend(self.to_config_datasource.then_some(Named::Config));
        named.extend(self.to_migrations.as_deref().map(Named::Migrations));
        named.extend(self.to_local_d1.then_some(Named::LocalD1));
        named
    }

    /// The first flag that 7 took away, and what it says to use.
    fn removed(&self) -> Option<(&'static str, &'static str)> {
        const DATASOURCE: &str = "`--[from/to]-config-datasource` in combination with a Prisma \
                                  config file that contains the appropriate datasource";
        const SCHEMA: &str = "`--[from/to]-schema`";
        let flags = [
            ("--from-url", self.from_url.is_some(), DATASOURCE),
            ("--from-schema-datasource", self.from_schema_datasource.is_some(), DATASOURCE),
            ("--from-schema-datamodel", self.from_schema_datamodel.is_some(), SCHEMA),
            ("--from-local-d1", self.from_local_d1, DATASOURCE),
            ("--to-url", self.to_url.is_some(), DATASOURCE),
            ("--to-schema-datasource", self.to_schema_datasource.is_some(), DATASOURCE),
            ("--to-schema-datamodel", self.to_schema_datamodel.is_some(), SCHEMA),
            ("--to-local-d1", self.to_local_d1, DATASOURCE),
        ];
        let used = flags.into_iter().find(|(_, used, _)| *used);
        used.map(|(flag, _, instead)| (flag, instead))
    }
}

pub(super) async fn diff(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    args: &DiffArgs,
) -> Result<Exit, CliError> {
    let (from, to) = (args.from(), args.to());
    let paths = || [&from, &to].into_iter().flatten().filter_map(Named::schema);
    let configured =
        configured(app.folder(), environment, paths().next(), args.prisma_config.as_deref());
    let configured = match configured {
        // A schema that is not there is told under the name of its option.
        Err(ProjectError::NotThere { option: "--schema", .. }) => Ok(None),
        other => other.map(Some),
    };
    let configured = match configured {
        Ok(configured) => configured,
        Err(error) => return told(ui, &error.to_string()),
    };
    if let Some(file) = configured.as_ref().and_then(|it| it.config_file.as_deref())
        && ui.view() != View::Json
    {
        told_files(ui, Some(file), &[], 7, false)?;
    }
    let texts: Vec<SchemaText> =
        paths().filter_map(|path| read(app.folder(), "--schema", path).ok()).collect();
    let major = followed(app.folder(), environment, &texts.iter().collect::<Vec<_>>());
    if major >= 7 {
        let shadow = [("--shadow-database-url", args.shadow_database_url.is_some())];
        if let Some(refused) = unknown_option(ui, "migrate diff", &shadow)? {
            return Ok(refused);
        }
        if let Some((flag, instead)) = args.removed() {
            let see = "See `prisma migrate diff -h`";
            return told(
                ui,
                &format!("\n`{flag}` was removed. Please use {instead} instead.\n\n{see}"),
            );
        }
    }
    let (from, to) = match (from.as_slice(), to.as_slice()) {
        ([from], [to]) => (*from, *to),
        (from, to) => {
            let sides = [("from", from.len()), ("to", to.len())];
            let wrong: Vec<String> = sides
                .iter()
                .filter(|(_, count)| *count != 1)
                .map(|(side, count)| {
                    format!("\n{count} `--{side}-...` parameter(s) provided. 1 must be provided.")
                })
                .collect();
            return told(ui, &wrong.concat());
        }
    };
    let question = match question(app, environment, args, major, configured.as_ref(), from, to) {
        Ok(question) => question,
        Err(problem) => return told(ui, &problem.to_string()),
    };
    let workshop = app.workshop_alone(question.shadow.as_ref());
    let look = app.look();
    let compared = unless_interrupted(Box::pin(compare(&question, &workshop, &look))).await;
    let spared = workshop.spared();
    // What could not be removed is swept by the next workshop; the answer is had.
    drop(workshop.close().await);
    spared_told(ui, &spared)?;
    let Some(compared) = compared else { return Ok(Exit::CANCELLED) };
    match compared {
        Ok(comparison) => show(ui, app.folder(), args, major, &comparison),
        Err(CompareError::Refused(wrong)) => {
            if ui.view() == View::Json {
                ui.json(&json!({
                    "version": 1,
                    "command": "prisma migrate diff",
                    "major": major,
                    "errors": wrong.iter().map(document).collect::<Vec<_>>(),
                }))?;
                return Ok(Exit::NeedsWork);
            }
            mistakes_refused(ui, &wrong)
        }
        Err(CompareError::Failed(failure)) => {
            let nobody = named_url("postgresql://localhost");
            let url = question.database().cloned().or(nobody.ok());
            match url {
                Some(url) => error(ui, &url, &failure),
                None => told(ui, &failure.to_string()),
            }
        }
        Err(CompareError::Wanted(error)) => schema_refused(ui, &error),
        Err(error) => told(ui, &error.to_string()),
    }
}

/// Why a side cannot be had.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error("radoub speaks to PostgreSQL only, so there is no local D1 database to compare.")]
    LocalD1,
}

impl Named<'_> {
    /// The schema that it names.
    fn schema(&self) -> Option<&Path> {
        match self {
            Self::Schema(_, path) | Self::Datasource(_, path) => Some(path),
            _ => None,
        }
    }
}

fn question(
    app: &App,
    environment: &BTreeMap<String, String>,
    args: &DiffArgs,
    major: u8,
    here: Option<&Configured>,
    from: Named<'_>,
    to: Named<'_>,
) -> Result<Question, Problem> {
    let side = |named: Named<'_>| {
        Ok::<Side, Problem>(match named {
            Named::Empty => Side::Empty,
            Named::Schema(option, path) => Side::Schema(read(app.folder(), option, path)?),
            Named::Url(text) => Side::Database {
                url: named_url(text)?,
                certificates: app.folder().to_owned(),
                datasource: None,
            },
            Named::Datasource(option, path) => {
                let schema = read(app.folder(), option, path)?;
                let config = args.prisma_config.as_deref();
                let of_schema = configured(app.folder(), environment, Some(path), config)?;
                Side::Database {
                    url: of_schema.url?,
                    certificates: of_schema.folder,
                    datasource: Some(schema),
                }
            }
            Named::Config => match here {
                Some(here) => Side::Database {
                    url: here.url.clone()?,
                    certificates: here.folder.clone(),
                    datasource: None,
                },
                None => return Err(ProjectError::UrlRequired.into()),
            },
            Named::Migrations(folder) => Side::Migrations(app.folder().join(folder)),
            Named::LocalD1 => return Err(Problem::LocalD1),
        })
    };
    let (from, to) = (side(from)?, side(to)?);
    let shadow = args.shadow_database_url.as_deref().map(named_url).transpose()?;
    Ok(Question {
        from,
        to,
        major,
        configured: here.and_then(|it| it.url.clone().ok()),
        shadow: shadow.or_else(|| here.and_then(|it| it.shadow.clone())),
        external: here.map(|it| it.external.clone()).unwrap_or_default(),
        shadow_init: here.and_then(|it| it.shadow_init.clone()),
    })
}

fn show(
    ui: &mut Ui,
    folder: &Path,
    args: &DiffArgs,
    major: u8,
    comparison: &Comparison,
) -> Result<Exit, CliError> {
    let different = args.exit_code && !comparison.is_empty;
    let exit = if different { Exit::DIFFERENT } else { Exit::InOrder };
    let text = if args.script { &comparison.script } else { &comparison.summary };
    if let Some(file) = &args.output {
        let path = folder.join(file);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        if let Err(error) = made.and_then(|()| std::fs::write(&path, text)) {
            return told(ui, &format!("`{}` cannot be written: {error}", file.display()));
        }
    }
    if ui.view() == View::Json {
        ui.json(&json!({
            "version": 1,
            "command": "prisma migrate diff",
            "major": major,
            "empty": comparison.is_empty,
            "script": comparison.script,
            "summary": comparison.summary,
            "warnings": comparison.warnings,
        }))?;
    } else if args.output.is_some() {
        writeln!(ui.data())?;
    } else {
        // Prisma's text and the line end of its printing.
        writeln!(ui.data(), "{text}")?;
    }
    Ok(exit)
}

/// Prisma's way to refuse.
fn told(ui: &mut Ui, text: &str) -> Result<Exit, CliError> {
    writeln!(ui.status(), "Error: {text}\n")?;
    Ok(Exit::NeedsWork)
}
