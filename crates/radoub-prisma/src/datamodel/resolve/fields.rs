//! Fields: their types, and the attributes that stand on them.

use smol_str::SmolStr;

use super::arguments::Arguments;
use super::attributes::{Attributes, Takes, Word};
use super::{Draft, FieldSource, Top, similar};
use crate::datamodel::{Arity, EnumId, Field, FieldId, FieldType, ModelId, ScalarType};
use crate::syntax::ast::Attribute;
use crate::syntax::{SyntaxNode, ast};

/// The attributes of a field with a scalar type.
const SCALAR: Takes = Takes::new(
    &[
        Word::Map,
        Word::Native,
        Word::Default,
        Word::UpdatedAt,
        Word::Ignore,
        Word::Id,
        Word::Unique,
        Word::Relation,
    ],
    &[],
);

/// The attributes of a field whose type is an enum or not supported.
const OTHER_COLUMN: Takes = Takes::new(
    &[
        Word::Map,
        Word::Default,
        Word::UpdatedAt,
        Word::Ignore,
        Word::Id,
        Word::Unique,
        Word::Relation,
    ],
    &[],
);

/// The attributes of a relation field, those that are refused with a reason of their own among them.
const RELATION: Takes = Takes::new(
    &[Word::Ignore, Word::Relation],
    &[Word::Default, Word::Map, Word::Id, Word::Unique],
);

/// The attributes of a field of a composite type, likewise.
const OF_COMPOSITE: Takes = Takes::new(
    &[Word::Map, Word::Ignore],
    &[Word::Default, Word::Id, Word::Unique, Word::UpdatedAt],
);

