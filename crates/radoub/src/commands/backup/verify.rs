//! `radoub backup verify`: reads backups back, restores them aside and counts, and notes the result.

use serde_json::json;

use radoub_engine::backup::Request;

use super::{find, holdings, kept_document, tell_failure};
use crate::commands::check::failure_document;
use crate::commands::{App, duration};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `backup verify` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct VerifyArgs {
    #[arg(value_name = "BACKUP", required_unless_present = "all")]
    backups: Vec<String>,
    #[arg(long, conflicts_with = "backups")]
    all: bool,
}

pub(super) async fn verify(
    ui: &mut Ui,
    app: &mut App,
    args: &VerifyArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let all = holdings(ui, &fleet)?;
    let mut wanted = Vec::new();
    for asked in &args.backups {
        wanted.push(find(ui, &all, asked)?.clone());
    }
    if args.all {
        wanted = all.into_iter().filter(|it| !it.is_verified()).collect();
    }
    let request =
        Request { look: app.look(), environment: app.environment(), set: None, prove: true };
    let mut exit = Exit::InOrder;
    let mut documents = Vec::new();
    for kept in &mut wanted {
        let began = std::time::Instant::now();
        let verified = radoub_engine::backup::verify::verify(&fleet, kept, &request).await;
        let failure = verified.err();
        exit = exit.max(failure.as_ref().map_or(Exit::InOrder, |it| it.code.weight().into()));
        if ui.view() == View::Json {
            let mut document = kept_document(kept);
            document["problem"] = json!(failure.as_ref().map(|it| failure_document(ui, it)));
            documents.push(document);
            continue;
        }
        let values = [
            ("backup", kept.manifest.id.as_str().into()),
            ("rows", kept.manifest.rows().into()),
            ("tables", kept.manifest.tables.len().into()),
            ("took", duration(ui, began.elapsed()).into()),
        ];
        let key = if failure.is_none() { "verify-proven" } else { "verify-failed" };
        let text = ui.tell(key, &values);
        writeln!(ui.data(), "{text}")?;
        if let Some(failure) = failure {
            tell_failure(ui, &failure, &kept.manifest.service)?;
        }
    }
    if ui.view() == View::Json {
        let document = json!({
            "version": 1,
            "command": "backup verify",
            "exitCode": exit as u8,
            "backups": documents,
        });
        ui.json(&document)?;
    } else if wanted.is_empty() {
        let text = ui.say("verify-nothing");
        writeln!(ui.data(), "{text}")?;
    }
    Ok(exit)
}
