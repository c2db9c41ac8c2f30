//! The questions of a census: which sums are asked of a table, and how a value becomes a number.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use radoub_schema::name::{Ident, ObjectName};
use tokio_postgres::Row;

use super::{ColumnSum, Counted, Known, Sample};
use crate::database::{QueryError, read};
use crate::snapshot::Table;

/// How many characters of a value are shown, and one more to know that there are more.
const SHOWN: usize = 60;
/// Keys that are longer are not looked for again.
const LONGEST_KEY: usize = 200;

/// What a table looks like.
#[derive(Debug, Default)]
pub(super) struct Shape {
    columns: Vec<Column>,
    /// Places in `columns`, in the order of the key.
    key: Vec<usize>,
    pub(super) is_readable: bool,
}

#[derive(Debug)]
struct Column {
    name: Ident,
    /// As `format_type` writes it.
    form: String,
    /// Name of the type, when PostgreSQL brings it.
    built_in: Option<String>,
}

/// The tables that the rows of `columns.sql` speak of.
pub(super) fn shapes(rows: &[Row]) -> Result<BTreeMap<ObjectName, Shape>, QueryError> {
    let mut shapes: BTreeMap<ObjectName, Shape> = BTreeMap::new();
    let mut keys: BTreeMap<ObjectName, Vec<(i32, usize)>> = BTreeMap::new();
    for row in rows {
        let table = ObjectName::in_namespace(read::<String>(row, 0)?, read::<String>(row, 1)?);
        let shape = shapes.entry(table.clone()).or_default();
        if let Some(place) = read::<Option<i32>>(row, 5)? {
            keys.entry(table).or_default().push((place, shape.columns.len()));
        }
        shape.is_readable = read(row, 6)?;
        shape.columns.push(Column {
            name: Ident::new(read::<String>(row, 2)?),
            form: read(row, 3)?,
            built_in: read(row, 4)?,
        });
    }
    for (table, mut places) in keys {
        places.sort_unstable();
        if let Some(shape) = shapes.get_mut(&table) {
            shape.key = places.into_iter().map(|(_, at)| at).collect();
        }
    }
    Ok(shapes)
}

impl Column {
    fn is_integer(&self) -> bool {
        matches!(self.built_in.as_deref(), Some("int2" | "int4" | "int8"))
    }

    /// A number that the value and the seed make together; NULL for NULL.
    ///
    /// Types whose equal values may be written differently (`interval`, `inet` with and without mask) go by their
    /// text, and so does whatever the server has no such function for.
    fn hash(&self, seed: &str) -> String {
        let name = &self.name;
        let call =
            |function: &str, value: &str| format!("pg_catalog.{function}({name}{value}, {seed})");
        match self.built_in.as_deref() {
            Some("int2") => call("hashint2extended", ""),
            Some("int4") => call("hashint4extended", ""),
            Some("int8") => call("hashint8extended", ""),
            Some("bool") => call("hashint4extended", "::int4"),
            Some("float4") => call("hashfloat4extended", ""),
            Some("float8") => call("hashfloat8extended", ""),
            Some("numeric") => call("hash_numeric_extended", ""),
            Some("uuid") => call("uuid_hash_extended", ""),
            Some("timestamp") => call("timestamp_hash_extended", ""),
            Some("timestamptz") => call("timestamp_hash_extended", " AT TIME ZONE 'UTC'"),
            Some("jsonb") => call("jsonb_hash_extended", ""),
            Some("text" | "varchar") => call("hashtextextended", " COLLATE \"C\""),
            _ => call("hashtextextended", "::text COLLATE \"C\""),
        }
    }
}

impl Shape {
    /// The key that the rows are told apart by: that of the earlier census where all of it is still there.
    pub(super) fn key(&self, known: Option<&Known>) -> Vec<Ident> {
        match known {
            Some(known) if known.key.iter().all(|name| self.column(name).is_some()) => {
                known.key.clone()
            }
            // Without a key that both know, only the number of rows compares.
            Some(_) => Vec::new(),
            None => self
                .key
                .iter()
                .filter_map(|at| self.columns.get(*at))
                .map(|it| it.name.clone())
                .collect(),
        }
    }

