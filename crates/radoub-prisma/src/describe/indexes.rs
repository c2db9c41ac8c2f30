//! `@unique`, `@@unique` and `@@index`.

use radoub_schema::model::{Index, IndexColumn, Method, OperatorClass, Sort, Table};
use radoub_schema::name::Ident;

use super::{Description, arguments, quoted};
use crate::datamodel::ConstraintNames;
use crate::vocabulary;

impl Description<'_> {
    /// `@unique` of the column: its first unique index; Prisma has no words for a second.
    pub(super) fn unique_attribute(&self, place: usize, column: &Ident) -> String {
        let table = &self.found.schema.tables[place];
        let is_first = |index: &&Index| {
            index.unique && index.columns.len() == 1 && index.columns[0].name == *column
        };
        let Some(index) = table.indexes.iter().find(is_first) else { return String::new() };
        let mut parts: Vec<String> = map(table, index).into_iter().collect();
        parts.extend(sort(&index.columns[0]));
        parts.extend(predicate(index));
        format!(" @unique{}", arguments(&parts))
    }

    /// `@@unique` and `@@index`, those that the schema before has in its order, then the rest by name.
    pub(super) fn block_indexes(&self, place: usize) -> String {
        let table = &self.found.schema.tables[place];
        let before = self.previous.model(place).map_or(&[][..], |model| &model.indexes[..]);
        let position =
            |index: &Index| before.iter().position(|it| it.database_name == index.name.as_str());
        let mut indexes: Vec<&Index> =
            table.indexes.iter().filter(|index| !index.unique || index.columns.len() > 1).collect();
        indexes.sort_by_key(|index| position(index).unwrap_or(usize::MAX));
        let lines = indexes.into_iter().filter_map(|index| {
            let names: Vec<Ident> =
                index.columns.iter().map(|column| column.name.clone()).collect();
            let fields = self.fields_over(place, &names)?;
            let fields = fields.into_iter().zip(&index.columns).map(|(name, column)| {
                let mut parts: Vec<String> = operator_class(column).into_iter().collect();
                parts.extend(sort(column));
                format!("{name}{}", arguments(&parts))
            });
            let mut parts = vec![format!("[{}]", fields.collect::<Vec<_>>().join(", "))];
            if index.unique {
                let client_name = position(index).and_then(|at| before[at].client_name.as_ref());
                parts.extend(client_name.map(|name| format!("name: {}", quoted(name))));
            }
            parts.extend(map(table, index));
            parts.extend(method(index.method).map(|name| format!("type: {name}")));
            parts.extend(predicate(index));
            let word = if index.unique { "unique" } else { "index" };
            Some(format!("@@{word}{}\n", arguments(&parts)))
        });
        lines.collect()
    }
}

/// `map`, when the name is not the one that Prisma would give.
fn map(table: &Table, index: &Index) -> Option<String> {
    let names = index.columns.iter().map(|column| column.name.as_str());
    let suffix = if index.unique { "_key" } else { "_idx" };
    let parts = std::iter::once(table.name.name.as_str()).chain(names);
    let usual = ConstraintNames::default().name(parts, suffix);
    (index.name.as_str() != usual).then(|| format!("map: {}", quoted(index.name.as_str())))
}

fn sort(column: &IndexColumn) -> Option<String> {
    (column.sort == Some(Sort::Desc)).then(|| "sort: Desc".to_owned())
}

/// `where` of a partial index, which is only there when it is looked at.
fn predicate(index: &Index) -> Option<String> {
    index.predicate.as_ref().map(|text| format!("where: raw({})", quoted(text)))
}

fn operator_class(column: &IndexColumn) -> Option<String> {
    let class: &OperatorClass = column.operator_class.as_ref().filter(|class| !class.is_default)?;
    let mut known = vocabulary::operator_classes();
    let text = match known.find(|(_, name)| *name == class.name) {
        Some((word, _)) => word.to_owned(),
        None => format!("raw({})", quoted(&class.name)),
    };
    Some(format!("ops: {text}"))
}

fn method(method: Method) -> Option<&'static str> {
    Some(match method {
        Method::BTree => return None,
        Method::Hash => "Hash",
        Method::Gin => "Gin",
        Method::Gist => "Gist",
        Method::SpGist => "SpGist",
        Method::Brin => "Brin",
    })
}
