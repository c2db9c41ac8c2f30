//! The words of the schema language for PostgreSQL, as tables: what the reference lists.
//!
//! Types, functions, index types, actions and operator classes are those that the readers use.
//! Attributes and their arguments are read one by one where they belong, so their table is kept
//! here, and tests hold it against the readers (`tests/vocabulary.rs`): everything in it is
//! accepted, and nothing that a case uses is missing.

use crate::datamodel::{operator_class, resolve};

pub use crate::datamodel::{IndexAlgorithm, ReferentialAction, ScalarType};

/// A native type, written `@db.Name(…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NativeWord {
    /// Its name.
    pub name: &'static str,
    /// The scalar type it belongs to.
    pub scalar: ScalarType,
    /// What may stand behind the name: nothing, `(n)` or `(p, s)`; always optional.
    pub arguments: &'static str,
}

/// Every native type.
pub fn native_types() -> impl Iterator<Item = NativeWord> {
    resolve::native::words().map(|(name, scalar, arguments)| NativeWord { name, scalar, arguments })
}

/// A function behind `@default`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionWord {
    /// Its name.
    pub name: &'static str,
    /// The types it fits; none listed means any.
    pub scalars: &'static [ScalarType],
    /// Its arguments, as examples.
    pub arguments: &'static [&'static str],
}

/// Every function behind `@default`.
pub fn default_functions() -> impl Iterator<Item = FunctionWord> {
    let anything: &[ScalarType] = &[];
    let all = resolve::defaults::FUNCTIONS.into_iter();
    all.chain([("dbgenerated", anything)]).map(|(name, scalars)| {
        let arguments: &[&str] = match name {
            "uuid" => &["", "4", "7"],
            "cuid" => &["", "1", "2"],
            "nanoid" => &["", "12"],
            "dbgenerated" => &["", "\"gen_random_uuid()\""],
            _ => &[""],
        };
        FunctionWord { name, scalars, arguments }
    })
}

/// Every operator class with a name: as written in the schema, and in the database.
pub fn operator_classes() -> impl Iterator<Item = (&'static str, String)> {
    operator_class::OPERATOR_CLASSES
        .into_iter()
        .map(|name| (name, operator_class::database_name(name)))
}

/// An attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributeWord {
    /// As written, with `@` or `@@`.
    pub name: &'static str,
    /// What it stands on.
    pub on: &'static str,
    /// Its arguments by name; the first may go without.
    pub arguments: &'static [ArgumentWord],
}

/// An argument of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArgumentWord {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: &'static str,
    /// The preview feature of Prisma 7 that it needs.
    pub preview: Option<&'static str>,
}

const fn takes(name: &'static str, takes: &'static str) -> ArgumentWord {
    ArgumentWord { name, takes, preview: None }
}

const MAP: ArgumentWord = takes("map", "\"name\"");
const NAME: ArgumentWord = takes("name", "\"name\"");
const SORT: ArgumentWord = takes("sort", "Asc, Desc");
const FIELDS: ArgumentWord = takes("fields", "[field, field(sort: …, ops: …)]");
const WHERE: ArgumentWord = ArgumentWord {
    name: "where",
    takes: "raw(\"sql\"), { field: value }",
    preview: Some("partialIndexes"),
};

/// Every attribute that has a meaning on PostgreSQL (Prisma facts 9.4).
pub const ATTRIBUTES: [AttributeWord; 13] = [
    AttributeWord { name: "@id", on: "field", arguments: &[MAP] },
    AttributeWord {
        name: "@@id",
        on: "model",
        arguments: &[takes("fields", "[field, field]"), NAME, MAP],
    },
    AttributeWord { name: "@unique", on: "field", arguments: &[MAP, SORT, WHERE] },
    AttributeWord { name: "@@unique", on: "model, view", arguments: &[FIELDS, NAME, MAP, WHERE] },
    AttributeWord {
        name: "@@index",
        on: "model",
        arguments: &[FIELDS, takes("type", "BTree, Hash, Gin, Gist, SpGist, Brin"), MAP, WHERE],
    },
    AttributeWord {
        name: "@default",
        on: "field",
        arguments: &[takes("value", "value, function")],
    },
    AttributeWord { name: "@updatedAt", on: "DateTime field", arguments: &[] },
    AttributeWord {
        name: "@relation",
        on: "relation field",
        arguments: &[
            NAME,
            takes("fields", "[field, field]"),
            takes("references", "[field, field]"),
            takes("onDelete", "action"),
            takes("onUpdate", "action"),
            MAP,
        ],
    },
    AttributeWord { name: "@map", on: "field, enum value", arguments: &[NAME] },
    AttributeWord { name: "@@map", on: "model, view, enum", arguments: &[NAME] },
    AttributeWord { name: "@ignore", on: "field", arguments: &[] },
    AttributeWord { name: "@@ignore", on: "model, view", arguments: &[] },
    AttributeWord {
        name: "@@schema",
        on: "model, view, enum",
        arguments: &[takes("map", "\"name\"")],
    },
];

/// A property of the datasource, and the releases that accept it.
pub const DATASOURCE: [(&str, &str); 8] = [
    ("provider", "5, 6, 7"),
    ("url", "5, 6"),
    ("directUrl", "5, 6"),
    ("shadowDatabaseUrl", "5, 6"),
    ("relationMode", "5, 6, 7"),
    ("referentialIntegrity", "5, 6, 7"),
    ("schemas", "5, 6, 7"),
    ("extensions", "5, 6, 7"),
];

/// The blocks, and whether they have SQL. `type` is refused: PostgreSQL has no composite types in Prisma.
pub const BLOCKS: [(&str, bool); 5] =
    [("datasource", false), ("generator", false), ("model", true), ("enum", true), ("view", false)];
