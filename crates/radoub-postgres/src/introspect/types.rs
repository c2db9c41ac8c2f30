//! The types of columns (Prisma facts 11.2).

use std::collections::BTreeMap;

use radoub_schema::model::ColumnType;
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::types::NativeType;
use tokio_postgres::Row;

use crate::database::{QueryError, read};

/// The types of the database, by id.
#[derive(Debug)]
pub(super) struct Types(BTreeMap<u32, Type>);

/// One of them.
#[derive(Debug)]
struct Type {
    /// Of the elements, for an array; of what a domain is made of.
    name: String,
    /// The enum type that it is, when it is one of the namespaces.
    enumeration: Option<ObjectName>,
    /// Of the array itself.
    outer_name: String,
    is_list: bool,
    /// The domain that it is, as SQL, and the modifier that this gives to its base.
    domain: Option<(String, i32)>,
    not_null: bool,
}

/// What a type says about a column of it.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) kind: ColumnType,
    pub(super) domain: Option<String>,
    pub(super) is_list: bool,
    /// Whether the type itself refuses nulls.
    pub(super) not_null: bool,
}

impl Types {
    /// Reads them; enum types of other namespaces are unsupported types to Prisma.
    pub(super) fn read(rows: &[Row], namespaces: &[Ident]) -> Result<Self, QueryError> {
        let mut types = BTreeMap::new();
        for row in rows {
            let name: String = read(row, 1)?;
            let namespace = read::<Option<String>>(row, 2)?.map(Ident::from);
            let enumeration = namespace
                .filter(|it| namespaces.contains(it))
                .map(|it| ObjectName::in_namespace(it, name.as_str()));
            let domain: Option<String> = read(row, 5)?;
            let modifier: i32 = read(row, 6)?;
            let one = Type {
                name,
                enumeration,
                outer_name: read(row, 3)?,
                is_list: read(row, 4)?,
                domain: domain.map(|domain| (domain, modifier)),
                not_null: read(row, 7)?,
            };
            types.insert(read(row, 0)?, one);
        }
        Ok(Self(types))
    }

    /// What a column of the type with this id and this modifier is; `None` for a type that was made
    /// since the types were read, which one snapshot rules out.
    pub(super) fn of(&self, id: u32, modifier: i32) -> Option<Typed> {
        let it = self.0.get(&id)?;
        let modifier = it.domain.as_ref().map_or(modifier, |(_, modifier)| *modifier);
        let kind = match &it.enumeration {
            Some(name) => ColumnType::Enum(name.clone()),
            None => match native(&it.name, modifier, it.is_list) {
                Some(native) => ColumnType::Native(native),
                // Of an array that is the name of the array type, `_point`, as Prisma has it.
                None => ColumnType::Unsupported(it.outer_name.clone()),
            },
        };
        Some(Typed {
            kind,
            domain: it.domain.as_ref().map(|(domain, _)| domain.clone()),
            is_list: it.is_list,
            not_null: it.not_null,
        })
    }
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
