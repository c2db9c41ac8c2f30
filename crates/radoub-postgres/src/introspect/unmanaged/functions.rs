//! Functions, procedures and aggregates.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::{Found, class, ident, object_name};
use crate::database::{QueryError, read};

pub(super) fn functions(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    for row in rows {
        let name = object_name(row, 1, 2)?;
        let kind = match read::<&str>(row, 4)? {
            "p" => UnmanagedKind::Procedure,
            "a" => UnmanagedKind::Aggregate,
            _ => UnmanagedKind::Function,
        };
        let definition = if let Some(text) = read::<Option<&str>>(row, 5)? {
            write.unqualified(&ident(row, 1)?, text.trim_end(), read(row, 6)?)
        } else {
            let parts: Option<Vec<String>> = read(row, 8)?;
            write.aggregate(&name, read(row, 7)?, &parts.unwrap_or_default())
        };
        let arguments: &str = read(row, 3)?;
        let shown = ObjectName {
            namespace: name.namespace,
            name: Ident::new(format!("{}({arguments})", name.name.as_str())),
        };
        found.push(Found::new(kind, (class::FUNCTION, read(row, 0)?), shown, definition));
    }
    Ok(())
}
