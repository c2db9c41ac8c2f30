//! `prisma validate`: every mistake of a schema at once, each with its line and a caret.

use serde_json::json;

use radoub_engine::schema::{Located, Mistake};

use super::text::{mistakes, remarks};
use super::{place_of, shown_schema};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

pub(super) fn validate(ui: &mut Ui, located: &Located) -> Result<Exit, CliError> {
    let verdict = located.validate();
    let (schema, major) = (&located.schema.shown, located.major);
    let valid = verdict.mistakes.is_empty();
    let exit = if valid { Exit::InOrder } else { Exit::NeedsWork };
    if ui.view() == View::Json {
        let list = |all: &[Mistake]| all.iter().map(document).collect::<Vec<_>>();
        ui.json(&json!({
            "version": 1,
            "command": "prisma validate",
            "schema": schema,
            "major": major,
            "valid": valid,
            "errors": list(&verdict.mistakes),
            "warnings": list(&verdict.remarks),
        }))?;
        return Ok(exit);
    }
    place_of(ui, located, true)?;
    shown_schema(ui, major, schema)?;
    remarks(ui, &verdict.remarks)?;
    if valid {
        writeln!(ui.data(), "The schema at {schema} is valid 🚀")?;
        return Ok(exit);
    }
    let (step, context) = match verdict.only_variables {
        true => ("get-config", "getConfig"),
        false => ("validate", "validate"),
    };
    refused(ui, step, context, &verdict.mistakes)?;
    Ok(exit)
}

/// Prisma's words around the mistakes of a schema.
pub(super) fn refused(
    ui: &mut Ui,
    step: &str,
    context: &str,
    wrong: &[Mistake],
) -> Result<(), CliError> {
    writeln!(ui.status(), "Error: Prisma schema validation - ({step})\nError code: P1012")?;
    mistakes(ui, wrong)?;
    writeln!(ui.status(), "[Context: {context}]\n\nradoub {}", env!("CARGO_PKG_VERSION"))?;
    Ok(())
}

/// A mistake for machines.
pub(super) fn document(mistake: &Mistake) -> serde_json::Value {
    json!({
        "file": mistake.file,
        "line": mistake.line,
        "column": mistake.column,
        "width": mistake.width,
        "text": mistake.text,
        "message": mistake.message,
        "remedy": mistake.remedy,
    })
}
