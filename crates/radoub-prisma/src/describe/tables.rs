//! Model blocks.

use radoub_schema::model::ColumnType;

use super::columns::Line;
use super::relations::Place;
use super::{Block, Description, documentation, join_tables};

impl Description<'_> {
    pub(super) fn models(&mut self) -> Vec<Block> {
        let schema = self.found.schema;
        let ignored = self.ignored();
        let written = |place: &usize| join_tables::is_written(schema, self.joins, *place);
        let places: Vec<usize> = (0..schema.tables.len()).filter(written).collect();
        places.into_iter().map(|place| self.model(place, &ignored)).collect()
    }

    /// Whether the client leaves the model of each table out: the schema before says so, or its rows
    /// cannot be told apart.
    pub(super) fn ignored(&self) -> Vec<bool> {
        let before = |place| self.previous.table(place).is_some_and(|block| block.is_ignored);
        let places = 0..self.found.schema.tables.len();
        places.map(|place| before(place) || !self.has_identity(place)).collect()
    }

    fn model(&mut self, place: usize, ignored: &[bool]) -> Block {
        let table = &self.found.schema.tables[place];
        let named = &self.names.tables[place];
        let previous = self.previous.table(place);
        let is_empty = table.columns.is_empty();
        let newly_ignored =
            !is_empty && ignored[place] && !previous.is_some_and(|block| block.is_ignored);
        let above = documentation(&self.model_documentation(place, newly_ignored));
        self.warn_of_remarks(place);
        let place_before = previous.map(|block| block.place);
        if is_empty {
            self.warnings.without_columns.push(named.name.clone());
            if named.is_kept && named.is_mapped {
                self.warnings.remapped_models.push(named.name.clone());
            }
            let mut inside = self.block_names(named, &table.name);
            if previous.is_some_and(|block| block.is_ignored) {
                inside.push_str("@@ignore\n");
            }
            let inside: String = inside.lines().map(|line| format!("// {line}\n")).collect();
            let text = format!("{above}// model {} {{\n{inside}// }}\n", named.name);
            return Block { place: place_before, text, is_model: false };
        }
        if newly_ignored {
            self.warnings.ignored_models.push(named.name.clone());
        }
        if named.is_kept && named.is_mapped {
            self.warnings.remapped_models.push(named.name.clone());
        }
        let mut text = format!("{above}model {} {{\n", named.name);
        let mut commented = Vec::new();
        for (column, name) in table.columns.iter().zip(&self.columns[place]) {
            let original = column.name.as_str();
            let before = previous.and_then(|block| block.line(original));
            match name {
                None => commented.push(original.to_owned()),
                Some(name) if before.is_some_and(|it| it.is_mapped) => {
                    self.warnings.remapped_fields.push(("Model", named.name.clone(), name.clone()));
                }
                Some(_) => {}
            }
            if let ColumnType::Unsupported(kind) = &column.kind {
                let field = name.as_deref().unwrap_or(original).to_owned();
                let warning = ("Model", named.name.clone(), field, kind.clone());
                self.warnings.unsupported.push(warning);
            }
            let line = Line {
                column,
                name: name.as_deref(),
                previous: before,
                keys: format!(
                    "{}{}",
                    self.id_attribute(place, &column.name),
                    self.unique_attribute(place, &column.name)
                ),
                is_required: false,
                is_in_ignored: ignored[place],
            };
            text.push_str(&self.column_line(&line));
        }
        if !commented.is_empty() {
            commented.sort();
            self.warnings.commented_fields.push(("Model", named.name.clone(), commented));
        }
        text.push_str(&self.relation_lines(Place::Table(place), ignored));
        text.push_str(&self.block_id(place));
        text.push_str(&self.block_indexes(place));
        text.push_str(&self.block_names(named, &table.name));
        if ignored[place] {
            text.push_str("@@ignore\n");
        }
        text.push_str("}\n");
        Block { place: place_before, text, is_model: true }
    }
}
