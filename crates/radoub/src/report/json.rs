//! The report as JSON, version 1.

use std::time::Duration;

use serde_json::{Value as Json, json};

use radoub_engine::report::Report;

use crate::commands::check::{failure_document, failure_remedy};
use crate::commands::running::exit;
use crate::commands::{compared, instant};
use crate::ui::Ui;

/// The JSON twin of a report.
pub(crate) fn document(ui: &Ui, command: &str, report: &Report) -> Json {
    let milliseconds = |took: Duration| took.as_secs_f64() * 1000.0;
    let name = |name: &radoub_schema::migration::MigrationName| name.to_string();
    let services: Vec<Json> = report
        .lines
        .iter()
        .map(|line| {
            json!({
                "service": line.service.as_str(),
                "wave": line.wave,
                "outcome": line.outcome.as_str(),
                "planned": line.planned.iter().map(name).collect::<Vec<_>>(),
                "before": line.before.as_ref().map(name),
                "after": line.after().map(name),
                "applied": line.applied.iter().map(|(name, took)| json!({
                    "migration": name.as_str(),
                    "milliseconds": milliseconds(*took),
                })).collect::<Vec<_>>(),
                "undone": line.undone.iter().map(|(name, took)| json!({
                    "migration": name.as_str(),
                    "milliseconds": milliseconds(*took),
                })).collect::<Vec<_>>(),
                "restored": line.restored.as_ref().map(|it| json!({
                    "backup": it.backup,
                    "aside": it.aside,
                })),
                "databaseCreated": line.database_created,
                "backup": line.backup,
                "rebuilt": line.rebuilt,
                "downtimeMilliseconds": line.downtime.map(milliseconds),
                "wellAfterMilliseconds": line.well_after.map(milliseconds),
                "compared": line.compared.as_ref().map(|it| compared::document(ui, it)),
                "notCounted": line.not_counted.as_ref().map(|it| failure_document(ui, it)),
                "doubts": line.doubts.iter().map(|it| failure_document(ui, it)).collect::<Vec<_>>(),
                "verdict": line.verdict.map(radoub_engine::gate::Verdict::as_str),
                "found": line.found.as_ref().map(|found| json!({
                    "problems": found.failures.iter().map(|it| failure_document(ui, it))
                        .collect::<Vec<_>>(),
                    "logs": found.logs,
                })),
                "retries": line.retries,
                "blockers": line.blockers,
                "failedMigration": line.failed_migration.as_ref().map(name),
                "heldBack": line.held_back.map(radoub_engine::event::HeldBack::as_str),
                "problem": line.failure.as_ref().map(|it| failure_document(ui, it)),
                "remedy": line.failure.as_ref()
                    .and_then(|it| failure_remedy(ui, it, line.service.as_str())),
                "milliseconds": milliseconds(line.took),
            })
        })
        .collect();
    json!({
        "version": 1,
        "command": command,
        "project": report.project,
        "run": report.run.as_ref().map(ToString::to_string),
        "by": report.by.as_ref().map(|by| json!({ "user": by.user, "host": by.host })),
        "began": report.began.map(instant),
        "ended": report.ended.map(instant),
        "outcome": report.outcome.map(radoub_engine::journal::fact::RunOutcome::as_str),
        "waves": report.waves,
        "resumable": report.run.is_some() && report.is_resumable(),
        "exitCode": exit(report) as u8,
        "services": services,
    })
}
