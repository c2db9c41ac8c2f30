//! `radoub backup prune`: removes backups that nobody needs to keep, and databases that were replaced by a
//! restore.

use serde_json::json;

use radoub_engine::backup::retention::{Fate, judge};
use radoub_engine::backup::settings::Retention;

use super::{holdings, refused, shown_at, tell_failure};
use crate::commands::check::failure_document;
use crate::commands::{App, size};
use crate::error::{CliError, Exit};
use crate::ui::{Ui, View};

/// What `backup prune` takes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct PruneArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    keep: Option<u16>,
    #[arg(long, value_name = "DAYS")]
    keep_days: Option<u32>,
    #[arg(long)]
    replaced: bool,
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    yes: bool,
}

pub(super) async fn prune(ui: &mut Ui, app: &mut App, args: &PruneArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let all = holdings(ui, &fleet)?;
    let fleet = App::narrow(ui, fleet, &args.services)?;
    if args.replaced {
        return replaced(ui, app, &fleet, args).await;
    }
    let ours = all.into_iter().filter(|kept| {
        args.services.is_empty()
            || fleet.services.iter().any(|it| kept.manifest.is_of(it.name.as_str()))
    });
    let ours: Vec<_> = ours.collect();
    let usual = fleet.backup.retention;
    let retention = Retention {
        keep: args.keep.map_or(usual.keep, usize::from),
        days: args.keep_days.unwrap_or(usual.days),
    };
    let fates = judge(&ours, retention, jiff::Timestamp::now());
    let going: Vec<_> =
        ours.into_iter().zip(fates).filter(|(_, fate)| *fate == Fate::Goes).collect();
    let mut exit = Exit::InOrder;
    let mut documents = Vec::new();
    let mut freed = 0;
    let count = going.len();
    for (kept, _) in going {
        let manifest = kept.manifest.clone();
        freed += manifest.data.bytes;
        let values = [
            ("backup", manifest.id.as_str().into()),
            ("size", size(ui, manifest.data.bytes).into()),
            ("at", shown_at(&kept).into()),
        ];
        let removed = if args.dry_run {
            Ok(())
        } else {
            radoub_engine::backup::remove(&fleet, kept, app.environment()).await
        };
        let key = match (&removed, args.dry_run) {
            (Ok(()), true) => "prune-would",
            (Ok(()), false) => "prune-removed",
            (Err(_), _) => "prune-failed",
        };
        if ui.view() == View::Json {
            documents.push(json!({
                "id": manifest.id,
                "bytes": manifest.data.bytes,
                "removed": removed.is_ok() && !args.dry_run,
                "problem": removed.as_ref().err().map(|it| failure_document(ui, it)),
            }));
        } else {
            let text = ui.tell(key, &values);
            writeln!(ui.data(), "{text}")?;
            if let Err(failure) = &removed {
                tell_failure(ui, failure, &manifest.service)?;
            }
        }
        if let Err(failure) = removed {
            exit = exit.max(failure.code.weight().into());
        }
    }
    if ui.view() == View::Json {
        let document = json!({
            "version": 1,
            "command": "backup prune",
            "dryRun": args.dry_run,
            "exitCode": exit as u8,
            "backups": documents,
        });
        ui.json(&document)?;
    } else {
        let values = [
            ("count", count.into()),
            ("size", size(ui, freed).into()),
            ("keep", retention.keep.into()),
            ("days", retention.days.into()),
        ];
        let text = ui.tell("prune-verdict", &values);
        writeln!(ui.data(), "{text}")?;
    }
    Ok(exit)
}

/// Databases that were replaced by a restore and are still there.
async fn replaced(
    ui: &mut Ui,
    app: &App,
    fleet: &radoub_engine::fleet::Fleet,
    args: &PruneArgs,
) -> Result<Exit, CliError> {
    let look = app.look();
    let aside = match radoub_engine::restore::replaced(fleet, look).await {
        Ok(aside) => aside,
        Err(failure) => return refused(ui, "backup prune", &failure, ""),
    };
    if ui.view() != View::Json {
        for one in &aside {
            let bytes = one.bytes.and_then(|it| u64::try_from(it).ok()).unwrap_or(0);
            let values = [
                ("database", one.name.as_str().into()),
                ("service", one.service.as_str().into()),
                ("size", size(ui, bytes).into()),
                ("at", super::super::moment(one.at.into()).into()),
            ];
            let text = ui.tell("prune-replaced", &values);
            writeln!(ui.data(), "{text}")?;
        }
    }
    let may = if args.dry_run || aside.is_empty() {
        false
    } else if args.yes {
        true
    } else {
        let question = ui.tell("prune-replaced-ask", &[("count", aside.len().into())]);
        super::super::agreed(ui, app, &question).await?
    };
    let mut exit = Exit::InOrder;
    let mut documents = Vec::new();
    for one in &aside {
        let mut dropped = false;
        if may {
            match radoub_engine::restore::drop_replaced(fleet, look, one).await {
                Ok(()) => dropped = true,
                Err(failure) => {
                    exit = exit.max(failure.code.weight().into());
                    if ui.view() != View::Json {
                        tell_failure(ui, &failure, one.service.as_str())?;
                    }
                }
            }
        }
        documents.push(json!({
            "database": one.name,
            "service": one.service.as_str(),
            "bytes": one.bytes,
            "replacedAt": one.at.to_string(),
            "dropped": dropped,
        }));
    }
    if ui.view() == View::Json {
        let document = json!({
            "version": 1,
            "command": "backup prune",
            "dryRun": args.dry_run,
            "exitCode": exit as u8,
            "replaced": documents,
        });
        ui.json(&document)?;
        return Ok(exit);
    }
    let key = match (aside.is_empty(), may) {
        (true, _) => "prune-replaced-none",
        (false, true) => "prune-replaced-dropped",
        (false, false) => "prune-replaced-kept",
    };
    let text = ui.tell(key, &[("count", aside.len().into())]);
    writeln!(ui.data(), "{text}")?;
    Ok(exit)
}
