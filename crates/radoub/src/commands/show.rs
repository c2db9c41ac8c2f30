//! `radoub show`: the report of a run, from its journal alone.

use radoub_engine::history::{ChapterError, chapter};
use radoub_engine::journal::StoryError;

use super::App;
use super::running::journal_error;
use crate::error::{CliError, Exit};
use crate::report::{Format, render, tell};
use crate::ui::{Ui, View};

/// What `show` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    #[arg(value_name = "RUN", default_value = "last")]
    run: String,
    #[arg(long, value_name = "text|json|junit|markdown|html")]
    format: Option<Format>,
}

pub(crate) fn show(ui: &mut Ui, app: &mut App, args: &ShowArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let journals = app.journals(&fleet);
    let found = journals.find(&args.run).map_err(|error| journal_error(ui, &error))?;
    let run = found.ok_or_else(|| unknown(ui, &args.run))?;
    let chapter = chapter(&journals, &run).map_err(|error| told(ui, &error))?;
    if chapter.story.is_torn {
        let text = ui.say("show-torn");
        ui.warning(&text)?;
    }
    if chapter.follows == Some(false) {
        let text = ui.say("show-does-not-follow");
        ui.warning(&text)?;
    }
    let report = chapter.report();
    let command = chapter.story.opening().map_or("apply", |opening| opening.command);
    let format = match (args.format, ui.view()) {
        (Some(format), _) => format,
        (None, View::Json) => Format::Json,
        (None, View::Plain) => Format::Text,
        (None, View::Terminal) => {
            tell(ui, &report)?;
            return Ok(Exit::InOrder);
        }
    };
    let text = render(ui, command, &report, &chapter.plan, format)?;
    ui.data().write_all(text.as_bytes())?;
    Ok(Exit::InOrder)
}

/// There is no such run.
pub(super) fn unknown(ui: &Ui, text: &str) -> CliError {
    CliError::Told {
        heading: ui.tell("show-unknown", &[("run", text.into())]),
        causes: Vec::new(),
        remedy: Some(ui.say("show-unknown-remedy")),
    }
}

/// Why a run cannot be told.
pub(super) fn told(ui: &Ui, error: &ChapterError) -> CliError {
    let path = |path: &std::path::Path| vec![("path", path.display().to_string().into())];
    let (key, values) = match error {
        ChapterError::Story(StoryError::Broken { path: file, line }) => {
            let mut values = path(file);
            values.push(("line", (*line).into()));
            ("show-broken", values)
        }
        ChapterError::Story(StoryError::OtherPlan { path: file }) => {
            ("show-other-plan", path(file))
        }
        ChapterError::Story(StoryError::Unreadable { path: file, source }) => {
            return CliError::because(ui.tell("discover-unreadable", &path(file)), source, None);
        }
        ChapterError::Story(StoryError::Empty { path: file }) => ("show-empty", path(file)),
        ChapterError::Plan { run, source } => {
            let values = [("run", run.as_str().into())];
            return CliError::because(ui.tell("show-plan", &values), source, None);
        }
    };
    CliError::Told { heading: ui.tell(key, &values), causes: Vec::new(), remedy: None }
}
