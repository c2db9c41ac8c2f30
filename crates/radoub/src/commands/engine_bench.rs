//! `radoub _engine-bench`: how long schema → SQL takes inside this process; `cargo xtask bench engine`
//! reads it. Files are read before the clock starts.

use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use radoub_engine::compare::script;
use radoub_engine::schema::{followed, read};

use super::App;
use crate::error::{CliError, Exit};
use crate::ui::Ui;

/// What `_engine-bench` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct EngineBenchArgs {
    #[arg(value_name = "FILE_OR_FOLDER", required = true)]
    schemas: Vec<PathBuf>,
    /// The schemas come two by two: a version and the next.
    #[arg(long)]
    pairs: bool,
    #[arg(long, value_name = "N", default_value_t = 20)]
    rounds: usize,
}

/// Writes, for each schema, the time of each round in nanoseconds and the length of its script;
/// the first rounds, which warm the caches, are not counted.
pub(crate) fn engine_bench(
    ui: &mut Ui,
    app: &App,
    args: &EngineBenchArgs,
) -> Result<Exit, CliError> {
    let mut rows = Vec::new();
    for paths in args.schemas.chunks(if args.pairs { 2 } else { 1 }) {
        let heading =
            || paths.iter().map(|it| it.display().to_string()).collect::<Vec<_>>().join(" ");
        let schemas = paths.iter().map(|path| read(app.folder(), "FILE", path));
        let schemas: Vec<_> = schemas
            .collect::<Result<_, _>>()
            .map_err(|error| CliError::because(heading(), &error, None))?;
        let sides: Vec<_> = schemas.iter().collect();
        let major = followed(app.folder(), app.environment(), &sides);
        let (from, to) = (args.pairs.then(|| &schemas[0]), schemas.last());
        let (mut nanoseconds, mut bytes) = (Vec::with_capacity(args.rounds), 0);
        for round in 0..args.rounds + WARM_UP {
            let began = Instant::now();
            let text = script(from, to, major)
                .map_err(|error| CliError::because(heading(), &error, None))?;
            let took = began.elapsed();
            bytes = text.len();
            if round >= WARM_UP {
                nanoseconds.push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
            }
        }
        rows.push(json!({ "schema": heading(), "bytes": bytes, "nanoseconds": nanoseconds }));
    }
    ui.json(&json!({ "version": 1, "schemas": rows }))?;
    Ok(Exit::InOrder)
}

/// Rounds before the clock counts.
const WARM_UP: usize = 3;
