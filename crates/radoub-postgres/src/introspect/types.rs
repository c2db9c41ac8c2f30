//! The types of columns (Prisma facts 11.2).

use std::collections::BTreeMap;

use radoub_schema::model::ColumnType;
use radoub_schema::name::ObjectName;
use radoub_schema::types::NativeType;
use tokio_postgres::Row;

use super::letter;
use super::tables::Namespaces;
use crate::database::{QueryError, read};

/// The types of the database, by id. There are more of them than columns in many a database, so that only those
/// that something has are looked at closely.
#[derive(Debug)]
pub(super) struct Types<'a> {
    rows: BTreeMap<u32, &'a Row>,
    namespaces: &'a Namespaces,
    known: BTreeMap<u32, Type>,
}

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

impl<'a> Types<'a> {
    /// Takes them; enum types of other namespaces are unsupported types to Prisma.
    pub(super) fn read(rows: &'a [Row], namespaces: &'a Namespaces) -> Result<Self, QueryError> {
        let by_id = rows.iter().map(|row| Ok((read(row, 0)?, row)));
        let rows = by_id.collect::<Result<_, QueryError>>()?;
        Ok(Self { rows, namespaces, known: BTreeMap::new() })
    }

    /// The enum types of the namespaces, by id.
    pub(super) fn enums(&self) -> Result<Vec<(u32, ObjectName)>, QueryError> {
        let mut enums = Vec::new();
        for (&oid, row) in &self.rows {
            enums.extend(self.enumeration(row)?.map(|name| (oid, name)));
        }
        Ok(enums)
    }

    /// What a column of the type with this id and this modifier is; `None` for a type that was made
    /// since the types were read, which one snapshot rules out.
    pub(super) fn of(&mut self, id: u32, modifier: i32) -> Result<Option<Typed>, QueryError> {
        if !self.known.contains_key(&id)
            && let Some(row) = self.rows.get(&id)
        {
            self.known.insert(id, self.look_at(id, row)?);
        }
        let Some(it) = self.known.get(&id) else { return Ok(None) };
        let modifier = it.domain.as_ref().map_or(modifier, |(_, modifier)| *modifier);
        let kind = match &it.enumeration {
            Some(name) => ColumnType::Enum(name.clone()),
            None => match native(&it.name, modifier, it.is_list) {
                Some(native) => ColumnType::Native(native),
                // Of an array that is the name of the array type, `_point`, as Prisma has it.
                None => ColumnType::Unsupported(it.outer_name.clone()),
            },
        };
        Ok(Some(Typed {
            kind,
            domain: it.domain.as_ref().map(|(domain, _)| domain.clone()),
            is_list: it.is_list,
            not_null: it.not_null,
        }))
    }

    /// What a type is made of, as information_schema has it: a domain of its base, an array of its elements.
    fn look_at(&self, id: u32, row: &Row) -> Result<Type, QueryError> {
        let row_of = |id: u32| self.rows.get(&id).copied();
        let domain: Option<String> = read(row, 10)?;
        let base_id = if domain.is_some() { read(row, 4)? } else { id };
        let base = row_of(base_id).unwrap_or(row);
        let element_id: u32 = read(base, 5)?;
        // Types of fixed length have elements too, `point` for one, and are no arrays.
        let element = match row_of(element_id) {
            Some(element) if read::<u32>(element, 6)? == base_id => element,
            _ => base,
        };
        Ok(Type {
            name: read(element, 1)?,
            enumeration: self.enumeration(element)?,
            outer_name: read(base, 1)?,
            is_list: read::<i16>(base, 7)? == -1 && element_id != 0,
            not_null: domain.is_some() && read(row, 9)?,
            domain: domain.map(|text| Ok((text, read(row, 8)?))).transpose()?,
        })
    }

    /// The name of an enum type of the namespaces.
    fn enumeration(&self, row: &Row) -> Result<Option<ObjectName>, QueryError> {
        if letter(row, 3)? != b'e' {
            return Ok(None);
        }
        let Some(namespace) = self.namespaces.get(&read(row, 2)?) else { return Ok(None) };
        Ok(Some(ObjectName::in_namespace(namespace.clone(), read::<&str>(row, 1)?)))
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
