//! What must be done to turn one schema into another.
//!
//! Objects are paired, pairs are compared, and each difference becomes a [`Step`] that owns its
//! values, its names written as they will be printed. Steps come out in no particular order:
//! that is settled by [`crate::order`]. Nothing is ever guessed to be renamed (Prisma facts
//! 10.2).

mod columns;
mod defaults;
mod enums;
mod expressions;
mod extensions;
mod indexes;
mod keys;
mod tables;
mod types;

pub use types::cast;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use crate::model::{ColumnType, Origin, SqlSchema};
use crate::name::{Ident, ObjectName};
use crate::order::order;
use crate::render::Dialect;
use crate::step::{Change, Place, Position, Step};

/// The terms on which two schemas are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// How the result will be written.
    pub dialect: Dialect,
    /// The namespace of names without one: `schema` of the URL, else `public`.
    pub default_namespace: Ident,
    /// Tables that others look after, namespace included: left alone (Prisma facts 10.11).
    pub external_tables: BTreeSet<ObjectName>,
    /// Enum types that others look after, namespace included.
    pub external_enums: BTreeSet<ObjectName>,
    /// Whether the partial indexes of a database are compared (preview `partialIndexes` of 7).
    /// Without it Prisma 7, which reads them all the same, neither drops nor misses one.
    pub partial_indexes: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            default_namespace: Ident::new("public"),
            external_tables: BTreeSet::new(),
            external_enums: BTreeSet::new(),
            partial_indexes: false,
        }
    }
}

/// The steps that turn `from` into `to`, in the order in which they run; see [`diff`].
pub fn steps<'a>(from: &SqlSchema, to: impl Into<Cow<'a, SqlSchema>>, terms: &Terms) -> Vec<Step> {
    order(diff(from, to, terms), terms.dialect.fidelity)
}

/// The steps that turn `from` into `to`, not yet in order; none when nothing that Prisma
/// compares is different. What is new in a schema that is given away goes into the steps without a
/// copy.
pub fn diff<'a>(from: &SqlSchema, to: impl Into<Cow<'a, SqlSchema>>, terms: &Terms) -> Vec<Step> {
    let to = to.into();
    let mut comparison = Comparison::new(from, &to, terms);
    comparison.namespaces();
    comparison.extensions();
    comparison.enums();
    let new = comparison.tables();
    let mut steps = comparison.steps;
    tables::create(to, new, terms, &mut steps);
    steps
}

impl<'a> From<&'a SqlSchema> for Cow<'a, SqlSchema> {
    fn from(schema: &'a SqlSchema) -> Self {
        Cow::Borrowed(schema)
    }
}

impl From<SqlSchema> for Cow<'_, SqlSchema> {
    fn from(schema: SqlSchema) -> Self {
        Cow::Owned(schema)
    }
}

/// Tables of the PostGIS extension, which Prisma never touches (Prisma facts 8).
const POSTGIS: [&str; 5] = [
    "spatial_ref_sys",
    "geometry_columns",
    "geography_columns",
    "raster_columns",
    "raster_overviews",
];

/// Prisma's own table.
const LEDGER: &str = "_prisma_migrations";

/// One comparison: both sides, who is paired with whom, and the steps so far.
struct Comparison<'a> {
    from: &'a SqlSchema,
    to: &'a SqlSchema,
    terms: &'a Terms,
    /// For each table of `from`, the one of `to`; nothing for those that are left alone.
    table_pairs: Pairs,
    enum_pairs: Pairs,
    steps: Vec<Step>,
}

/// Who is paired with whom, by index.
#[derive(Debug, Default)]
struct Pairs {
    /// `(from, to)`, in the order of `from`.
    both: Vec<(usize, usize)>,
    only_from: Vec<usize>,
    only_to: Vec<usize>,
}

impl Pairs {
    /// Pairs two lists by key; things without a key are left out.
    fn new<K: Hash + Eq>(
        from: impl Iterator<Item = Option<K>>,
        to: impl Iterator<Item = Option<K>>,
    ) -> Self {
        let mut from = from.enumerate().peekable();
        let is_empty = from.peek().is_none();
        let mut wanted: HashMap<K, usize> = HashMap::new();
        // Of each wanted thing, whether it is alone; those that are left out are not.
        let mut alone = Vec::new();
        for (at, key) in to.enumerate() {
            alone.push(key.is_some());
            if !is_empty {
                wanted.extend(key.map(|key| (key, at)));
            }
        }
        let mut pairs = Self::default();
        for (at, key) in from {
            let Some(key) = key else { continue };
            match wanted.get(&key) {
                Some(&other) => {
                    alone[other] = false;
                    pairs.both.push((at, other));
                }
                None => pairs.only_from.push(at),
            }
        }
        pairs.only_to = (0..alone.len()).filter(|&at| alone[at]).collect();
        pairs
    }
}

