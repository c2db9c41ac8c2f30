//! What is different in the tables of a service from what was remembered, and whose work that is.
//!
//! Pure. A difference that a pending migration says it makes is its work; one that the service or somebody else may
//! have made, as the server's own counters of writes bear out, is theirs; what nobody accounts for is damage.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use radoub_postgres::census::{Census, Counted};
use radoub_postgres::snapshot::Writes;
use radoub_schema::name::{Ident, ObjectName};
use serde::{Deserialize, Serialize};

use super::memory::{LeftOutTable, Remembered, TableMemory, left_out};
use super::samples::{SampledTable, sampled};
use super::times::Times;
use super::touch::{Touch, Touches};
use crate::failure::{Failure, FailureCode};
use crate::gate::Verdict;

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// When that was counted which this is compared with.
    pub since: Timestamp,
    /// How many tables were compared.
    pub tables: usize,
    /// How many rows they have now.
    pub rows: i64,
    /// What is different, by table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// Tables that could not be compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutTable>,
    /// How fast the health route answered then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times_before: Option<Times>,
    /// How fast it answers now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// Rows of the tables that differ, then and now. For screens only: journals hold no rows.
    #[serde(skip)]
    pub samples: Vec<SampledTable>,
}

/// A table that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Its quoted name.
    pub table: String,
    /// What is different.
    pub change: Change,
    /// Whose work it is.
    pub cause: Cause,
    /// Whether that settles it.
    pub verdict: Verdict,
    /// Whether the sums of its columns could not be compared, because they are those of other rows: values may differ
    /// too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blind: bool,
    /// What the server counted since: rows inserted, updated, deleted; `None` when it began to count anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writes: Option<(i64, i64, i64)>,
}

/// What is different in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// The table is not there.
    Gone {
        /// How many rows it had.
        rows: i64,
    },
    /// It has fewer rows.
    Lost {
        /// How many fewer.
        rows: i64,
    },
    /// It has more rows.
    Gained {
        /// How many more.
        rows: i64,
    },
    /// It has as many rows, and not all of them are the same: some went and as many came.
    Replaced,
    /// The same rows, with other values in these columns.
    Changed {
        /// The columns, unquoted.
        columns: Vec<String>,
    },
}

impl Change {
    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Gone { .. } => "gone",
            Self::Lost { .. } => "lost",
            Self::Gained { .. } => "gained",
            Self::Replaced => "replaced",
            Self::Changed { .. } => "changed",
        }
    }
}

/// Whose work a difference is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Cause {
    /// A migration says that it does it.
    Migration {
        /// Which.
        migration: String,
    },
    /// A migration runs code that may have done it.
    Code {
        /// Which.
        migration: String,
    },
    /// The service or another session was there, and the server counted such writes.
    Use,
    /// Nobody's that is known.
    Nobody,
}

impl Cause {
    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Migration { .. } => "migration",
            Self::Code { .. } => "code",
            Self::Use => "use",
            Self::Nobody => "nobody",
        }
    }
}

/// What happened between the two counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meanwhile<'a> {
    /// What migrations did.
    pub(super) touches: &'a Touches,
    /// Whether the service was or is running.
    pub(super) runs: bool,
    /// Whether it was only the time of a run, in which the use of a service is expected.
    pub(super) is_run: bool,
}

impl Compared {
    /// All of it in one word.
    pub fn verdict(&self) -> Verdict {
        self.differences.iter().map(|it| it.verdict).max().unwrap_or(Verdict::Pass)
    }

    /// Whether the health route answers more slowly than then, beyond the spread.
    pub fn is_slower(&self) -> bool {
        self.times.zip(self.times_before).is_some_and(|(now, then)| now.is_slower_than(&then))
    }

    /// Whether it was measured then and now, and is not slower.
    pub fn is_as_fast(&self) -> bool {
        self.times.is_some() && self.times_before.is_some() && !self.is_slower()
    }

