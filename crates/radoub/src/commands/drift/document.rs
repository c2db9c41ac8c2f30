//! The JSON twin of `radoub drift`, version 1.

use serde_json::{Value as Json, json};

use radoub_engine::drift::{Drift, Pair, Side, Trial, summary};
use radoub_engine::schema::Mistake;
use radoub_schema::outline::{Object, Part};

use super::objects::plain;
use super::{headline, repair_line};
use crate::commands::check::failure_document;
use crate::error::Exit;
use crate::ui::Ui;

pub(super) fn document(ui: &Ui, project: &str, found: &[Drift], exit: Exit) -> Json {
    let summary = summary(found);
    json!({
        "version": 1,
        "command": "drift",
        "project": project,
        "exitCode": exit as u8,
        "summary": {
            "services": summary.services,
            "histories": summary.histories,
            "migrations": summary.migrations,
            "run": summary.run,
            "stop": summary.stop,
            "endAtSchema": summary.end_at_schema,
            "withoutLockFile": summary.without_lock_file,
        },
        "services": found.iter().map(|one| drift_document(ui, one)).collect::<Vec<_>>(),
    })
}

/// The verdict alone, as `check --deep` shows it.
pub(crate) fn cause_document(ui: &Ui, one: &Drift) -> Json {
    let agrees = |pair: &Option<Pair>| pair.as_ref().map(Pair::agrees);
    json!({
        "cause": one.cause.as_str(),
        "headline": headline(ui.words(), one.cause),
        "agree": {
            "schemaHistory": agrees(&one.pairs.history_wanted),
            "schemaLive": agrees(&one.pairs.live_wanted),
            "historyLive": agrees(&one.pairs.history_live),
        },
        "repair": repair_line(ui, one),
    })
}

/// Everything about one service.
pub(crate) fn drift_document(ui: &Ui, one: &Drift) -> Json {
    let mut document = cause_document(ui, one);
    let differences = |from: Side, to: Side| {
        one.outline(from, to).map(|objects| {
            json!({
                "statements": one.statements(from, to),
                "objects": objects.iter().map(object).collect::<Vec<_>>(),
            })
        })
    };
    let phantoms = |pair: &Option<Pair>| pair.as_ref().map(|pair| pair.phantoms);
    let more = json!({
        "service": one.observed.service.as_str(),
        "state": one.observed.state.as_str(),
        "differences": {
            "historyToSchema": differences(Side::History, Side::Schema),
            "liveToSchema": differences(Side::Live, Side::Schema),
            "historyToLive": differences(Side::History, Side::Live),
        },
        "phantoms": {
            "schemaHistory": phantoms(&one.pairs.history_wanted),
            "schemaLive": phantoms(&one.pairs.live_wanted),
        },
        "replay": replay(ui, one),
        "lockFile": !one.lacks_lock_file(),
        "mistakes": one.wanted.as_ref().err().map(|refused| {
            refused.mistakes.iter().map(mistake).collect::<Vec<_>>()
        }),
        "sharedWith": one.shared_with.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "unmanaged": one.live.as_ref().map(|live| {
            live.unmanaged.objects.iter().map(|it| json!({
                "kind": it.kind.as_str(),
                "name": plain(&it.name),
                "table": it.table.as_ref().map(plain),
                "definition": it.definition,
            })).collect::<Vec<_>>()
        }),
        "problem": one.observed.problem.as_ref().or(one.problem.as_ref())
            .map(|it| failure_document(ui, it)),
        "milliseconds": one.took.as_secs_f64() * 1000.0,
    });
    if let (Json::Object(document), Json::Object(more)) = (&mut document, more) {
        document.extend(more);
    }
    document
}

fn replay(ui: &Ui, one: &Drift) -> Json {
    let migrations = one.observed.on_disk.migrations.len();
    match &one.trial {
        Trial::Nothing => json!({ "outcome": "nothing", "migrations": 0 }),
        Trial::Skipped => json!({ "outcome": "skipped", "migrations": migrations }),
        Trial::Ends(ended) => json!({
            "outcome": "ends",
            "migrations": migrations,
            "ground": ended.chosen.ground.as_str(),
            "server": ended.chosen.server,
            "milliseconds": ended.took.as_secs_f64() * 1000.0,
        }),
        Trial::Stops(stopped) => json!({
            "outcome": "stops",
            "migrations": migrations,
            "ran": stopped.ran,
            "migration": stopped.migration.as_ref().map(ToString::to_string),
            "file": stopped.failure.value("file"),
            "ground": stopped.chosen.as_ref().map(|it| it.ground.as_str()),
            "problem": failure_document(ui, &stopped.failure),
        }),
        Trial::Unproven(unproven) => json!({
            "outcome": "unproven",
            "migrations": migrations,
            "problem": failure_document(ui, &unproven.failure),
        }),
    }
}

fn mistake(mistake: &Mistake) -> Json {
    json!({
        "file": mistake.file,
        "line": mistake.line,
        "column": mistake.column,
        "message": mistake.message,
    })
}

fn object(object: &Object) -> Json {
    json!({
        "kind": object.kind.as_str(),
        "name": plain(&object.name),
        "fate": object.fate.as_str(),
        "parts": object.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn part(part: &Part) -> Json {
    json!({
        "kind": part.kind.as_str(),
        "name": part.name,
        "columns": part.columns,
        "fate": part.fate.as_str(),
        "differences": part.differences.iter().map(|it| json!({
            "kind": it.kind.as_str(),
            "from": it.from,
            "to": it.to,
        })).collect::<Vec<_>>(),
    })
}
