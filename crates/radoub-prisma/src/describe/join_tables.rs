//! Which tables are nothing but an implicit many-to-many relation.

use std::collections::BTreeMap;

use radoub_schema::model::{SqlSchema, Table};
use radoub_schema::name::{Ident, ObjectName};

use super::names::is_ledger;

/// A table that becomes a list on two models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JoinTable {
    /// Place of the table.
    pub(super) table: usize,
    /// Place of the table that column `A` refers to.
    pub(super) a: usize,
    /// Place of the table that column `B` refers to; perhaps the same.
    pub(super) b: usize,
    /// Its name without the underscore: that of the relation.
    pub(super) name: String,
}

/// The tables that Prisma takes for implicit relations, in order (measured): a name with an
/// underscore in front, columns `A` and `B` in any case, a foreign key on each, both together
/// unique, an index on `B`, and the table behind `A` not after the one behind `B` by name. What
/// the foreign keys do does not matter, nor what other columns there are.
///
/// Not taken, unlike by Prisma, which writes a schema then that it refuses: a table that another
/// one refers to, and one that refers to a table without an id of one column.
pub(super) fn detect(schema: &SqlSchema) -> Vec<JoinTable> {
    let places: BTreeMap<&ObjectName, usize> =
        schema.tables.iter().enumerate().map(|(place, table)| (&table.name, place)).collect();
    let candidates = schema.tables.iter().enumerate();
    candidates.filter_map(|(place, _)| join_table(schema, &places, place)).collect()
}

/// Whether the table at this place becomes a block of its own.
pub(super) fn is_written(schema: &SqlSchema, joins: &[JoinTable], place: usize) -> bool {
    !is_ledger(&schema.tables[place]) && !joins.iter().any(|join| join.table == place)
}

fn join_table(
    schema: &SqlSchema,
    places: &BTreeMap<&ObjectName, usize>,
    place: usize,
) -> Option<JoinTable> {
    let table = &schema.tables[place];
    let name = table.name.name.as_str().strip_prefix('_')?;
    let column = |wanted: &str| {
        let mut names = table.columns.iter().map(|column| &column.name);
        names.find(|name| name.as_str().eq_ignore_ascii_case(wanted))
    };
    let (a, b) = (column("A")?, column("B")?);
    if table.foreign_keys.len() != 2 || !is_shaped(table, a, b) {
        return None;
    }
    let target = |column: &Ident| {
        let mut keys = table.foreign_keys.iter();
        let key = keys.find(|key| key.columns.len() == 1 && key.columns[0] == *column)?;
        places.get(&key.referenced_table).copied()
    };
    let join = JoinTable { table: place, a: target(a)?, b: target(b)?, name: name.to_owned() };
    let has_id = |place: usize| {
        let key = schema.tables[place].primary_key.as_ref();
        key.is_some_and(|key| key.columns.len() == 1)
    };
    let named = |place: usize| schema.tables[place].name.name.as_str();
    let mut all_keys = schema.tables.iter().flat_map(|table| &table.foreign_keys);
    let is_referred_to = all_keys.any(|key| key.referenced_table == table.name);
    let fits = named(join.a) <= named(join.b) && has_id(join.a) && has_id(join.b);
    (fits && !is_referred_to).then_some(join)
}

/// Whether both columns together are unique and `B` has an index.
fn is_shaped(table: &Table, a: &Ident, b: &Ident) -> bool {
    let is_pair =
        |columns: &[&Ident]| matches!(columns, [first, second] if *first == a && *second == b);
    let key = table.primary_key.as_ref();
    let unique = key.is_some_and(|key| is_pair(&key.columns.iter().collect::<Vec<_>>()));
    let columns = |index: &radoub_schema::model::Index| {
        index.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()
    };
    let mut uniques = table.indexes.iter().filter(|index| index.unique).map(columns);
    let unique = unique || uniques.any(|columns| is_pair(&columns.iter().collect::<Vec<_>>()));
    let mut others = table.indexes.iter().filter(|index| !index.unique).map(columns);
    unique && others.any(|columns| columns.len() == 1 && columns[0] == *b)
}
