//! `prisma format`: the files of a schema laid out, or only looked at with `--check`.

use std::time::Instant;

use serde_json::json;

use radoub_engine::schema::{Located, write};

use super::validate::{document, refused};
use super::{App, place_of, shown_schema};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

pub(super) fn format(
    ui: &mut Ui,
    app: &App,
    located: &Located,
    check: bool,
) -> Result<Exit, CliError> {
    let began = Instant::now();
    let (schema, major) = (&located.schema.shown, located.major);
    let mistakes = located.schema.validate(major).mistakes;
    let files = located.schema.lay_out(app.folder(), major);
    let tidy = files.iter().all(|file| !file.changed);
    // Prisma writes nothing for a schema that it refuses.
    let written = if check || !mistakes.is_empty() { Ok(()) } else { write(&files) };
    let right = mistakes.is_empty() && written.is_ok() && (tidy || !check);
    let exit = if right { Exit::InOrder } else { Exit::NeedsWork };
    if ui.view() == View::Json {
        let changed = files.iter().filter(|file| file.changed).map(|file| &file.file);
        let files = files.iter().map(|file| &file.file);
        let error = written.as_ref().err();
        ui.json(&json!({
            "version": 1,
            "command": "prisma format",
            "schema": schema,
            "major": major,
            "files": files.collect::<Vec<_>>(),
            "changed": changed.collect::<Vec<_>>(),
            "written": !check && mistakes.is_empty() && written.is_ok(),
            "errors": mistakes.iter().map(document).collect::<Vec<_>>(),
            "problem": error.map(|(file, error)| format!("{file}: {error}")),
        }))?;
        return Ok(exit);
    }
    place_of(ui, located, false)?;
    shown_schema(ui, major, schema)?;
    if !mistakes.is_empty() {
        writeln!(ui.status())?;
        refused(ui, "validate", "validate", &mistakes)?;
    } else if let Err((file, error)) = written {
        writeln!(ui.status(), "Error: `{file}` cannot be written: {error}\n")?;
    } else if check && tidy {
        writeln!(ui.data(), "All files are formatted correctly!")?;
    } else if check {
        writeln!(ui.status(), "! There are unformatted files. Run prisma format to format them.")?;
        for file in files.iter().filter(|file| file.changed) {
            writeln!(ui.status(), "  {}", file.file)?;
        }
    } else {
        let took = began.elapsed().as_millis();
        writeln!(ui.data(), "Formatted {schema} in {took}ms 🚀")?;
    }
    Ok(exit)
}
