//! Fields: their types, and the attributes that stand on them.

use std::ops::Range;

use super::arguments::Attributes;
use super::{Draft, FieldSource, NativeSource, RelationDraft, Top, similar};
use crate::datamodel::{Arity, EnumId, Field, FieldId, FieldType, ModelId, ScalarType};
use crate::syntax::ast;

impl Draft {
    /// A field with its type, before its attributes.
    pub(super) fn field(&mut self, ast: ast::Field, name: String) -> (Field, FieldSource) {
        let span = ast.span();
        let field_type = ast.field_type();
        let arity = match &field_type {
            Some(written) if written.is_list() => Arity::List,
            Some(written) if written.is_optional() => Arity::Optional,
            _ => Arity::Required,
        };
        let known = field_type.and_then(|written| self.kind(&written));
        let broken = known.is_none();
        let kind = known.unwrap_or_else(|| FieldType::Unsupported(String::new()));
        let relation = matches!(kind, FieldType::Relation(_)).then(RelationDraft::default);
        let documentation = ast::documentation(ast.node());
        let field = Field {
            database_name: name.clone(),
            name,
            is_mapped: false,
            kind,
            arity,
            default: None,
            updated_at: false,
            ignored: false,
            documentation,
            span,
        };
        let source = FieldSource { ast, broken, native: None, default: None, relation };
        (field, source)
    }

    fn kind(&mut self, written: &ast::FieldType) -> Option<FieldType> {
        if let Some(text) = written.unsupported() {
            return Some(FieldType::Unsupported(text));
        }
        let token = written.name()?;
        let name = token.text();
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
        let mut known: Vec<&str> = self.names.keys().map(String::as_str).collect();
        for scalar in ScalarType::ALL {
            known.push(scalar.name());
        }
        let remedy =
            similar::nearest(name, known.into_iter()).map(|near| format!("did you mean `{near}`?"));
        let message = format!("there is no type, model or enum `{name}`");
        match remedy {
            Some(remedy) => self.report.error_with(ast::token_span(&token), message, remedy),
            None => self.report.error(ast::token_span(&token), message),
        }
        None
    }

    pub(super) fn field_attributes(&mut self, model: ModelId, field: FieldId) {
        let source = &self.models[model.0].fields[field.0];
        let mut attributes = Attributes::of(source.ast.node());
        attributes.check_names(&mut self.report);
        if self.models[model.0].fields[field.0].broken {
            self.composite_field_attributes(model, field, attributes);
            return;
        }
        if self.field_of(model, field).is_column() {
            self.column_attributes(model, field, &mut attributes);
        } else {
            self.relation_attributes(model, field, &mut attributes);
        }
        attributes.finish(&mut self.report);
    }

    fn column_attributes(&mut self, model: ModelId, field: FieldId, attributes: &mut Attributes) {
        let kind = self.field_of(model, field).kind.clone();
        if let Some((map, _)) = self.map(attributes) {
            let field = self.field_mut(model, field);
            field.database_name = map;
            field.is_mapped = true;
        }
        if matches!(kind, FieldType::Scalar(..))
            && let Some((prefix, name, attribute)) = attributes.take_native(&mut self.report)
        {
            let native = NativeSource { prefix, name, attribute };
            self.models[model.0].fields[field.0].native = Some(native);
        }
        if let Some(arguments) = attributes.take(&mut self.report, "default") {
            self.default(model, field, arguments);
        }
        if let Some(arguments) = attributes.take(&mut self.report, "updatedAt") {
            let span = arguments.span();
            arguments.finish(&mut self.report);
            self.updated_at(model, field, span);
        }
        if let Some(arguments) = attributes.take(&mut self.report, "ignore") {
            if matches!(kind, FieldType::Unsupported(_)) {
                let message = "a field of an unsupported type is ignored anyway";
                self.report.error_with(arguments.span(), message, "leave `@ignore` out");
            }
            arguments.finish(&mut self.report);
            self.field_mut(model, field).ignored = true;
        }
        if let Some(arguments) = attributes.take(&mut self.report, "id") {
            self.field_key(model, field, arguments);
        }
        if let Some(arguments) = attributes.take(&mut self.report, "unique") {
            self.field_unique(model, field, arguments);
        }
        if let Some(arguments) = attributes.take(&mut self.report, "relation") {
            self.report
                .error(arguments.span(), "`@relation` belongs to a field whose type is a model");
            arguments.finish(&mut self.report);
        }
    }

    /// A field of a composite type takes little; one of a type that does not exist is not
    /// looked at.
    fn composite_field_attributes(
        &mut self,
        model: ModelId,
        field: FieldId,
        mut attributes: Attributes,
    ) {
        let written = self.models[model.0].fields[field.0].ast.field_type();
        let name = written.and_then(|written| written.name());
        if name.and_then(|name| self.top(name.text())) != Some(Top::Composite) {
            return;
        }
        for arguments in attributes.take_all(&mut self.report, "default") {
            let message = "a field of a composite type has no default";
            self.report.error_with(arguments.span(), message, "leave `@default` out");
        }
        self.map(&mut attributes);
        self.ignore(&mut attributes);
        for name in ["id", "unique", "updatedAt"] {
            attributes.take_all(&mut self.report, name);
        }
        attributes.finish(&mut self.report);
    }

    fn relation_attributes(&mut self, model: ModelId, field: FieldId, attributes: &mut Attributes) {
        let refused = [
            ("default", "a relation field has no default"),
            ("map", "a relation field has no column, so no `@map`"),
            ("id", "a relation field cannot be the id"),
            ("unique", "a relation field cannot be unique"),
        ];
        for (name, message) in refused {
            for arguments in attributes.take_all(&mut self.report, name) {
                let remedy = match name {
                    "id" | "unique" => "put it on the field that holds the key",
                    _ => "put it on the field that holds the key, or leave it out",
                };
                self.report.error_with(arguments.span(), message, remedy);
            }
        }
        if self.ignore(attributes) {
            self.field_mut(model, field).ignored = true;
        }
        if let Some(arguments) = attributes.take(&mut self.report, "relation") {
            self.relation(model, field, arguments);
        }
    }

    fn updated_at(&mut self, model: ModelId, field: FieldId, span: Range<usize>) {
        let this = self.field_of(model, field);
        let list = this.arity == Arity::List;
        if !matches!(this.kind, FieldType::Scalar(ScalarType::DateTime, _)) {
            self.report.error_with(
                span,
                "`@updatedAt` belongs to a DateTime field",
                "change the type or leave it out",
            );
        } else if list {
            self.report.error(span, "`@updatedAt` cannot be on a list");
        }
        self.field_mut(model, field).updated_at = true;
    }

    /// Whether the type of a field is neither known nor a composite type.
    pub(super) fn has_unknown_type(&self, model: ModelId, field: FieldId) -> bool {
        let source = &self.models[model.0].fields[field.0];
        let name = || source.ast.field_type().and_then(|written| written.name());
        source.broken && name().and_then(|name| self.top(name.text())).is_none()
    }

    pub(super) fn field_mut(&mut self, model: ModelId, field: FieldId) -> &mut Field {
        &mut self.datamodel.models[model.0].fields[field.0]
    }
}
