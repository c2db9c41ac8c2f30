//! The types of columns (Prisma facts 11.2).

use std::collections::BTreeMap;

use radoub_schema::model::ColumnType;
use radoub_schema::name::ObjectName;
use radoub_schema::types::NativeType;
use tokio_postgres::Row;
use tokio_postgres::types::{Kind, Type};

use super::letter;
use super::tables::Namespaces;
use crate::database::{QueryError, read};

/// The types that columns may have, by id: those of the database that somebody has made, and those that PostgreSQL
/// is born with, whose ids are the same everywhere.
#[derive(Debug)]
pub(super) struct Types<'a> {
    entries: BTreeMap<u32, Entry>,
    namespaces: &'a Namespaces,
}

/// What the catalog says of one.
#[derive(Debug)]
struct Entry {
    name: String,
    namespace: u32,
    is_enum: bool,
    /// What a domain is made of.
    base: u32,
    /// The elements, also of types of fixed length, `point` for one, which are no arrays.
    element: u32,
    /// The arrays of it; not known of those that PostgreSQL is born with.
    array: u32,
    is_of_any_length: bool,
    is_born: bool,
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
    pub(super) fn read(rows: &[Row], namespaces: &'a Namespaces) -> Result<Self, QueryError> {
        let mut types = Self { entries: BTreeMap::new(), namespaces };
        types.add(rows)?;
        Ok(types)
    }

    /// Takes more of them.
    pub(super) fn add(&mut self, rows: &[Row]) -> Result<(), QueryError> {
        for row in rows {
            self.entries.insert(read(row, 0)?, Entry::read(row)?);
        }
        Ok(())
    }

    /// Whether a column of these has a type that is not known: one that a version of PostgreSQL brought, one of
    /// `information_schema`, the row of a table.
    pub(super) fn lacks_one_of(&mut self, columns: &[Row]) -> Result<bool, QueryError> {
        for column in columns {
            if !self.knows(read(column, 3)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the type of this id is known, with all that it is made of.
    fn knows(&mut self, id: u32) -> bool {
        if !self.entries.contains_key(&id)
            && let Some(born) = Entry::born_with(id)
        {
            self.entries.insert(id, born);
        }
        let Some(entry) = self.entries.get(&id) else { return false };
        let parts = [entry.base, entry.element];
        parts.into_iter().all(|part| part == 0 || self.knows(part))
    }

    /// The enum types of the namespaces, by id.
    pub(super) fn enums(&self) -> Vec<(u32, ObjectName)> {
        let named = |(id, entry): (&u32, &Entry)| Some((*id, self.enumeration(entry)?));
        self.entries.iter().filter_map(named).collect()
    }

    /// What a column of the type with this id and this modifier is, as `information_schema` has it: a domain of its
    /// base, an array of its elements. `None` for a type that is not known; [`Types::lacks_one_of`] has looked.
    pub(super) fn of(&self, id: u32, modifier: i32) -> Option<Typed> {
        let own = self.entries.get(&id)?;
        let base_id = if own.domain.is_some() { own.base } else { id };
        let base = self.entries.get(&base_id).unwrap_or(own);
        let element = match self.entries.get(&base.element) {
            Some(element) if base.is_born || element.array == base_id => element,
            _ => base,
        };
        let is_list = base.is_of_any_length && base.element != 0;
        let modifier = own.domain.as_ref().map_or(modifier, |(_, modifier)| *modifier);
        let kind = match self.enumeration(element) {
            Some(name) => ColumnType::Enum(name),
            None => match native(&element.name, modifier, is_list) {
                Some(native) => ColumnType::Native(native),
                // Of an array that is the name of the array type, `_point`, as Prisma has it.
                None => ColumnType::Unsupported(base.name.clone()),
            },
        };
        let not_null = own.domain.is_some() && own.not_null;
        let domain = own.domain.as_ref().map(|(domain, _)| domain.clone());
        Some(Typed { kind, domain, is_list, not_null })
    }

    /// The name of an enum type of the namespaces.
    fn enumeration(&self, entry: &Entry) -> Option<ObjectName> {
        let namespace = self.namespaces.get(&entry.namespace).filter(|_| entry.is_enum)?;
        Some(ObjectName::in_namespace(namespace.clone(), entry.name.as_str()))
    }
}

impl Entry {
    fn read(row: &Row) -> Result<Self, QueryError> {
        let domain: Option<String> = read(row, 10)?;
        Ok(Self {
            name: read(row, 1)?,
            namespace: read(row, 2)?,
            is_enum: letter(row, 3)? == b'e',
            base: read(row, 4)?,
            element: read(row, 5)?,
            array: read(row, 6)?,
            is_of_any_length: read::<i16>(row, 7)? == -1,
            is_born: false,
            domain: domain.map(|text| Ok((text, read(row, 8)?))).transpose()?,
            not_null: read(row, 9)?,
        })
    }

    /// One that PostgreSQL is born with: reading all of them from the catalog costs as much as the columns of sixty
    /// tables (measured).
    fn born_with(id: u32) -> Option<Self> {
        let born = Type::from_oid(id)?;
        let element = match born.kind() {
            // `int2vector` has elements without being the array of their type.
            Kind::Array(_) if !born.name().starts_with('_') => return None,
            Kind::Array(element) => element.oid(),
            _ => 0,
        };
        Some(Self {
            name: born.name().to_owned(),
            namespace: 0,
            is_enum: false,
            base: 0,
            element,
            array: 0,
            is_of_any_length: element != 0,
            is_born: true,
            domain: None,
            not_null: false,
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
