//! What is seldom met.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::name::ObjectName;
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::{Found, ident, object_name};
use crate::database::{QueryError, read};

pub(super) fn others(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    use UnmanagedKind as K;
    for row in rows {
        let kind = match read::<&str>(row, 2)? {
            "statistics" => K::Statistics,
            "event trigger" => K::EventTrigger,
            "collation" => K::Collation,
            "operator" => K::Operator,
            "operator class" => K::OperatorClass,
            "cast" => K::Cast,
            _ => K::TextSearch,
        };
        let definition: Option<&str> = read(row, 7)?;
        let (namespace, prefix) = (ident(row, 3)?, read(row, 8)?);
        let text = definition.map(|text| write.unqualified(&namespace, text, prefix));
        let node = (read(row, 0)?, read(row, 1)?);
        let mut it = Found::new(kind, node, object_name(row, 3, 4)?, text.unwrap_or_default());
        if let (Some(namespace), Some(name)) =
            (read::<Option<String>>(row, 5)?, read::<Option<String>>(row, 6)?)
        {
            it = it.on(ObjectName::in_namespace(namespace, name));
        }
        found.push(it.by_hand_if(definition.is_none()));
    }
    Ok(())
}
