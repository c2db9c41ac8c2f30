//! A finding of the gate, in words and for machines: the same behind a restart and in `verify`.

use std::time::Duration;

use radoub_engine::gate::{Endpoint, Finding};
use serde_json::{Value as Json, json};

use super::check::{failure_document, failure_lines};
use super::duration;
use crate::ui::Ui;
use crate::ui::words::Value;

/// A finding of the gate in words; more lines say why.
pub(crate) fn finding(ui: &Ui, finding: &Finding) -> Vec<String> {
    let key = format!("gate-{}", finding.as_str());
    let tell = |values: &[(&str, Value<'_>)]| vec![ui.tell(&key, values)];
    let of_endpoint = |it: &Endpoint| {
        let took = duration(ui, it.took);
        tell(&[
            ("address", it.address.clone().into()),
            ("status", it.status.to_string().into()),
            ("took", took.into()),
        ])
    };
    match finding {
        Finding::Runs { container, checked } => {
            let checked = if *checked { "yes" } else { "no" };
            tell(&[("container", container.clone().into()), ("checked", checked.into())])
        }
        Finding::NoContainer => tell(&[]),
        Finding::Stands { container, state, exit_code, out_of_memory } => {
            let code = exit_code.map_or_else(|| "none".to_owned(), |it| it.to_string());
            let memory = if *out_of_memory { "yes" } else { "no" };
            tell(&[
                ("container", container.clone().into()),
                ("state", state.as_str().into()),
                ("code", code.into()),
                ("memory", memory.into()),
            ])
        }
        Finding::Loops { container, restarts } => {
            tell(&[("container", container.clone().into()), ("restarts", (*restarts).into())])
        }
        Finding::StartedAgain { container } | Finding::Vanished { container } => {
            tell(&[("container", container.clone().into())])
        }
        Finding::Unwell { container, health } => {
            tell(&[("container", container.clone().into()), ("health", health.as_str().into())])
        }
        Finding::EngineAway { failure } => {
            let reason = failure_lines(ui, failure).join(" ");
            tell(&[("reason", reason.into())])
        }
        Finding::SchemaAway { reason } => tell(&[("reason", reason.clone().into())]),
        Finding::Answers(endpoint) | Finding::Refuses(endpoint) => of_endpoint(endpoint),
        Finding::Unexpected { endpoint, wanted } => tell(&[
            ("address", endpoint.address.clone().into()),
            ("status", endpoint.status.to_string().into()),
            ("wanted", wanted.to_string().into()),
        ]),
        Finding::Slow { endpoint, within } => tell(&[
            ("address", endpoint.address.clone().into()),
            ("status", endpoint.status.to_string().into()),
            ("took", duration(ui, endpoint.took).into()),
            ("within", duration(ui, *within).into()),
        ]),
        Finding::Silent { address, reason } => {
            tell(&[("address", address.clone().into()), ("reason", reason.clone().into())])
        }
        Finding::Readable { tables } => tell(&[("tables", (*tables).into())]),
        Finding::Unreadable { table, columns, sqlstate, said } => {
            let values: [(&str, Value<'_>); 3] = [
                ("table", table.clone().into()),
                ("columns", columns.join(", ").into()),
                ("count", columns.len().into()),
            ];
            let mut lines = tell(&values);
            lines.push(format!("{said} ({sqlstate})"));
            lines
        }
        Finding::DatabaseAway { failure } => failure_lines(ui, failure),
        Finding::SchemaRefused { mistakes } => tell(&[("mistakes", (*mistakes).into())]),
    }
}

/// A finding of the gate for machines.
pub(crate) fn finding_document(ui: &Ui, found: &Finding) -> Json {
    let mut document = json!({
        "finding": found.as_str(),
        "verdict": found.verdict().as_str(),
        "text": finding(ui, found).join("\n"),
    });
    match found {
        Finding::Answers(endpoint) | Finding::Refuses(endpoint) => {
            of_endpoint(&mut document, endpoint);
        }
        Finding::Unexpected { endpoint, wanted } => {
            of_endpoint(&mut document, endpoint);
            document["wantedStatus"] = json!(wanted);
        }
        Finding::Slow { endpoint, within } => {
            of_endpoint(&mut document, endpoint);
            document["withinMilliseconds"] = json!(milliseconds(*within));
        }
        Finding::Unreadable { table, columns, sqlstate, .. } => {
            document["table"] = json!(table);
            document["columns"] = json!(columns);
            document["sqlstate"] = json!(sqlstate);
        }
        Finding::DatabaseAway { failure } => document["problem"] = failure_document(ui, failure),
        _ => {}
    }
    document
}

fn of_endpoint(document: &mut Json, endpoint: &Endpoint) {
    document["address"] = json!(endpoint.address);
    document["status"] = json!(endpoint.status);
    document["milliseconds"] = json!(milliseconds(endpoint.took));
}

/// A length of time as documents have it.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