    fn column(&self, name: &Ident) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == *name)
    }

    /// The one integer that the key is.
    fn integer(&self, key: &[Ident]) -> Option<&Column> {
        let [one] = key else { return None };
        self.column(one).filter(|it| it.is_integer())
    }

    /// What makes a row another one than all others, as a number.
    fn seed(&self, key: &[Ident]) -> String {
        if let Some(column) = self.integer(key) {
            return format!("{}::int8", column.name);
        }
        let columns = key.iter().filter_map(|name| self.column(name));
        columns.fold("0".to_owned(), |seed, column| column.hash(&seed))
    }

    /// Count, largest key, sum of the keys, rows behind `upto`, and the sum of each column.
    pub(super) fn question(&self, table: &ObjectName, key: &[Ident], upto: Option<i64>) -> String {
        let seed = self.seed(key);
        let integer = self.integer(key);
        let mut question = "SELECT pg_catalog.count(*)".to_owned();
        let (largest, identity) = match (integer, key.is_empty()) {
            (Some(column), _) => (
                format!("pg_catalog.max({})::int8", column.name),
                format!("pg_catalog.hashint8extended({seed}, 0)"),
            ),
            (None, false) => ("NULL::int8".to_owned(), seed.clone()),
            (None, true) => {
                let names: Vec<String> =
                    self.columns.iter().map(|it| it.name.to_string()).collect();
                let row = format!("ROW({})::text COLLATE \"C\"", names.join(", "));
                ("NULL::int8".to_owned(), format!("pg_catalog.hashtextextended({row}, 0)"))
            }
        };
        let upto = integer.zip(upto);
        let later = upto.map_or_else(
            || "0::int8".to_owned(),
            |(column, upto)| {
                let name = &column.name;
                format!("(SELECT pg_catalog.count(*) FROM ONLY {table} WHERE {name} > {upto})")
            },
        );
        let _ = write!(question, ", {largest}, pg_catalog.sum({identity})::text, {later}");
        for column in &self.columns {
            let _ = write!(question, ", pg_catalog.sum({})::text", column.hash(&seed));
        }
        let _ = write!(question, " FROM ONLY {table}");
        if let Some((column, upto)) = upto {
            let _ = write!(question, " WHERE {} <= {upto}", column.name);
        }
        question
    }

    /// What the answer to [`Shape::question`] says.
    pub(super) fn counted(
        &self,
        table: &Table,
        key: &[Ident],
        row: &Row,
    ) -> Result<Counted, QueryError> {
        let sum = |at| -> Result<String, QueryError> {
            Ok(read::<Option<String>>(row, at)?.unwrap_or_else(|| "0".to_owned()))
        };
        let columns = self.columns.iter().enumerate().map(|(at, column)| {
            Ok(ColumnSum {
                column: column.name.clone(),
                form: column.form.clone(),
                sum: sum(at + 4)?,
            })
        });
        Ok(Counted {
            name: table.name.clone(),
            key: key.to_vec(),
            upto: read(row, 1)?,
            rows: read(row, 0)?,
            later: read(row, 3)?,
            identity: sum(2)?,
            columns: columns.collect::<Result<_, QueryError>>()?,
            samples: Vec::new(),
            writes: table.writes,
            bytes: table.bytes,
        })
    }

    /// The columns whose values may be shown.
    pub(super) fn shown(&self, is_hidden: fn(&str) -> bool) -> Vec<Ident> {
        let names = self.columns.iter().map(|it| &it.name);
        names.filter(|name| !is_hidden(name.as_str())).cloned().collect()
    }

    /// The rows of these keys: an array of texts for each column of the key.
    pub(super) fn these(&self, table: &ObjectName, key: &[Ident], shown: &[Ident]) -> String {
        let arrays: Vec<String> = (1..=key.len()).map(|at| format!("${at}::text[]")).collect();
        let names: Vec<String> = (1..=key.len()).map(|at| format!("k{at}")).collect();
        let mut question = format!(
            "SELECT {} FROM pg_catalog.unnest({}) WITH ORDINALITY wanted({}, place) JOIN ONLY {table} kept ON true",
            values(key, shown),
            arrays.join(", "),
            names.join(", "),
        );
        for (at, name) in key.iter().enumerate() {
            let form = self.column(name).map_or("text", |it| it.form.as_str());
            let _ = write!(question, " AND kept.{name} = wanted.k{}::{form}", at + 1);
        }
        question + " ORDER BY wanted.place"
    }
}

/// How many of so many samples are first ones.
pub(super) fn first(count: usize) -> usize {
    count - count / 3
}