    /// The first difference that nobody accounts for, as a failure of the service.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let first = self.differences.iter().find(|it| it.verdict == Verdict::Fail)?;
        let table = ("table", first.table.clone());
        let (code, values) = match &first.change {
            Change::Gone { rows } | Change::Lost { rows } => {
                (FailureCode::RowsLost, vec![("count", rows.to_string()), table])
            }
            Change::Replaced | Change::Gained { .. } => {
                (FailureCode::RowsLost, vec![("count", "?".to_owned()), table])
            }
            Change::Changed { columns } => {
                (FailureCode::ValuesChanged, vec![("columns", columns.join(", ")), table])
            }
        };
        Some(Failure::new(code, values))
    }
}

/// Compares what is there with what was remembered.
pub(super) fn compare(before: &Remembered, after: &Census, meanwhile: Meanwhile<'_>) -> Compared {
    let now: BTreeMap<&ObjectName, &Counted> =
        after.tables.iter().map(|table| (&table.name, table)).collect();
    let uncounted: BTreeSet<&ObjectName> = after.left_out.iter().map(|it| &it.name).collect();
    let in_use = meanwhile.runs || before.in_use || after.others > 0;
    let by_cascade = cascades(after, meanwhile.touches);
    let mut compared = Compared {
        since: before.taken_at,
        tables: 0,
        rows: 0,
        differences: Vec::new(),
        left_out: before.left_out.clone(),
        times_before: before.times,
        times: None,
        samples: Vec::new(),
    };
    for one in left_out(after) {
        if !compared.left_out.iter().any(|it| it.table == one.table) {
            compared.left_out.push(one);
        }
    }
    for table in &before.tables {
        let name = table.name();
        if uncounted.contains(&name) {
            continue;
        }
        let counted = now.get(&name).copied();
        compared.tables += 1;
        compared.rows += counted.map_or(0, |it| it.rows + it.later);
        let writes = counted.and_then(|it| since(table.writes, it.writes));
        for change in changes(table, counted) {
            let cause = if let Some(migration) = meanwhile.touches.by_name(&name) {
                Cause::Migration { migration: migration.to_owned() }
            } else if let Some(migration) = by_cascade.get(&name) {
                Cause::Migration { migration: migration.clone() }
            } else if let Some(migration) = meanwhile.touches.by_code() {
                Cause::Code { migration: migration.to_owned() }
            } else if in_use && accounts_for(writes, &change) {
                Cause::Use
            } else {
                Cause::Nobody
            };
            let verdict = verdict(&change, &cause, meanwhile.is_run);
            let blind = matches!(change, Change::Lost { .. } | Change::Gained { .. })
                && counted.is_some_and(|it| it.rows != table.rows);
            let table = name.to_string();
            compared.differences.push(Difference { table, change, cause, verdict, blind, writes });
        }
        let is_other = compared.differences.last().is_some_and(|it| it.table == name.to_string());
        compared.samples.extend(counted.filter(|_| is_other).and_then(|it| sampled(table, it)));
    }
    compared
}

/// What is different in a table.
fn changes(before: &TableMemory, after: Option<&Counted>) -> Vec<Change> {
    let Some(after) = after else { return vec![Change::Gone { rows: before.rows }] };
    let mut found = Vec::new();
    // What came behind the largest key is in no sum.
    let more = after.rows - before.rows;
    if more < 0 {
        found.push(Change::Lost { rows: -more });
    }
    if more.max(0) + after.later > 0 {
        found.push(Change::Gained { rows: more.max(0) + after.later });
    }
    if more != 0 || !has_same_key(before, after) {
        return found;
    }
    let other_rows = before.identity != after.identity;
    if other_rows && !before.key.is_empty() {
        found.push(Change::Replaced);
        return found;
    }
    let columns: Vec<String> = before
        .columns
        .iter()
        .filter(|(name, form, sum)| {
            let now = after.columns.iter().find(|it| it.column.as_str() == name);
            now.is_some_and(|now| now.form == *form && now.sum != *sum)
        })
        .map(|(name, ..)| name.clone())
        .collect();
    if !columns.is_empty() {
        found.push(Change::Changed { columns });
    } else if other_rows && has_same_columns(before, after) {
        // Without a key the sums of columns do not see values that were swapped between rows.
        found.push(Change::Replaced);
    }
    found
}

