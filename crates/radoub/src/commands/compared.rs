//! What a comparison of tables found, in words, as Markdown and as JSON: for `verify` and for the report of a run.

use std::time::Duration;

use radoub_engine::gate::Verdict;
use radoub_engine::verify::compare::{Cause, Change, Compared, Difference};
use radoub_engine::verify::memory::LeftOutTable;
use radoub_engine::verify::samples::{SampledRow, SampledTable, SampledValue};
use radoub_engine::verify::times::Times;
use serde_json::{Value as Json, json};

use super::{duration, moment, number, size};
use crate::report::escaped_markdown as escaped;
use crate::ui::Ui;
use crate::ui::table::table;
use crate::ui::words::Value;

/// A comparison in lines, each with what it means; `None` for what is only told.
pub(crate) fn lines(ui: &Ui, compared: &Compared) -> Vec<(Option<Verdict>, String)> {
    let mut lines = Vec::new();
    if compared.differences.is_empty() {
        lines.push((Some(Verdict::Pass), same(ui, compared)));
    }
    lines.extend(notices(ui, compared));
    if let Some(times) = times(ui, compared) {
        lines.push((compared.is_as_fast().then_some(Verdict::Pass), times));
    }
    lines
}

/// What of a comparison is not as expected: differences, what was left out, a slower route.
pub(crate) fn notices(ui: &Ui, compared: &Compared) -> Vec<(Option<Verdict>, String)> {
    let mut lines: Vec<(Option<Verdict>, String)> = compared
        .differences
        .iter()
        .map(|it| ((it.verdict > Verdict::Pass).then_some(it.verdict), difference(ui, it)))
        .collect();
    lines.extend(compared.left_out.iter().map(|it| (None, left_out(ui, it))));
    lines
}

