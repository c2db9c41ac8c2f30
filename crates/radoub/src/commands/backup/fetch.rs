//! `radoub backup fetch`: brings a backup back from its second home.

use serde_json::json;

use radoub_engine::failure::{Failure, FailureCode};

use super::{kept_document, refused};
use crate::commands::App;
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `backup fetch` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct FetchArgs {
    #[arg(value_name = "BACKUP")]
    backup: String,
}

pub(super) async fn fetch(ui: &mut Ui, app: &mut App, args: &FetchArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let stored = match radoub_engine::backup::stored(&fleet, app.environment()).await {
        Ok(stored) => stored,
        Err(failure) => return refused(ui, "backup fetch", &failure, ""),
    };
    let Some(manifest) = stored.into_iter().find(|it| it.id == args.backup) else {
        let values = vec![("backup", args.backup.clone())];
        let failure = Failure::new(FailureCode::BackupUnknown, values);
        return refused(ui, "backup fetch", &failure, "");
    };
    match radoub_engine::backup::fetch(&fleet, manifest, app.environment()).await {
        Ok(kept) if ui.view() == View::Json => {
            let document = json!({
                "version": 1,
                "command": "backup fetch",
                "exitCode": 0,
                "backup": kept_document(&kept),
            });
            ui.json(&document)?;
            Ok(Exit::InOrder)
        }
        Ok(kept) => {
            let values = [
                ("backup", kept.manifest.id.as_str().into()),
                ("folder", kept.folder.display().to_string().into()),
            ];
            let text = ui.tell("backup-fetched", &values);
            writeln!(ui.data(), "{text}")?;
            Ok(Exit::InOrder)
        }
        Err(failure) => refused(ui, "backup fetch", &failure, ""),
    }
}