/// Whether the rows are still told apart by the same: then the sums of their columns compare.
fn has_same_key(before: &TableMemory, after: &Counted) -> bool {
    let integers = ["smallint", "integer", "bigint"];
    let is_same = |name: &String| {
        let then = before.columns.iter().find(|(column, ..)| column == name);
        let now = after.columns.iter().find(|it| it.column.as_str() == name);
        let (Some((_, then, _)), Some(now)) = (then, now) else { return false };
        // An integer hashes the same whatever its width.
        *then == now.form
            || integers.contains(&then.as_str()) && integers.contains(&now.form.as_str())
    };
    let names: Vec<&str> = after.key.iter().map(Ident::as_str).collect();
    names == before.key && before.key.iter().all(is_same)
}

fn has_same_columns(before: &TableMemory, after: &Counted) -> bool {
    let now = after.columns.iter().map(|it| (it.column.as_str(), it.form.as_str()));
    now.eq(before.columns.iter().map(|(name, form, _)| (name.as_str(), form.as_str())))
}

/// What was written since; `None` when the server began to count anew.
fn since(before: (i64, i64, i64), after: Writes) -> Option<(i64, i64, i64)> {
    let written = (after.inserted - before.0, after.updated - before.1, after.deleted - before.2);
    (written.0 >= 0 && written.1 >= 0 && written.2 >= 0).then_some(written)
}

/// Whether what the server counted can have made the change.
fn accounts_for(writes: Option<(i64, i64, i64)>, change: &Change) -> bool {
    let Some((inserted, updated, deleted)) = writes else { return false };
    match change {
        Change::Gone { .. } => false,
        Change::Lost { rows } => deleted >= *rows,
        Change::Gained { rows } => inserted >= *rows,
        Change::Replaced | Change::Changed { .. } => updated > 0 || deleted > 0 && inserted > 0,
    }
}

fn verdict(change: &Change, cause: &Cause, is_run: bool) -> Verdict {
    match (change, cause) {
        (_, Cause::Migration { .. }) | (Change::Gained { .. }, _) => Verdict::Pass,
        (_, Cause::Use) if is_run => Verdict::Pass,
        (_, Cause::Use | Cause::Code { .. }) => Verdict::Inconclusive,
        (_, Cause::Nobody) => Verdict::Fail,
    }
}

