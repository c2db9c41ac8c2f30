//! `@id` and `@@id`.

use radoub_schema::model::{Arity, ColumnType, PrimaryKey, Table};
use radoub_schema::name::Ident;

use super::{Description, arguments, quoted};
use crate::datamodel::ConstraintNames;

impl Description<'_> {
    /// `@id` of the column, when the key is over this one alone.
    pub(super) fn id_attribute(&self, place: usize, column: &Ident) -> String {
        let table = &self.found.schema.tables[place];
        match &table.primary_key {
            Some(key) if key.columns.len() == 1 && key.columns[0] == *column => {
                let map: Vec<String> = map_of_key(table, key).into_iter().collect();
                format!(" @id{}", arguments(&map))
            }
            _ => String::new(),
        }
    }

    /// `@@id`, when the key is over several columns.
    pub(super) fn block_id(&mut self, place: usize) -> String {
        let table = &self.found.schema.tables[place];
        let Some(key) = table.primary_key.as_ref().filter(|key| key.columns.len() > 1) else {
            return String::new();
        };
        let Some(fields) = self.fields_over(place, &key.columns) else { return String::new() };
        let mut parts = vec![format!("[{}]", fields.join(", "))];
        let previous = self.previous.model(place).and_then(|model| model.primary_key.as_ref());
        if let Some(name) = previous.and_then(|key| key.client_name.as_ref()) {
            parts.push(format!("name: {}", quoted(name)));
            self.warnings.renamed_ids.push(self.names.tables[place].name.clone());
        }
        parts.extend(map_of_key(table, key));
        format!("@@id{}\n", arguments(&parts))
    }

    /// The names of the fields over these columns; `None` when one of them is commented out.
    pub(super) fn fields_over(&self, place: usize, columns: &[Ident]) -> Option<Vec<String>> {
        let table = &self.found.schema.tables[place];
        let name = |column: &Ident| {
            let at = table.columns.iter().position(|it| it.name == *column)?;
            self.columns[place][at].clone()
        };
        columns.iter().map(name).collect()
    }

    /// Whether a row can be told from all others by columns that are never null and that the client
    /// understands; a model that cannot is ignored.
    pub(super) fn has_identity(&self, place: usize) -> bool {
        let table = &self.found.schema.tables[place];
        let is_strict = |names: Vec<&Ident>| {
            names.into_iter().all(|name| {
                let at = table.columns.iter().position(|column| column.name == *name);
                at.is_some_and(|at| {
                    let column = &table.columns[at];
                    column.arity == Arity::Required
                        && !matches!(column.kind, ColumnType::Unsupported(_))
                        && self.columns[place][at].is_some()
                })
            })
        };
        let key = table.primary_key.as_ref();
        let uniques = table.indexes.iter().filter(|index| index.unique);
        key.is_some_and(|key| is_strict(key.columns.iter().collect()))
            || uniques
                .map(|index| index.columns.iter().map(|column| &column.name).collect())
                .any(is_strict)
    }
}

/// `map`, when the name is not the one that Prisma would give.
fn map_of_key(table: &Table, key: &PrimaryKey) -> Option<String> {
    let usual = ConstraintNames::default().name([table.name.name.as_str()], "_pkey");
    (key.name.as_str() != usual).then(|| format!("map: {}", quoted(key.name.as_str())))
}
