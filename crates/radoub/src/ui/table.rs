//! Tables for a person: as wide as the terminal, never wider, readable without lines.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

/// Lays the rows out under their headings.
pub(crate) fn table(headings: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(headings);
    table.add_rows(rows);
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}