/// The tables whose rows go or change with rows that a migration deletes or changes, and that migration.
fn cascades(census: &Census, touches: &Touches) -> BTreeMap<ObjectName, String> {
    let mut found: BTreeMap<ObjectName, String> = BTreeMap::new();
    loop {
        let mut more = Vec::new();
        for cascade in &census.cascades {
            if found.contains_key(&cascade.child) {
                continue;
            }
            let migration = if let Some(migration) = found.get(&cascade.parent) {
                Some(migration.clone())
            } else {
                let reaches = |it: &&Touch| {
                    it.deletes && cascade.with_deleted || it.updates && cascade.with_updated
                };
                let parent = touches.rows_of(&cascade.parent).filter(reaches);
                parent.map(|it| it.migration.clone())
            };
            more.extend(migration.map(|migration| (cascade.child.clone(), migration)));
        }
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use radoub_postgres::census::{Cascade, ColumnSum};
    use radoub_postgres::snapshot::Identity;
    use radoub_schema::migration::{Migration, MigrationScript};

    use super::*;
    use crate::fleet::ServiceName;

    fn name(table: &str) -> ObjectName {
        ObjectName::in_namespace("public", table)
    }

    /// A table with so many rows, and names, types and sums of its columns.
    fn counted(table: &str, rows: i64, columns: &[(&str, &str, &str)]) -> Counted {
        let columns = columns.iter().map(|(column, form, sum)| ColumnSum {
            column: Ident::new(*column),
            form: (*form).to_owned(),
            sum: (*sum).to_owned(),
        });
        Counted {
            name: name(table),
            key: vec![Ident::new("id")],
            upto: None,
            rows,
            later: 0,
            identity: "1".to_owned(),
            columns: columns.collect(),
            samples: Vec::new(),
            writes: Writes::default(),
            bytes: 0,
        }
    }

    fn census(tables: Vec<Counted>) -> Census {
        let database =
            Identity { version_number: 150_000, system_identifier: None, database_oid: 1 };
        Census {
            database,
            taken_at: SystemTime::UNIX_EPOCH,
            tables,
            left_out: Vec::new(),
            cascades: Vec::new(),
            others: 0,
        }
    }

    /// `table change verdict cause` of each difference, when nobody uses the database and this script was applied.
    fn differences(before: &Census, after: &Census, script: &str) -> Vec<String> {
        let before = Remembered::of(&ServiceName::new("shop"), before, false, Vec::new(), None);
        let migration = Migration {
            name: "1_m".into(),
            script: Some(MigrationScript::from_bytes(script.as_bytes())),
        };
        let touches = Touches::of(std::iter::once(("1_m", Some(&migration))));
        let meanwhile = Meanwhile { touches: &touches, runs: false, is_run: true };
        let compared = compare(&before, after, meanwhile);
        let shown = |it: &Difference| {
            let (change, cause) = (it.change.as_str(), it.cause.as_str());
            format!("{} {change} {} {cause}", it.table, it.verdict.as_str())
        };
        compared.differences.iter().map(shown).collect()
    }

    const ID: (&str, &str, &str) = ("id", "integer", "5");

    #[test]
    fn only_columns_that_both_sides_have_with_one_type_are_compared() {
        let before =
            || census(vec![counted("t", 3, &[ID, ("a", "text", "7"), ("b", "integer", "8")])]);
        for (columns, expected) in [
            (vec![ID, ("a", "text", "7"), ("b", "integer", "8"), ("c", "text", "9")], vec![]),
            (vec![ID, ("a", "text", "7")], vec![]),
            (vec![ID, ("a", "text", "7"), ("b", "bigint", "1")], vec![]),
            (
                vec![("id", "bigint", "5"), ("a", "text", "1")],
                vec!["\"public\".\"t\" changed fail nobody"],
            ),
            // With a key of another type nothing but the number of rows compares.
            (vec![("id", "text", "5"), ("a", "text", "1")], vec![]),
        ] {
            let after = census(vec![counted("t", 3, &columns)]);
            assert_eq!(differences(&before(), &after, ""), expected, "{columns:?}");
        }
    }

    #[test]
    fn rows_that_go_by_a_foreign_key_go_by_the_migration_that_deletes_their_parent() {
        let tables = |rows| ["a", "b", "c"].map(|it| counted(it, rows, &[ID])).to_vec();
        let mut after = census(tables(1));
        let cascade = |child: &str, parent: &str| Cascade {
            child: name(child),
            parent: name(parent),
            with_deleted: true,
            with_updated: false,
        };
        after.cascades = vec![cascade("c", "b"), cascade("b", "a")];
        let migration = |table: &str| format!("\"public\".\"{table}\" lost pass migration");
        let nobody = |table: &str| format!("\"public\".\"{table}\" lost fail nobody");
        let found = differences(&census(tables(2)), &after, "DELETE FROM a WHERE x = 1;");
        assert_eq!(found, ["a", "b", "c"].map(migration));
        let found = differences(&census(tables(2)), &after, "UPDATE a SET x = 1;");
        assert_eq!(found, [migration("a"), nobody("b"), nobody("c")]);
        let found = differences(&census(tables(2)), &after, "SELECT tidy_up();");
        let code = |table: &str| format!("\"public\".\"{table}\" lost inconclusive code");
        assert_eq!(found, ["a", "b", "c"].map(code));
    }

    #[test]
    fn those_who_use_a_database_account_for_what_the_server_has_counted() {
        let mut before = census(vec![counted("t", 9, &[ID])]);
        before.others = 1;
        let mut after = census(vec![counted("t", 7, &[ID])]);
        after.tables[0].writes.deleted = 2;
        assert_eq!(differences(&before, &after, ""), ["\"public\".\"t\" lost pass use"]);
        after.tables[0].writes.deleted = 1;
        assert_eq!(differences(&before, &after, ""), ["\"public\".\"t\" lost fail nobody"]);
        before.others = 0;
        after.tables[0].writes.deleted = 2;
        assert_eq!(differences(&before, &after, ""), ["\"public\".\"t\" lost fail nobody"]);
    }
}