/// Nothing differs.
fn same(ui: &Ui, compared: &Compared) -> String {
    let values: [(&str, Value<'_>); 3] = [
        ("tables", compared.tables.into()),
        ("rows", rows(ui, compared.rows).into()),
        ("since", moment(compared.since.into()).into()),
    ];
    ui.tell("compared-same", &values)
}

fn rows(ui: &Ui, count: i64) -> String {
    number(ui, u64::try_from(count).unwrap_or(0))
}

/// A table that differs, and whose work that is.
pub(crate) fn difference(ui: &Ui, difference: &Difference) -> String {
    let (count, columns) = match &difference.change {
        Change::Gone { rows } | Change::Lost { rows } | Change::Gained { rows } => {
            (*rows, String::new())
        }
        Change::Replaced => (0, String::new()),
        Change::Changed { columns } => (0, columns.join(", ")),
    };
    let values: [(&str, Value<'_>); 4] = [
        ("table", difference.table.clone().into()),
        ("change", difference.change.as_str().into()),
        ("count", count.into()),
        ("columns", columns.into()),
    ];
    let what = ui.tell("compared-difference", &values);
    let migration = match &difference.cause {
        Cause::Migration { migration } | Cause::Code { migration } => migration.clone(),
        Cause::Use | Cause::Nobody => String::new(),
    };
    let (inserted, updated, deleted) = difference.writes.unwrap_or_default();
    let values: [(&str, Value<'_>); 6] = [
        ("cause", difference.cause.as_str().into()),
        ("migration", migration.into()),
        ("counted", if difference.writes.is_some() { "yes" } else { "no" }.into()),
        ("inserted", inserted.into()),
        ("updated", updated.into()),
        ("deleted", deleted.into()),
    ];
    let blind = if difference.blind { "yes" } else { "no" };
    let values: [(&str, Value<'_>); 3] = [
        ("what", what.into()),
        ("why", ui.tell("compared-cause", &values).into()),
        ("blind", blind.into()),
    ];
    ui.tell("compared-sentence", &values)
}

/// A table that was not compared.
pub(crate) fn left_out(ui: &Ui, table: &LeftOutTable) -> String {
    let values: [(&str, Value<'_>); 4] = [
        ("table", table.table.clone().into()),
        ("because", table.because.clone().into()),
        ("said", table.said.clone().unwrap_or_default().into()),
        ("size", size(ui, u64::try_from(table.bytes).unwrap_or(0)).into()),
    ];
    ui.tell("compared-left-out", &values)
}

/// How fast the health route answers, and answered.
pub(crate) fn times(ui: &Ui, compared: &Compared) -> Option<String> {
    let now = compared.times?;
    Some(match compared.times_before {
        None => ui.tell("compared-times", &[("now", spread(ui, &now).into())]),
        Some(before) => {
            let slower = if compared.is_slower() { "yes" } else { "no" };
            let values: [(&str, Value<'_>); 3] = [
                ("now", spread(ui, &now).into()),
                ("before", spread(ui, &before).into()),
                ("slower", slower.into()),
            ];
            ui.tell("compared-times-both", &values)
        }
    })
}

/// `3.1 ms (2.9 ms–3.4 ms, 11 answers)`.
pub(crate) fn spread(ui: &Ui, times: &Times) -> String {
    let time = |it| duration(ui, Duration::from_micros(it));
    let values: [(&str, Value<'_>); 4] = [
        ("median", time(times.median).into()),
        ("low", time(times.low).into()),
        ("high", time(times.high).into()),
        ("answers", times.answers.into()),
    ];
    ui.tell("compared-spread", &values)
}

/// The headings of rows side by side.
fn headings(ui: &Ui) -> [String; 4] {
    ["compared-row", "compared-column", "compared-before", "compared-after"].map(|key| ui.say(key))
}

/// Rows of a table side by side, then and now: for each row the columns that differ, or one line that nothing does.
fn side_by_side(ui: &Ui, sampled: &SampledTable) -> Vec<[String; 4]> {
    let mut cells = Vec::new();
    for row in &sampled.rows {
        let key = named(&sampled.key, &row.key);
        let changed: Vec<&SampledValue> = row.values.iter().filter(|it| it.is_changed()).collect();
        if !row.is_there {
            let before = whole(row);
            cells.push([key, String::new(), before, ui.say("compared-row-gone")]);
        } else if changed.is_empty() {
            cells.push([key, String::new(), whole(row), ui.say("compared-row-same")]);
        } else {
            cells.extend(changed.into_iter().map(|value| {
                let (before, after) = (shown(value.before.as_ref()), shown(value.after.as_ref()));
                [key.clone(), value.column.clone(), before, after]
            }));
        }
    }
    cells
}

/// Whether no row that is shown differs.
fn is_same(sampled: &SampledTable) -> bool {
    sampled.rows.iter().all(|row| row.is_there && !row.values.iter().any(SampledValue::is_changed))
}

fn same_rows(ui: &Ui, sampled: &SampledTable) -> String {
    let same = ui.tell("compared-samples-same", &[("count", sampled.rows.len().into())]);
    ui.tell("compared-of", &[("table", sampled.table.clone().into()), ("what", same.into())])
}

/// `id = 7`.
fn named(names: &[String], values: &[String]) -> String {
    let pairs = names.iter().zip(values).map(|(name, value)| format!("{name} = {value}"));
    pairs.collect::<Vec<_>>().join(", ")
}

/// The first columns of a row as it was.
fn whole(row: &SampledRow) -> String {
    let values = row.values.iter().take(4);
    let shown = values.map(|it| format!("{} {}", it.column, shown(it.before.as_ref())));
    shown.collect::<Vec<_>>().join(", ")
}

fn shown(value: Option<&Option<String>>) -> String {
    match value {
        None => "–".to_owned(),
        Some(None) => "NULL".to_owned(),
        Some(Some(text)) => text.escape_debug().to_string(),
    }
}

/// Rows side by side, for a terminal.
pub(crate) fn samples(ui: &Ui, compared: &Compared) -> Vec<String> {
    let mut text = Vec::new();
    for sampled in &compared.samples {
        if is_same(sampled) {
            text.push(same_rows(ui, sampled));
            continue;
        }
        text.push(ui.tell("compared-samples", &[("table", sampled.table.clone().into())]));
        let rows = side_by_side(ui, sampled).into_iter().map(|it| it.to_vec()).collect();
        text.extend(table(headings(ui).to_vec(), rows).lines().map(|it| format!("  {it}")));
    }
    text
}

/// A comparison as Markdown: a list, then rows side by side.
pub(crate) fn markdown(ui: &Ui, compared: &Compared) -> String {
    let mut text = String::new();
    for (_, line) in lines(ui, compared) {
        text.push_str(&format!("- {}\n", escaped(&line)));
    }
    for sampled in &compared.samples {
        if is_same(sampled) {
            text.push_str(&format!("- {}\n", escaped(&same_rows(ui, sampled))));
        }
    }
    for sampled in compared.samples.iter().filter(|it| !is_same(it)) {
        let title = ui.tell("compared-samples", &[("table", sampled.table.clone().into())]);
        text.push_str(&format!("\n{}\n\n", escaped(&title)));
        text.push_str(&format!("| {} |\n|---|---|---|---|\n", headings(ui).join(" | ")));
        for cells in side_by_side(ui, sampled) {
            let cells: Vec<String> = cells.iter().map(|it| escaped(it)).collect();
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    text
}

/// A comparison for machines.
pub(crate) fn document(ui: &Ui, compared: &Compared) -> Json {
    let differences = compared.differences.iter().map(|it| {
        let mut one = json!({
            "table": it.table,
            "change": it.change,
            "cause": it.cause,
            "verdict": it.verdict.as_str(),
            "valuesCompared": !it.blind,
            "text": difference(ui, it),
        });
        if let Some((inserted, updated, deleted)) = it.writes {
            one["writes"] = json!({ "inserted": inserted, "updated": updated, "deleted": deleted });
        }
        one
    });
    let left_out = compared
        .left_out
        .iter()
        .map(|it| json!({ "table": it.table, "because": it.because, "text": left_out(ui, it) }));
    let value = |it: &SampledValue| json!({ "column": it.column, "before": it.before, "after": it.after, "changed": it.is_changed() });
    let row = |it: &SampledRow| {
        json!({
            "key": it.key,
            "there": it.is_there,
            "values": it.values.iter().map(value).collect::<Vec<_>>(),
        })
    };
    let samples = compared.samples.iter().map(|it| {
        json!({ "table": it.table, "key": it.key, "rows": it.rows.iter().map(row).collect::<Vec<_>>() })
    });
    json!({
        "since": compared.since.to_string(),
        "tables": compared.tables,
        "rows": compared.rows,
        "verdict": compared.verdict().as_str(),
        "differences": differences.collect::<Vec<_>>(),
        "leftOut": left_out.collect::<Vec<_>>(),
        "samples": samples.collect::<Vec<_>>(),
        "times": times_document(compared),
    })
}

fn times_document(compared: &Compared) -> Json {
    json!({
        "before": compared.times_before,
        "now": compared.times,
        "unit": "microseconds",
        "slower": compared.times.is_some().then(|| compared.is_slower()),
    })
}
