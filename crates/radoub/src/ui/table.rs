//! Tables for a person: as wide as the terminal, never wider, readable without lines.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

/// Below this many columns a table breaks words; plain lines read better.
const NARROWEST: u16 = 40;

/// Lays the rows out under their headings.
pub(crate) fn table(headings: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(headings);
    table.add_rows(rows);
    // A terminal that does not know its width, or is narrower than the words, wraps by itself.
    if table.width().is_some_and(|width| width >= NARROWEST) {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    let lines: Vec<String> =
        table.lines().map(|line| line.trim_end().trim_start_matches(' ').to_owned()).collect();
    lines.join("\n")
}
