//! `prisma migrate diff`: what turns one schema into another, as a script or as a summary
//! (Prisma facts 6.5 and 10.9).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use radoub_engine::schema::{
    CompareError, Comparison, SchemaText, compare, config_file, followed, read,
};

use super::text::mistakes;
use super::validate::document;
use super::{App, told_files};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `migrate diff` takes. Both majors' names of a flag are taken whichever is followed; what
/// needs a database is understood and refused by name.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    #[arg(long)]
    from_empty: bool,
    #[arg(long, value_name = "FILE_OR_FOLDER", alias = "from-schema-datamodel")]
    from_schema: Option<PathBuf>,
    #[arg(long)]
    to_empty: bool,
    #[arg(long, value_name = "FILE_OR_FOLDER", alias = "to-schema-datamodel")]
    to_schema: Option<PathBuf>,
    #[arg(long)]
    script: bool,
    #[arg(long)]
    exit_code: bool,
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[arg(long = "config", id = "config", value_name = "FILE")]
    prisma_config: Option<PathBuf>,
    #[command(flatten)]
    databases: Databases,
}

/// Sides that are a database or a history, which cannot be compared yet.
#[derive(Debug, Args)]
struct Databases {
    #[arg(long, hide = true, value_name = "URL")]
    from_url: Option<String>,
    #[arg(long, hide = true, value_name = "URL")]
    to_url: Option<String>,
    #[arg(long, hide = true, value_name = "FOLDER")]
    from_migrations: Option<PathBuf>,
    #[arg(long, hide = true, value_name = "FOLDER")]
    to_migrations: Option<PathBuf>,
    #[arg(long, hide = true, value_name = "FILE")]
    from_schema_datasource: Option<PathBuf>,
    #[arg(long, hide = true, value_name = "FILE")]
    to_schema_datasource: Option<PathBuf>,
    #[arg(long, hide = true)]
    from_config_datasource: bool,
    #[arg(long, hide = true)]
    to_config_datasource: bool,
    #[arg(long, hide = true)]
    from_local_d1: bool,
    #[arg(long, hide = true)]
    to_local_d1: bool,
    #[arg(long, hide = true, value_name = "URL")]
    shadow_database_url: Option<String>,
}

impl Databases {
    /// The flags that were used, by name.
    fn used(&self) -> Vec<&'static str> {
        let all = [
            ("--from-url", self.from_url.is_some()),
            ("--to-url", self.to_url.is_some()),
            ("--from-migrations", self.from_migrations.is_some()),
            ("--to-migrations", self.to_migrations.is_some()),
            ("--from-schema-datasource", self.from_schema_datasource.is_some()),
            ("--to-schema-datasource", self.to_schema_datasource.is_some()),
            ("--from-config-datasource", self.from_config_datasource),
            ("--to-config-datasource", self.to_config_datasource),
            ("--from-local-d1", self.from_local_d1),
            ("--to-local-d1", self.to_local_d1),
            ("--shadow-database-url", self.shadow_database_url.is_some()),
        ];
        all.into_iter().filter(|(_, used)| *used).map(|(flag, _)| flag).collect()
    }
}

pub(super) fn diff(
    ui: &mut Ui,
    app: &App,
    environment: &BTreeMap<String, String>,
    args: &DiffArgs,
) -> Result<Exit, CliError> {
    match config_file(app.folder(), environment, args.prisma_config.as_deref()) {
        Ok(file) if ui.view() != View::Json => told_files(ui, file.as_deref(), &[], 7, false)?,
        Ok(_) => {}
        Err(error) => return told(ui, &error.to_string()),
    }
    let used = args.databases.used();
    if !used.is_empty() {
        let flags: Vec<String> = used.iter().map(|flag| format!("`{flag}`")).collect();
        let flags = flags.join(", ");
        return told(
            ui,
            &format!(
                "{flags}: this radoub compares schema files only, not databases or migrations. \
                 Name the sides with --from-empty, --from-schema, --to-empty, --to-schema."
            ),
        );
    }
    let counts = [
        ("from", usize::from(args.from_empty) + usize::from(args.from_schema.is_some())),
        ("to", usize::from(args.to_empty) + usize::from(args.to_schema.is_some())),
    ];
    let wrong: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count != 1)
        .map(|(side, count)| {
            format!("\n{count} `--{side}-...` parameter(s) provided. 1 must be provided.")
        })
        .collect();
    if !wrong.is_empty() {
        return told(ui, &wrong.concat());
    }
    let side = |option, path: &Option<PathBuf>| {
        path.as_deref().map(|path| read(app.folder(), option, path)).transpose()
    };
    let sides = side("--from-schema", &args.from_schema)
        .and_then(|from| Ok((from, side("--to-schema", &args.to_schema)?)));
    let (from, to) = match sides {
        Ok(sides) => sides,
        Err(error) => return told(ui, &error.to_string()),
    };
    let both: Vec<&SchemaText> = [&from, &to].into_iter().flatten().collect();
    let major = followed(app.folder(), environment, &both);
    match compare(from.as_ref(), to.as_ref(), major) {
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
            writeln!(ui.status(), "Error: P1012\n")?;
            mistakes(ui, &wrong)?;
            Ok(Exit::NeedsWork)
        }
        Err(error) => told(ui, &error.to_string()),
    }
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
