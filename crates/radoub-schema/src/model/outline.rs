//! A schema as short texts by name: for telling whether two catalogs are alike, and in what they are
//! not, without keeping either.

use std::collections::BTreeMap;

use super::unmanaged::Unmanaged;
use super::{ColumnType, SqlSchema, Table};
use crate::migration::Checksum;
use crate::name::ObjectName;

/// What there is, by kind and name (`column public.orders.note`), each with what it is.
///
/// Equal outlines are equal schemas as far as [`SqlSchema`] and [`Unmanaged`] see them; no order
/// counts. Of what Prisma does not see, only a sum of the
/// definition is kept: a function may hold anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline(pub BTreeMap<String, String>);

/// How two outlines differ in one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It is only in the second.
    Added {
        /// Kind and name.
        what: String,
        /// What it is.
        is: String,
    },
    /// It is only in the first.
    Removed {
        /// Kind and name.
        what: String,
    },
    /// It is in both, and not the same.
    Changed {
        /// Kind and name.
        what: String,
        /// What it was.
        was: String,
        /// What it is.
        is: String,
    },
}

impl Outline {
    /// The outline of a schema; tables of these names are left out.
    pub fn of(schema: &SqlSchema, unmanaged: &Unmanaged, without: &[&str]) -> Self {
        let mut outline = BTreeMap::new();
        for namespace in &schema.namespaces {
            outline.insert(format!("schema {}", namespace.as_str()), String::new());
        }
        for extension in &schema.extensions {
            let version = extension.version.clone().unwrap_or_default();
            outline.insert(format!("extension {}", extension.name.as_str()), version);
        }
        for it in &schema.enums {
            let labels = it.labels.join(", ");
            outline.insert(format!("enum {}", plain(&it.name)), labels);
        }
        for table in schema.tables.iter().filter(|it| !without.contains(&it.name.name.as_str())) {
            add_table(&mut outline, table);
        }
        for object in &unmanaged.objects {
            let of = object.table.as_ref().map(|it| format!(" of {}", plain(it)));
            if object.table.as_ref().is_some_and(|it| without.contains(&it.name.as_str())) {
                continue;
            }
            let kind = format!("{:?}", object.kind).to_lowercase();
            let what = format!("{kind} {}{}", plain(&object.name), of.unwrap_or_default());
            let sum = Checksum::of(&object.definition).to_string();
            outline.insert(what, sum.chars().take(16).collect());
        }
        Self(outline)
    }

    /// A sum of all of it.
    pub fn fingerprint(&self) -> Checksum {
        let lines: String = self.0.iter().flat_map(|(what, is)| [what, "\0", is, "\n"]).collect();
        Checksum::of(&lines)
    }

    /// In what `later` differs from this one, by name.
    pub fn differences(&self, later: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        for (what, was) in &self.0 {
            match later.0.get(what) {
                None => found.push(Difference::Removed { what: what.clone() }),
                Some(is) if is != was => found.push(Difference::Changed {
                    what: what.clone(),
                    was: was.clone(),
                    is: is.clone(),
                }),
                Some(_) => {}
            }
        }
        let new = later.0.iter().filter(|(what, _)| !self.0.contains_key(*what));
        found
            .extend(new.map(|(what, is)| Difference::Added { what: what.clone(), is: is.clone() }));
        found
    }
}

fn add_table(outline: &mut BTreeMap<String, String>, table: &Table) {
    let name = plain(&table.name);
    outline.insert(format!("table {name}"), String::new());
    for column in &table.columns {
        let kind = match &column.kind {
            ColumnType::Native(native) => format!("{native:?}"),
            ColumnType::Enum(name) => plain(name),
            ColumnType::Unsupported(text) => text.clone(),
        };
        let mut is = format!("{kind} {:?}", column.arity);
        if let Some(default) = &column.default {
            is.push_str(&format!(" default {default:?}"));
        }
        if column.is_identity {
            is.push_str(" identity");
        }
        outline.insert(format!("column {name}.{}", column.name.as_str()), is);
    }
    if let Some(key) = &table.primary_key {
        outline.insert(format!("primary key of {name}"), format!("{key:?}"));
    }
    for index in &table.indexes {
        outline.insert(format!("index {} of {name}", index.name.as_str()), format!("{index:?}"));
    }
    for key in &table.foreign_keys {
        outline.insert(format!("foreign key {} of {name}", key.name.as_str()), format!("{key:?}"));
    }
}

/// The name as a person writes it.
fn plain(name: &ObjectName) -> String {
    match &name.namespace {
        Some(namespace) => format!("{}.{}", namespace.as_str(), name.name.as_str()),
        None => name.name.as_str().to_owned(),
    }
}