/// The first rows by the key, and the last ones, these the last first.
pub(super) fn first_and_last(
    table: &ObjectName,
    key: &[Ident],
    shown: &[Ident],
    count: usize,
) -> String {
    let values = values(key, shown);
    let (first, last) = (first(count), count - first(count));
    // A bare name would be that of the text that is shown, and not of the column.
    let up: Vec<String> = key.iter().map(|name| format!("kept.{name}")).collect();
    let down: Vec<String> = up.iter().map(|name| format!("{name} DESC")).collect();
    format!(
        "(SELECT {values} FROM ONLY {table} kept ORDER BY {} LIMIT {}) UNION ALL \
         (SELECT {values} FROM ONLY {table} kept ORDER BY {} LIMIT {last})",
        up.join(", "),
        first,
        down.join(", "),
    )
}

/// The values of the key whole, and those of the shown columns cut, of a table that is called `kept`.
fn values(key: &[Ident], shown: &[Ident]) -> String {
    let whole = key.iter().map(|name| format!("kept.{name}::text"));
    let cut =
        shown.iter().map(|name| format!("pg_catalog.\"left\"(kept.{name}::text, {})", SHOWN + 1));
    whole.chain(cut).collect::<Vec<_>>().join(", ")
}

/// The rows that a question for samples gave, each once.
pub(super) fn samples(
    rows: &[Row],
    key: usize,
    shown: &[Ident],
) -> Result<Vec<Sample>, QueryError> {
    let mut samples: Vec<Sample> = Vec::new();
    for row in rows {
        let key: Vec<String> = (0..key).map(|at| read(row, at)).collect::<Result<_, _>>()?;
        let is_known = samples.iter().any(|it| it.key == key);
        if is_known || key.iter().any(|it| it.len() > LONGEST_KEY) {
            continue;
        }
        let values = shown.iter().enumerate().map(|(at, name)| {
            Ok((name.clone(), read::<Option<String>>(row, key.len() + at)?.map(cut)))
        });
        let values = values.collect::<Result<_, QueryError>>()?;
        samples.push(Sample { key, values });
    }
    Ok(samples)
}

/// The value, or its beginning and a sign that there is more.
fn cut(value: String) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(columns: &[(&str, Option<&str>)], key: &[usize]) -> Shape {
        let columns = columns.iter().map(|(name, built_in)| Column {
            name: Ident::new(*name),
            form: built_in.unwrap_or("mood").to_owned(),
            built_in: built_in.map(str::to_owned),
        });
        Shape { columns: columns.collect(), key: key.to_vec(), is_readable: true }
    }

    /// What is asked of a table of this shape.
    #[track_caller]
    fn asks(shape: &Shape, upto: Option<i64>, expected: &str) {
        let asked = shape.question(&ObjectName::bare("t"), &shape.key(None), upto);
        assert_eq!(asked.replace("pg_catalog.", ""), expected);
    }

    #[test]
    fn an_integer_key_is_the_seed_itself_and_bounds_the_sums() {
        let shape = shape(&[("id", Some("int4")), ("mood", None)], &[0]);
        let expected = "SELECT count(*), max(\"id\")::int8, sum(hashint8extended(\"id\"::int8, 0))::text, \
            (SELECT count(*) FROM ONLY \"t\" WHERE \"id\" > 7), \
            sum(hashint4extended(\"id\", \"id\"::int8))::text, \
            sum(hashtextextended(\"mood\"::text COLLATE \"C\", \"id\"::int8))::text \
            FROM ONLY \"t\" WHERE \"id\" <= 7";
        asks(&shape, Some(7), expected);
    }

    #[test]
    fn a_key_of_several_columns_is_chained() {
        let shape = shape(&[("a", Some("uuid")), ("b", Some("text"))], &[1, 0]);
        let key = "uuid_hash_extended(\"a\", hashtextextended(\"b\" COLLATE \"C\", 0))";
        let expected = format!(
            "SELECT count(*), NULL::int8, sum({key})::text, 0::int8, \
             sum(uuid_hash_extended(\"a\", {key}))::text, \
             sum(hashtextextended(\"b\" COLLATE \"C\", {key}))::text FROM ONLY \"t\""
        );
        asks(&shape, None, &expected);
    }

    #[test]
    fn without_a_key_the_whole_row_is_summed() {
        let expected = "SELECT count(*), NULL::int8, \
            sum(hashtextextended(ROW(\"a\")::text COLLATE \"C\", 0))::text, 0::int8, \
            sum(hashint4extended(\"a\"::int4, 0))::text FROM ONLY \"t\"";
        asks(&shape(&[("a", Some("bool"))], &[]), None, expected);
    }

    #[test]
    fn a_long_value_is_cut_between_letters() {
        assert_eq!(cut("é".repeat(60)), "é".repeat(60));
        assert_eq!(cut("é".repeat(61)), format!("{}…", "é".repeat(60)));
    }
}