impl<'tree> Draft<'tree> {
    /// A field with its type, before its attributes.
    #[expect(
        clippy::inline_always,
        reason = "its two large values are then made where they stay: 7 % of a schema (measured)"
    )]
    #[inline(always)]
    pub(super) fn field(
        &mut self,
        ast: ast::Field<'tree>,
        name: &str,
    ) -> (Field, FieldSource<'tree>) {
        let field_type = ast.field_type();
        let arity = match field_type {
            Some(written) if written.is_list() => Arity::List,
            Some(written) if written.is_optional() => Arity::Optional,
            _ => Arity::Required,
        };
        let known = field_type.and_then(|written| self.kind(written));
        let name = SmolStr::new(name);
        let broken = known.is_none();
        let field = Field {
            database_name: name.clone(),
            name,
            is_mapped: false,
            kind: known.unwrap_or_else(|| FieldType::Unsupported(String::new())),
            arity,
            default: None,
            updated_at: false,
            ignored: false,
            documentation: self.documentation(ast.node()),
            span: ast.span(),
        };
        let source = FieldSource { ast, broken, native: None, default: None, relation: None };
        (field, source)
    }

    fn kind(&mut self, written: ast::FieldType<'tree>) -> Option<FieldType> {
        let word = written.name()?;
        let name = word.text();
        if name == ast::UNSUPPORTED
            && let Some(text) = written.unsupported()
        {
            return Some(FieldType::Unsupported(text.into_owned()));
        }
        if let Some(scalar) = ScalarType::from_name(name) {
            return Some(FieldType::Scalar(scalar, None));
        }
        match self.top(name) {
            Some(Top::Model(at) | Top::View(at)) => return Some(FieldType::Relation(ModelId(at))),
            Some(Top::Enum(at)) => return Some(FieldType::Enum(EnumId(at))),
            // Composite types are refused as a whole.
            Some(Top::Composite) => return None,
            None => {}
        }
        // Of names that are equally near the first by the alphabet is meant.
        let mut known: Vec<&str> = self.names.keys().copied().collect();
        known.sort_unstable();
        known.extend(ScalarType::ALL.map(ScalarType::name));
        let remedy =
            similar::nearest(name, known.into_iter()).map(|near| format!("did you mean `{near}`?"));
        let message = format!("there is no type, model or enum `{name}`");
        match remedy {
            Some(remedy) => self.report.error_with(word.span(), message, remedy),
            None => self.report.error(word.span(), message),
        }
        None
    }

    pub(super) fn field_attributes(&mut self, model: ModelId, field: FieldId) {
        let source = &self.models[model.0].fields[field.0];
        let takes = match &self.field_of(model, field).kind {
            _ if source.broken => OF_COMPOSITE,
            FieldType::Scalar(..) => SCALAR,
            FieldType::Enum(_) | FieldType::Unsupported(_) => OTHER_COLUMN,
            FieldType::Relation(_) => RELATION,
        };
        let attributes = Attributes::of(source.ast.node(), takes);
        attributes.check_names(&mut self.report);
        if self.has_unknown_type(model, field) {
            // Nothing can be said about them.
            return;
        }
        let source = &self.models[model.0].fields[field.0];
        let (is_broken, is_column) = (source.broken, self.field_of(model, field).is_column());
        for (word, attribute) in attributes.iter() {
            if !attributes.accepts(&mut self.report, word, attribute) {
                continue;
            }
            if is_broken {
                self.composite_field_attribute(word, attribute);
            } else if is_column {
                self.column_attribute(model, field, word, attribute);
            } else {
                self.relation_attribute(model, field, word, attribute);
            }
        }
    }

    fn column_attribute(
        &mut self,
        model: ModelId,
        field: FieldId,
        word: Word,
        attribute: Attribute<'tree>,
    ) {
        match word {
            Word::Map => {
                if let Some(map) = self.map(attribute) {
                    let field = self.field_mut(model, field);
                    field.database_name = map;
                    field.is_mapped = true;
                }
            }
            Word::Native => self.models[model.0].fields[field.0].native = Some(attribute),
            Word::Default => self.default(model, field, attribute),
            Word::UpdatedAt => self.updated_at(model, field, attribute),
            Word::Ignore => {
                if matches!(self.field_of(model, field).kind, FieldType::Unsupported(_)) {
                    let message = "a field of an unsupported type is ignored anyway";
                    self.report.error_with(attribute.span(), message, "leave `@ignore` out");
                }
                self.mark(attribute);
                self.field_mut(model, field).ignored = true;
            }
            Word::Id => self.field_key(model, field, attribute),
            Word::Unique => self.field_unique(model, field, attribute),
            _ => {
                let message = "`@relation` belongs to a field whose type is a model";
                self.report.error(attribute.span(), message);
                self.mark(attribute);
            }
        }
    }

    /// A field of a composite type takes little; one of a type that does not exist is not
    /// looked at.
    fn composite_field_attribute(&mut self, word: Word, attribute: Attribute<'tree>) {
        match word {
            Word::Map => drop(self.map(attribute)),
            Word::Ignore => self.mark(attribute),
            _ => {
                Arguments::of(&mut self.report, attribute);
            }
        }
        if word == Word::Default {
            let message = "a field of a composite type has no default";
            self.report.error_with(attribute.span(), message, "leave `@default` out");
        }
    }

    fn relation_attribute(
        &mut self,
        model: ModelId,
        field: FieldId,
        word: Word,
        attribute: Attribute<'tree>,
    ) {
        let move_it = "put it on the field that holds the key";
        let leave_it = "put it on the field that holds the key, or leave it out";
        let (message, remedy) = match word {
            Word::Default => ("a relation field has no default", leave_it),
            Word::Map => ("a relation field has no column, so no `@map`", leave_it),
            Word::Id => ("a relation field cannot be the id", move_it),
            Word::Unique => ("a relation field cannot be unique", move_it),
            Word::Ignore => {
                self.mark(attribute);
                self.field_mut(model, field).ignored = true;
                return;
            }
            _ => return self.relation(model, field, attribute),
        };
        Arguments::of(&mut self.report, attribute);
        self.report.error_with(attribute.span(), message, remedy);
    }

    fn updated_at(&mut self, model: ModelId, field: FieldId, attribute: Attribute<'tree>) {
        self.mark(attribute);
        let this = self.field_of(model, field);
        let list = this.arity == Arity::List;
        if !matches!(this.kind, FieldType::Scalar(ScalarType::DateTime, _)) {
            self.report.error_with(
                attribute.span(),
                "`@updatedAt` belongs to a DateTime field",
                "change the type or leave it out",
            );
        } else if list {
            self.report.error(attribute.span(), "`@updatedAt` cannot be on a list");
        }
        self.field_mut(model, field).updated_at = true;
    }

    /// Whether the type of a field is neither known nor a composite type.
    pub(super) fn has_unknown_type(&self, model: ModelId, field: FieldId) -> bool {
        let source = &self.models[model.0].fields[field.0];
        let name = || source.ast.field_type()?.name().map(SyntaxNode::text);
        source.broken && name().and_then(|name| self.top(name)).is_none()
    }

    pub(super) fn field_mut(&mut self, model: ModelId, field: FieldId) -> &mut Field {
        &mut self.datamodel.models[model.0].fields[field.0]
    }
}
