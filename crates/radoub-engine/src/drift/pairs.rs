//! Two sides compared, as often as there are two of them.
//!
//! What only seems to differ because of Prisma's ways (facts 11.7) is taken out: the wanted schema
//! is made on a scratch database once, and what differs there is no drift. Pure; who makes that
//! database is the matter of [`super::sides`].

use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::{Origin, SqlSchema};
use radoub_schema::name::Ident;
use radoub_schema::phantom;
use radoub_schema::step::Step;

/// Two sides, compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pair {
    /// What leads from the first to the second, in the order in which it runs.
    pub steps: Vec<Step>,
    /// How many steps were left out because they only seem to be needed.
    pub phantoms: usize,
}

impl Pair {
    /// Whether nothing is different.
    pub fn agrees(&self) -> bool {
        self.steps.is_empty()
    }
}

/// Compares a database with what is wanted. `realised` is the wanted schema as a database shows
/// it; without it nothing is taken out.
pub fn with_wanted(
    database: &SqlSchema,
    wanted: &SqlSchema,
    realised: Option<&SqlSchema>,
    terms: &Terms,
) -> Pair {
    let all = steps(database, wanted, terms);
    let Some(realised) = realised.filter(|_| !all.is_empty()) else {
        return Pair { steps: all, phantoms: 0 };
    };
    let seeming = steps(realised, wanted, terms);
    let real = between(database, realised, terms);
    let left = if real.is_empty() {
        Vec::new()
    } else {
        phantom::without(&all, &seeming, &real, &terms.default_namespace)
    };
    Pair { phantoms: all.len() - left.len(), steps: left }
}

/// What leads from one database to another.
pub fn between(from: &SqlSchema, to: &SqlSchema, terms: &Terms) -> Vec<Step> {
    steps(from, with_namespaces(to, from), terms)
}

/// A database in which there is nothing, as it is compared with others.
pub fn nothing(namespaces: &[Ident]) -> SqlSchema {
    SqlSchema { origin: Origin::Database, namespaces: namespaces.to_vec(), ..SqlSchema::default() }
}

/// Whether Prisma would see anything in it.
pub fn is_nothing(schema: &SqlSchema, terms: &Terms) -> bool {
    steps(schema, nothing(&schema.namespaces), terms).is_empty()
}

/// Namespaces are never dropped, and a scratch database has those that its server gives: that one
/// of the two lacks an empty one is no difference.
fn with_namespaces(to: &SqlSchema, from: &SqlSchema) -> SqlSchema {
    let used = |namespace: &Ident| {
        let names = to.tables.iter().map(|it| &it.name).chain(to.enums.iter().map(|it| &it.name));
        let mut names = names.filter_map(|name| name.namespace.as_ref());
        names.any(|it| it == namespace)
    };
    let kept = to.namespaces.iter().filter(|it| from.namespaces.contains(it) || used(it));
    SqlSchema { namespaces: kept.cloned().collect(), ..to.clone() }
}