impl Pairs {
    /// Pairs two lists by likeness, each thing with the first one that is free. What is like
    /// something on the other side that is taken already is neither alone nor paired: Prisma
    /// neither makes nor drops the second of two equal indexes or foreign keys (measured).
    fn alike<T>(from: &[T], to: &[T], alike: impl Fn(&T, &T) -> bool) -> Self {
        let mut pairs = Self::default();
        let mut taken = vec![false; to.len()];
        let mut known = vec![false; to.len()];
        for (part, one) in from.iter().enumerate() {
            let mut candidates = (0..to.len()).filter(|&other| alike(one, &to[other])).peekable();
            if candidates.peek().is_none() {
                pairs.only_from.push(part);
            }
            let mut free = None;
            for other in candidates {
                known[other] = true;
                if free.is_none() && !taken[other] {
                    free = Some(other);
                }
            }
            if let Some(other) = free {
                taken[other] = true;
                pairs.both.push((part, other));
            }
        }
        pairs.only_to = (0..to.len()).filter(|&other| !known[other]).collect();
        pairs
    }
}

/// A name as SQL without its namespace and quotes.
fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name).trim_matches('"')
}

/// A namespace and a name: two objects with the same key are the same object.
type Key<'a> = (&'a Ident, &'a Ident);

impl<'a> Comparison<'a> {
    fn new(from: &'a SqlSchema, to: &'a SqlSchema, terms: &'a Terms) -> Self {
        let mut comparison = Self {
            from,
            to,
            terms,
            table_pairs: Pairs::default(),
            enum_pairs: Pairs::default(),
            steps: Vec::new(),
        };
        let tables = |schema: &'a SqlSchema| schema.tables.iter().map(|table| &table.name);
        let enums = |schema: &'a SqlSchema| schema.enums.iter().map(|it| &it.name);
        comparison.table_pairs = Pairs::new(
            tables(from).map(|name| comparison.table_key(name)),
            tables(to).map(|name| comparison.table_key(name)),
        );
        comparison.enum_pairs = Pairs::new(
            enums(from).map(|name| comparison.enum_key(name)),
            enums(to).map(|name| comparison.enum_key(name)),
        );
        comparison
    }

    fn key(&self, name: &'a ObjectName) -> Key<'a> {
        (name.namespace.as_ref().unwrap_or(&self.terms.default_namespace), &name.name)
    }

    /// The key of a table, nothing for one that is left alone.
    fn table_key(&self, name: &'a ObjectName) -> Option<Key<'a>> {
        let plain = name.name.as_str();
        if plain == LEDGER || POSTGIS.contains(&plain) {
            return None;
        }
        self.managed(name, &self.terms.external_tables)
    }

    /// The key of an enum, nothing for one that is left alone.
    fn enum_key(&self, name: &'a ObjectName) -> Option<Key<'a>> {
        self.managed(name, &self.terms.external_enums)
    }

    fn managed(&self, name: &'a ObjectName, external: &BTreeSet<ObjectName>) -> Option<Key<'a>> {
        let key = self.key(name);
        if external.is_empty() {
            return Some(key);
        }
        let full = ObjectName { namespace: Some(key.0.clone()), name: key.1.clone() };
        (!external.contains(&full)).then_some(key)
    }

    /// How an object that goes is written: against a schema file without the default namespace,
    /// else with one always (Prisma facts 10.10; measured).
    fn dropped(&self, name: &ObjectName) -> ObjectName {
        let default = &self.terms.default_namespace;
        let namespace = if self.to.origin.is_file() {
            name.namespace.clone().filter(|namespace| namespace != default)
        } else {
            Some(name.namespace.as_ref().unwrap_or(default).clone())
        };
        ObjectName { namespace, name: name.name.clone() }
    }

    /// Whether two types are one and the same enum.
    fn same_enum(&self, from: &'a ObjectName, to: &'a ObjectName) -> bool {
        self.key(from) == self.key(to)
    }

    fn push(&mut self, change: Change, previous: Option<Position>, next: Option<Position>) {
        self.steps.push(Step { change, place: Place { previous, next } });
    }

    /// Namespaces are made where something needs them, never dropped. What needs one is an object
    /// of the wanted side or, oddly, a table of the previous one (measured).
    fn namespaces(&mut self) {
        let (from, to) = (self.from, self.to);
        let tables = to.tables.iter().chain(&from.tables).map(|table| &table.name);
        let names = tables.chain(to.enums.iter().map(|it| &it.name));
        let used: BTreeSet<&Ident> = names.map(|name| self.key(name).0).collect();
        for (at, namespace) in to.namespaces.iter().enumerate() {
            if used.contains(namespace) && !from.namespaces.contains(namespace) {
                let change = Change::CreateNamespace(namespace.clone());
                self.push(change, None, Some(Position::of(at)));
            }
        }
    }

    /// Whether one side is a database, which prints texts in its own way.
    fn is_live(&self) -> bool {
        [self.from.origin, self.to.origin].contains(&Origin::Database)
    }

    /// The enum of a column, if it holds one.
    fn enum_of(kind: &ColumnType) -> Option<&ObjectName> {
        match kind {
            ColumnType::Enum(name) => Some(name),
            _ => None,
        }
    }
}
