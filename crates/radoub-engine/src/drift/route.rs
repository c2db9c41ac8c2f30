//! The way from any side to any other, as steps and as SQL.

use std::borrow::Cow;

use radoub_schema::diff::steps;
use radoub_schema::model::{ColumnType, Origin, SqlSchema};
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::outline::{Object, outline};
use radoub_schema::render::render;
use radoub_schema::script::Script;
use radoub_schema::step::Step;
use radoub_schema::warning::{header, warnings};

use super::pairs::{self, Pair};
use super::sides::{Drift, Trial};

/// One of the three sides, or the point of the history that the database should be at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The database.
    Live,
    /// schema.prisma.
    Schema,
    /// The end of the migration history.
    History,
    /// The end of what is applied of it.
    Applied,
}

impl Side {
    /// All sides.
    pub const ALL: [Self; 4] = [Self::Live, Self::Schema, Self::History, Self::Applied];

    /// The name on the command line, in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Schema => "schema",
            Self::History => "history",
            Self::Applied => "applied",
        }
    }
}

impl Drift {
    /// What a side holds, as far as it is known.
    pub fn side(&self, side: Side) -> Option<&SqlSchema> {
        match side {
            Side::Live => self.live.as_ref().map(|it| &it.schema),
            Side::Schema => self.wanted.as_ref().ok().map(|it| &it.schema),
            Side::History => match &self.trial {
                Trial::Ends(ended) => Some(&ended.end.schema),
                _ => None,
            },
            Side::Applied => match &self.trial {
                Trial::Ends(ended) => ended.applied.as_ref().map(|it| &it.schema),
                Trial::Stops(stopped) => stopped.applied.as_ref().map(|it| &it.schema),
                _ => None,
            },
        }
    }

    /// The same, where no history is the history of an empty database.
    fn database(&self, side: Side) -> Option<Cow<'_, SqlSchema>> {
        match (side, &self.trial) {
            (Side::History | Side::Applied, Trial::Nothing) => {
                let live = self.side(Side::Live)?;
                Some(Cow::Owned(pairs::nothing(&live.namespaces)))
            }
            _ => self.side(side).map(Cow::Borrowed),
        }
    }

    /// What leads from one side to the other, in the order in which it runs; `None` when one of them
    /// is not known. Names in the default namespace are bare, as in Prisma's own migrations.
    pub fn route(&self, from: Side, to: Side) -> Option<Vec<Step>> {
        let found = |pair: &Option<Pair>| pair.as_ref().map(|it| it.steps.clone());
        match (from, to) {
            (Side::Live, Side::Schema) => found(&self.pairs.live_wanted),
            (Side::History, Side::Schema) => found(&self.pairs.history_wanted),
            _ => {
                let terms = self.terms();
                let start = match (from, &self.realised) {
                    // A database compares with a database without what only seems to differ.
                    (Side::Schema, Some(realised)) => Cow::Borrowed(&realised.schema),
                    _ => self.database(from)?,
                };
                let end = bare(&*self.database(to)?, &terms.default_namespace);
                Some(steps(&start, &end, &terms))
            }
        }
    }

    /// The same as a script with what it would lose at its head; empty when the sides agree.
    pub fn script(&self, from: Side, to: Side) -> Option<String> {
        let steps = self.route(from, to)?;
        if steps.is_empty() {
            return Some(String::new());
        }
        Some(header(&warnings(&steps)) + &render(&steps, self.terms().dialect))
    }

    /// How many statements the way has.
    pub fn statements(&self, from: Side, to: Side) -> Option<usize> {
        let steps = self.route(from, to)?;
        let script =
            if steps.is_empty() { String::new() } else { render(&steps, self.terms().dialect) };
        Some(Script::parse(&script).statements.len())
    }

    /// The same object by object.
    pub fn outline(&self, from: Side, to: Side) -> Option<Vec<Object>> {
        let steps = self.route(from, to)?;
        Some(outline(&steps, &self.terms().default_namespace))
    }
}

/// A database as a schema file would have it: names in the default namespace lose it, so that what
/// is written of it reads like a migration of Prisma's. A database with other namespaces keeps all.
pub(crate) fn bare(schema: &SqlSchema, default_namespace: &Ident) -> SqlSchema {
    let alone = schema.namespaces.iter().all(|it| it == default_namespace);
    if schema.origin != Origin::Database || !alone {
        return schema.clone();
    }
    let strip = |name: &mut ObjectName| {
        if name.namespace.as_ref() == Some(default_namespace) {
            name.namespace = None;
        }
    };
    let mut bare = SqlSchema { origin: Origin::File, namespaces: Vec::new(), ..schema.clone() };
    for it in &mut bare.enums {
        strip(&mut it.name);
    }
    for table in &mut bare.tables {
        strip(&mut table.name);
        for column in &mut table.columns {
            if let ColumnType::Enum(name) = &mut column.kind {
                strip(name);
            }
        }
        for key in &mut table.foreign_keys {
            strip(&mut key.referenced_table);
        }
    }
    bare
}
