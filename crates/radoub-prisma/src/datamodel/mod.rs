//! The resolved data model: everything that a schema says, with every name looked up.
//!
//! It is what lowering needs and nothing that it would have to look up again: database names,
//! default constraint names (cut to 63 bytes), both sides of every relation. How the text is
//! read is the matter of [`crate::syntax`]; what is refused, of `crate::validate`.

mod default;
mod enums;
mod index;
mod model;
pub(crate) mod operator_class;
mod relation;
pub(crate) mod resolve;

pub use default::{ClientFunction, Default, DefaultValue, Literal};
pub use enums::{Enum, EnumValue};
pub use index::{
    Condition, ConditionValue, Index, IndexAlgorithm, IndexField, IndexKind, OperatorClass,
    Predicate, PrimaryKey, SortOrder,
};
pub use model::{Arity, Field, FieldType, Model, ModelKind, ScalarType};
pub use radoub_schema::types::NativeType;
pub use relation::{ForeignKey, JoinTable, ReferentialAction, RelationMode, RelationSide};
pub(crate) use resolve::names::is_reserved;
pub(crate) use resolve::{
    ConstraintNames, DefaultSource, Draft, LIMIT, Other, RelationDraft, RelationField, Report,
};
pub use resolve::{resolve, resolve_documented};

use std::ops::Range;

/// Which model of [`Datamodel::models`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId(pub usize);

/// Which field of [`Model::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub usize);

/// Which enum of [`Datamodel::enums`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub usize);

/// A place in the files of the schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// Index into the files that were handed over.
    pub file: usize,
    /// Bytes of that file.
    pub span: Range<usize>,
}

/// A schema, understood.
///
/// Order is the order of the files, and in a file the order of the text: it shows in the SQL
/// (Prisma facts 1.1, 10.3).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Datamodel {
    /// Models and views, in order. Only those of kind [`ModelKind::Table`] have SQL.
    pub models: Vec<Model>,
    /// Enums, in order.
    pub enums: Vec<Enum>,
    /// The foreign keys of relations, in the order of the owning models and in them of the
    /// relation fields. Present in both relation modes; see [`Datamodel::relation_mode`].
    pub foreign_keys: Vec<ForeignKey>,
    /// The join tables of implicit many-to-many relations, in the order of the first side seen.
    pub join_tables: Vec<JoinTable>,
    /// Whether relations become foreign keys.
    pub relation_mode: RelationMode,
    /// `schemas` of the datasource, sorted; empty when the block has none.
    pub schemas: Vec<String>,
    /// `extensions` of the datasource, `None` when they are not managed (the property or the
    /// preview feature `postgresqlExtensions` is missing).
    pub extensions: Option<Vec<Extension>>,
    /// Union of the generators' preview features, sorted.
    pub preview_features: Vec<String>,
    /// Whether there is a datasource block; a schema is read without one too, but not compared.
    pub has_datasource: bool,
}

impl Datamodel {
    /// The model of this id.
    pub fn model(&self, id: ModelId) -> &Model {
        &self.models[id.0]
    }

    /// The field of this id in this model.
    pub fn field(&self, model: ModelId, field: FieldId) -> &Field {
        &self.models[model.0].fields[field.0]
    }

    /// The enum of this id.
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0]
    }

    /// The models that are tables, with their ids, in order.
    pub fn tables(&self) -> impl Iterator<Item = (ModelId, &Model)> {
        let models = self.models.iter().enumerate();
        models
            .filter(|(_, model)| model.kind == ModelKind::Table)
            .map(|(at, model)| (ModelId(at), model))
    }

    /// Whether some generator asks for this preview feature.
    pub fn has_preview(&self, feature: &str) -> bool {
        self.preview_features.iter().any(|known| known == feature)
    }
}

/// An entry of the datasource's `extensions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Name in the schema file.
    pub name: String,
    /// Name in the database: `map`, or the name.
    pub database_name: String,
    /// Namespace it is installed into.
    pub schema: Option<String>,
    /// Version asked for.
    pub version: Option<String>,
    /// Where it stands.
    pub location: Location,
}
