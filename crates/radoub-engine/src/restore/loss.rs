//! What was written since a backup, and so would be lost with a restore of it: counted and named, table by table.
//!
//! Rows are counted in a snapshot. Rows written are told by the server's own statistics, which run a moment
//! behind, and begin anew after a crash; where they cannot be compared, the counts alone speak.

use std::collections::BTreeMap;

use radoub_postgres::database::Database;
use radoub_postgres::snapshot::{Identity, Table};
use radoub_postgres::url::DatabaseUrl;

use crate::backup::manifest::{Manifest, TableFacts};
use crate::failure::Failure;
use crate::translate;

/// What one table would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The table, without its namespace when that is `public`.
    pub table: String,
    /// Rows in the backup; `None` when the backup has no such table.
    pub then: Option<i64>,
    /// Rows now; `None` when there is no such table any more.
    pub now: Option<i64>,
    /// Rows inserted, updated and deleted since, where the server can tell.
    pub writes: Option<(i64, i64, i64)>,
}

/// A table in the backup, and now.
type Sides<'a> = (Option<&'a TableFacts>, Option<TableFacts>);

/// A database as it is now.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) identity: Identity,
    pub(crate) tables: Vec<Table>,
}

/// Counts a database, in one snapshot.
pub(crate) async fn look(database: Database, url: &DatabaseUrl) -> Result<Seen, Failure> {
    let query = |error| translate::query_failure(url, &error);
    let snapshot = database.hold_still().await.map_err(query)?;
    let seen = async {
        let identity = snapshot.identity().await?;
        let mut tables = snapshot.tables().await?;
        snapshot.count(&mut tables, |_| {}).await?;
        Ok(Seen { identity, tables })
    };
    let seen = seen.await.map_err(query);
    snapshot.release().await;
    seen
}

/// The tables that differ from the backup, by name.
pub(crate) fn losses(manifest: &Manifest, seen: &Seen) -> Vec<Loss> {
    // Statistics of another database of the same name say nothing.
    let same_database = manifest.database.oid == seen.identity.database_oid
        && manifest.server.system_identifier == seen.identity.system_identifier;
    let mut all: BTreeMap<(&str, &str), Sides<'_>> = BTreeMap::new();
    for table in &manifest.tables {
        all.insert((&table.schema, &table.name), (Some(table), None));
    }
    for table in &seen.tables {
        let key = (table.namespace(), table.name.name.as_str());
        all.entry(key).or_default().1 = Some(TableFacts::of(table));
    }
    let lost = |(then, now): Sides<'_>| {
        let shown = then.map(TableFacts::shown).or_else(|| now.as_ref().map(TableFacts::shown))?;
        let writes = match (then, &now) {
            (Some(then), Some(now)) if same_database => difference(then.writes, now.writes),
            _ => None,
        };
        let loss = Loss {
            table: shown,
            then: then.map(|it| it.rows),
            now: now.as_ref().map(|it| it.rows),
            writes,
        };
        let wrote = loss.writes.is_some_and(|it| it != (0, 0, 0));
        (loss.then != loss.now || wrote).then_some(loss)
    };
    all.into_values().filter_map(lost).collect()
}

/// What was written in between; `None` when the statistics began anew.
fn difference(then: (i64, i64, i64), now: (i64, i64, i64)) -> Option<(i64, i64, i64)> {
    let difference = (now.0 - then.0, now.1 - then.1, now.2 - then.2);
    (difference.0 >= 0 && difference.1 >= 0 && difference.2 >= 0).then_some(difference)
}

/// Whether nothing was written to a database since it was restored from this backup: a table that was only
/// filled has as many insertions as rows, and nothing else.
pub(crate) fn is_untouched(manifest: &Manifest, seen: &Seen) -> bool {
    losses(manifest, seen).iter().all(|loss| loss.then == loss.now)
        && seen.tables.iter().map(TableFacts::of).all(|table| {
            let (inserted, updated, deleted) = table.writes;
            inserted <= table.rows && updated == 0 && deleted == 0
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_that_began_anew_tell_nothing() {
        assert_eq!(difference((5, 1, 0), (8, 1, 2)), Some((3, 0, 2)));
        assert_eq!(difference((5, 1, 0), (2, 0, 0)), None);
    }
}
