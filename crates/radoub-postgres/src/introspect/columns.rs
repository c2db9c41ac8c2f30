//! Columns and their types (Prisma facts 11.2).

use radoub_schema::model::{Arity, Column, ColumnDefault, ColumnType};
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::types::NativeType;
use tokio_postgres::Row;

use super::{Relations, defaults};
use crate::database::{QueryError, read};

/// Gives the relations their columns.
pub(super) fn columns(
    rows: &[Row],
    namespaces: &[Ident],
    relations: &mut Relations,
) -> Result<(), QueryError> {
    for row in rows {
        let Some(relation) = relations.of_row(row)? else { continue };
        let number: i16 = read(row, 1)?;
        let column = column(row, namespaces)?;
        let place = usize::try_from(number).unwrap_or_default().saturating_sub(1);
        relation.names.resize(place, None);
        relation.names.push(Some(column.name.clone()));
        relation.table.columns.push(column);
    }
    Ok(())
}

fn column(row: &Row, namespaces: &[Ident]) -> Result<Column, QueryError> {
    let type_name: &str = read(row, 3)?;
    let type_namespace: &str = read(row, 4)?;
    let kind = if read(row, 5)? && namespaces.iter().any(|it| it.as_str() == type_namespace) {
        ColumnType::Enum(ObjectName::in_namespace(type_namespace, type_name))
    } else {
        match native(type_name, read(row, 7)?) {
            Some(native) => ColumnType::Native(native),
            None => {
                let text: &str = read(row, 8)?;
                ColumnType::Unsupported(text.trim_end_matches("[]").to_owned())
            }
        }
    };
    let arity = match (read(row, 6)?, read(row, 9)?) {
        (true, _) => Arity::List,
        (false, true) => Arity::Required,
        (false, false) => Arity::Nullable,
    };
    let is_identity: bool = read(row, 11)?;
    let is_generated: bool = read(row, 12)?;
    let default = match read::<Option<&str>>(row, 10)? {
        Some(text) if is_generated => Some(ColumnDefault::Expression(Some(text.to_owned()))),
        Some(text) => defaults::parse(text, &kind, arity),
        None => None,
    };
    let name = Ident::new(read::<String>(row, 2)?);
    Ok(Column { name, kind, arity, default, is_identity, filled_by_client: false })
}

/// The type that Prisma has a name for, from the name and the modifier of the catalog.
fn native(name: &str, modifier: i32) -> Option<NativeType> {
    use NativeType as N;
    // Lengths of text are stored with the four bytes of their own length.
    let length = || u32::try_from(modifier - 4).ok();
    let bits = || u32::try_from(modifier).ok();
    let digits_of_second = || Some(u32::try_from(modifier).unwrap_or(6));
    Some(match name {
        "int2" => N::SmallInt,
        "int4" => N::Integer,
        "int8" => N::BigInt,
        "oid" => N::Oid,
        "float4" => N::Real,
        "float8" => N::DoublePrecision,
        "numeric" => N::Decimal(length().map(|it| (it >> 16 & 0xFFFF, it & 0xFFFF))),
        "money" => N::Money,
        "bool" => N::Boolean,
        "bytea" => N::ByteA,
        "json" => N::Json,
        "jsonb" => N::JsonB,
        "uuid" => N::Uuid,
        "xml" => N::Xml,
        "inet" => N::Inet,
        "citext" => N::Citext,
        "text" => N::Text,
        "date" => N::Date,
        "varchar" => N::VarChar(length()),
        "bpchar" => N::Char(length()),
        "bit" => N::Bit(bits()),
        "varbit" => N::VarBit(bits()),
        "time" => N::Time(digits_of_second()),
        "timetz" => N::Timetz(digits_of_second()),
        "timestamp" => N::Timestamp(digits_of_second()),
        "timestamptz" => N::Timestamptz(digits_of_second()),
        _ => return None,
    })
}
