//! Columns and their types (Prisma facts 11.2).

use radoub_schema::model::{Arity, Column, ColumnDefault, ColumnType};
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::render::Fidelity;
use radoub_schema::types::NativeType;
use tokio_postgres::Row;

use super::{Relations, defaults};
use crate::database::{QueryError, read};

/// Gives the relations their columns.
pub(super) fn columns(
    rows: &[Row],
    namespaces: &[Ident],
    fidelity: Fidelity,
    relations: &mut Relations,
) -> Result<(), QueryError> {
    for row in rows {
        let Some(relation) = relations.of_row(row)? else { continue };
        let number: i16 = read(row, 1)?;
        let column = column(row, namespaces, fidelity)?;
        let place = usize::try_from(number).unwrap_or_default().saturating_sub(1);
        relation.names.resize(place, None);
        relation.names.push(Some(column.name.clone()));
        relation.table.columns.push(column);
    }
    Ok(())
}

fn column(row: &Row, namespaces: &[Ident], fidelity: Fidelity) -> Result<Column, QueryError> {
    let is_list: bool = read(row, 6)?;
    let type_name: &str = read(row, 3)?;
    let enum_namespace: Option<&str> = read(row, 4)?;
    let kind = match enum_namespace.filter(|it| namespaces.iter().any(|name| name.as_str() == *it))
    {
        Some(namespace) => ColumnType::Enum(ObjectName::in_namespace(namespace, type_name)),
        None => match native(type_name, read(row, 7)?, is_list) {
            Some(native) => ColumnType::Native(native),
            // Of an array that is the name of the array type, `_point`, as Prisma has it.
            None => ColumnType::Unsupported(read(row, 5)?),
        },
    };
    let arity = match (is_list, read(row, 8)?) {
        (true, _) => Arity::List,
        (false, true) => Arity::Required,
        (false, false) => Arity::Nullable,
    };
    let is_identity: bool = read(row, 10)?;
    let is_generated: bool = read(row, 11)?;
    let default = match read::<Option<&str>>(row, 9)? {
        Some(text) if is_generated => Some(ColumnDefault::Expression(Some(text.to_owned()))),
        Some(text) => defaults::parse(text, &kind, arity, fidelity),
        None => None,
    };
    let name = Ident::new(read::<String>(row, 2)?);
    Ok(Column { name, kind, arity, default, is_identity, filled_by_client: false })
}

/// The type that Prisma has a name for, from the name and the modifier of the catalog.
fn native(name: &str, modifier: i32, is_list: bool) -> Option<NativeType> {
    use NativeType as N;
    // Lengths of text are stored with the four bytes of their own length.
    let length = || u32::try_from(modifier - 4).ok();
    let bits = || u32::try_from(modifier).ok();
    // What was not said is six, in an array not known (measured).
    let digits_of_second = || u32::try_from(modifier).ok().or((!is_list).then_some(6));
    Some(match name {
        "int2" => N::SmallInt,
        "int4" => N::Integer,
        "int8" => N::BigInt,
        "oid" => N::Oid,
        "float4" => N::Real,
        "float8" => N::DoublePrecision,
        "numeric" => N::Decimal(length().map(|it| (it >> 16 & 0xFFFF, it & 0x7FF))),
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
        // The one byte of the catalogs, `"char"`.
        "char" => N::Char(None),
        "bit" => N::Bit(bits()),
        "varbit" => N::VarBit(bits()),
        "time" => N::Time(digits_of_second()),
        "timetz" => N::Timetz(digits_of_second()),
        "timestamp" => N::Timestamp(digits_of_second()),
        "timestamptz" => N::Timestamptz(digits_of_second()),
        _ => return None,
    })
}
