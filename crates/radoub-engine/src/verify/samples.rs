//! A few rows of a table side by side, as they were and as they are.

use radoub_postgres::census::Counted;

use super::memory::{Row, TableMemory};

/// Rows of one table, then and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledTable {
    /// Its quoted name.
    pub table: String,
    /// The columns of its key, unquoted.
    pub key: Vec<String>,
    /// The rows.
    pub rows: Vec<SampledRow>,
}

/// One row, then and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledRow {
    /// The values of its key.
    pub key: Vec<String>,
    /// Each column with its value then and now; `None` where the column was or is not there.
    pub values: Vec<SampledValue>,
    /// Whether the row is still there.
    pub is_there: bool,
}

/// A value, then and now: the outer `None` where there was or is no such column or row, the inner one for NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledValue {
    /// The column.
    pub column: String,
    /// Then.
    pub before: Option<Option<String>>,
    /// Now.
    pub after: Option<Option<String>>,
}

impl SampledValue {
    /// Whether it is another one.
    pub fn is_changed(&self) -> bool {
        self.before != self.after
    }
}

/// The rows that were remembered of a table, then and now; `None` without one.
pub(super) fn sampled(before: &TableMemory, after: &Counted) -> Option<SampledTable> {
    let row = |then: &Row| {
        let now = after.samples.iter().find(|it| it.key == then.key);
        let value = |name: &str| {
            let values = &now?.values;
            values.iter().find(|(column, _)| column.as_str() == name).map(|(_, it)| it.clone())
        };
        let mut values: Vec<SampledValue> = then
            .values
            .iter()
            .map(|(column, before)| SampledValue {
                column: column.clone(),
                before: Some(before.clone()),
                after: value(column),
            })
            .collect();
        let is_new = |name: &str| !then.values.iter().any(|(column, _)| column == name);
        let new =
            now.into_iter().flat_map(|it| &it.values).filter(|(name, _)| is_new(name.as_str()));
        values.extend(new.map(|(name, value)| SampledValue {
            column: name.as_str().to_owned(),
            before: None,
            after: Some(value.clone()),
        }));
        SampledRow { key: then.key.clone(), values, is_there: now.is_some() }
    };
    let rows: Vec<SampledRow> = before.samples.iter().map(row).collect();
    let name = before.name().to_string();
    (!rows.is_empty()).then(|| SampledTable { table: name, key: before.key.clone(), rows })
}
