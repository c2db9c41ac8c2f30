//! What `verify` remembers of services and finds again, with the words for it.

use std::path::{Path, PathBuf};

use radoub_engine::fleet::Fleet;
use radoub_engine::verify::Verified;
use radoub_engine::verify::memory::{self, Memories, Memory, MemoryError, Remembered};

use super::number;
use crate::error::{CliError, chain};
use crate::ui::Ui;
use crate::ui::words::Value;

/// What is remembered of the services: the newest, or what a file holds.
pub(crate) fn recalled(
    ui: &Ui,
    memories: &Memories,
    fleet: &Fleet,
    since: &str,
) -> Result<Vec<Remembered>, CliError> {
    let names: Vec<&str> = fleet.services.iter().map(|it| it.name.as_str()).collect();
    let found = if since == "last" {
        memories.last(&names)
    } else {
        memory::read(Path::new(since), None).map(|it| it.services)
    };
    found.map_err(|error| memory_error(ui, &error))
}

/// Writes down what was counted; nothing when no service could be counted.
pub(crate) fn remember(
    ui: &Ui,
    memories: &Memories,
    fleet: &Fleet,
    verified: &[Verified],
) -> Result<Option<PathBuf>, CliError> {
    let counted = verified.iter().filter_map(|it| it.remembered.as_ref()?.as_ref().ok());
    let services: Vec<Remembered> = counted.cloned().collect();
    if services.is_empty() {
        return Ok(None);
    }
    let memory = Memory { format: memory::FORMAT, project: fleet.project.clone(), services };
    memories.remember(&memory).map(Some).map_err(|error| memory_error(ui, &error))
}

fn memory_error(ui: &Ui, error: &MemoryError) -> CliError {
    let (heading, remedy) = match error {
        MemoryError::File { path, .. } | MemoryError::Malformed { path, .. } => {
            ("error-memory", [("path", path.display().to_string().into())])
        }
        MemoryError::Nothing { folder } => {
            ("error-memory-nothing", [("path", folder.display().to_string().into())])
        }
    };
    let causes = match error {
        MemoryError::File { source, .. } => chain(source),
        MemoryError::Malformed { reason, .. } => vec![reason.clone()],
        MemoryError::Nothing { .. } => Vec::new(),
    };
    CliError::Told {
        heading: ui.tell(heading, &remedy),
        causes,
        remedy: Some(ui.say("error-memory-remedy")),
    }
}

/// What was remembered, in a line.
pub(crate) fn text(ui: &Ui, remembered: &Remembered) -> String {
    let rows = number(ui, u64::try_from(remembered.rows()).unwrap_or(0));
    let values: [(&str, Value<'_>); 3] = [
        ("tables", remembered.tables.len().into()),
        ("rows", rows.into()),
        ("left", remembered.left_out.len().into()),
    ];
    ui.tell("verify-remembered", &values)
}
