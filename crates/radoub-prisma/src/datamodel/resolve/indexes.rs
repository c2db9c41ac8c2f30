//! Ids, uniques and indexes: their fields, options and names.

use std::ops::Range;

use smol_str::SmolStr;

use super::arguments::Arguments;
use super::names::Seen;
use super::{Draft, KeySource, Report, similar};
use crate::datamodel::operator_class::OPERATOR_CLASSES;
use crate::datamodel::{
    Arity, Condition, ConditionValue, FieldId, FieldType, Index, IndexAlgorithm, IndexField,
    IndexKind, ModelId, OperatorClass, Predicate, PrimaryKey, SortOrder,
};
use crate::syntax::SyntaxNode;
use crate::syntax::ast::{Arg, Attribute, Call, Value, ValueKind};
use crate::version::PrismaMajor;

impl<'tree> Draft<'tree> {
    /// `@id`.
    pub(super) fn field_key(
        &mut self,
        model: ModelId,
        field: FieldId,
        attribute: Attribute<'tree>,
    ) {
        let mut arguments = Arguments::of(&mut self.report, attribute);
        let this = self.field_of(model, field);
        let (span, arity, list) = (arguments.span(), this.arity, this.arity == Arity::List);
        if self.models[model.0].primary_key.is_some() {
            // Prisma points at the whole model.
            let span = self.models[model.0].top.block.span();
            self.report.error_with(
                span,
                "this model has more than one `@id`",
                "for several columns write `@@id([…])`",
            );
            arguments.finish(&mut self.report);
            return;
        }
        let explicit_name = arguments.nonempty(&mut self.report, "map").map(SmolStr::from);
        let sort = field_sort(&mut self.report, &mut arguments);
        self.foreign_options(model, &mut arguments);
        if arity == Arity::Optional {
            self.report.error_with(span.clone(), "an id is never optional", "leave the `?` out");
        } else if list {
            self.report.error(span.clone(), "an id is never a list");
        }
        self.models[model.0].primary_key = Some(source(&arguments, None, true));
        arguments.finish(&mut self.report);
        let key = PrimaryKey {
            fields: vec![IndexField { field, sort, ops: None }],
            database_name: SmolStr::default(),
            explicit_name,
            client_name: None,
            span,
        };
        self.datamodel.models[model.0].primary_key = Some(key);
    }

    /// `@unique`.
    pub(super) fn field_unique(
        &mut self,
        model: ModelId,
        field: FieldId,
        attribute: Attribute<'tree>,
    ) {
        let mut arguments = Arguments::of(&mut self.report, attribute);
        let explicit_name = arguments.nonempty(&mut self.report, "map").map(SmolStr::from);
        let sort = field_sort(&mut self.report, &mut arguments);
        self.foreign_options(model, &mut arguments);
        let predicate = self.predicate(model, &mut arguments);
        let (span, place) = (arguments.span(), source(&arguments, None, true));
        arguments.finish(&mut self.report);
        self.push_index(
            model,
            place,
            Index {
                kind: IndexKind::Unique,
                fields: vec![IndexField { field, sort, ops: None }],
                algorithm: None,
                predicate,
                database_name: SmolStr::default(),
                explicit_name,
                client_name: None,
                on_field: true,
                span,
            },
        );
    }

    /// `@@id`.
    pub(super) fn block_key(&mut self, model: ModelId, attribute: Attribute<'tree>) {
        let mut arguments = Arguments::of(&mut self.report, attribute);
        let span = arguments.span();
        let explicit_name = arguments.nonempty(&mut self.report, "map").map(SmolStr::from);
        let name = self.client_name(&mut arguments);
        self.foreign_options(model, &mut arguments);
        let fields = self.index_fields(model, &mut arguments, "id");
        let client_name = name.as_ref().map(|(name, _)| name.clone());
        let place = source(&arguments, name, false);
        arguments.finish(&mut self.report);
        let Some(fields) = fields else { return };
        let columns = fields.iter().map(|one| self.field_of(model, one.field));
        let optional = columns.filter(|one| one.arity != Arity::Required);
        let optional: Vec<&str> = optional.map(|one| one.name.as_str()).collect();
        if !optional.is_empty() {
            let message = format!("columns of an id are never optional: {}", optional.join(", "));
            self.report.error_with(span.clone(), message, "make them required");
        }
        if self.models[model.0].primary_key.is_some() {
            // Prisma points at the whole model.
            let span = self.models[model.0].top.block.span();
            self.report.error_with(
                span,
                "this model has both `@id` and `@@id`",
                "keep one of them",
            );
            return;
        }
        self.models[model.0].primary_key = Some(place);
        let database_name = SmolStr::default();
        let key = PrimaryKey { fields, database_name, explicit_name, client_name, span };
        self.datamodel.models[model.0].primary_key = Some(key);
    }

    /// `@@fulltext` and `@@shardKey`, which PostgreSQL does not have.
    pub(super) fn block_foreign(
        &mut self,
        model: ModelId,
        attribute: Attribute<'tree>,
        name: &str,
    ) {
        let mut arguments = Arguments::of(&mut self.report, attribute);
        arguments.optional("map");
        self.index_fields(model, &mut arguments, name);
        arguments.finish(&mut self.report);
        let message = match name {
            "fulltext" => "PostgreSQL has no full-text index of this kind",
            _ => "PostgreSQL has no shard keys",
        };
        self.models[model.0].foreign.push((attribute.span(), message));
    }

    /// `@@index`.
    pub(super) fn block_index(&mut self, model: ModelId, attribute: Attribute<'tree>) {
        let mut arguments = Arguments::of(&mut self.report, attribute);
        let span = arguments.span();
        let fields = self.index_fields(model, &mut arguments, "index");
        let algorithm = self.algorithm(&mut arguments);
        let map = arguments.nonempty(&mut self.report, "map").map(SmolStr::from);
        // The old word for `map`.
        let name = arguments.nonempty(&mut self.report, "name").map(SmolStr::from);
        if map.is_some() && name.is_some() {
            self.report.error_with(
                span.clone(),
                "`name` and `map` of an index are the same",
                "keep `map`",
            );
        }
        self.foreign_options(model, &mut arguments);
        let predicate = self.predicate(model, &mut arguments);
        let place = source(&arguments, None, false);
        arguments.finish(&mut self.report);
        let Some(fields) = fields else { return };
        self.push_index(
            model,
            place,
            Index {
                kind: IndexKind::Normal,
                fields,
                algorithm,
                predicate,
                database_name: SmolStr::default(),
                explicit_name: map.or(name),
                client_name: None,
                on_field: false,
                span,
            },
        );
    }

    /// `@@unique`.
    pub(super) fn block_unique(&mut self, model: ModelId, attribute: Attribute<'tree>) {
        let mut arguments = Arguments::of(&mut self.report, attribute);
        let span = arguments.span();
        let fields = self.index_fields(model, &mut arguments, "unique");
        let explicit_name = arguments.nonempty(&mut self.report, "map").map(SmolStr::from);
        let name = self.client_name(&mut arguments);
        self.foreign_options(model, &mut arguments);
        let predicate = self.predicate(model, &mut arguments);
        let client_name = name.as_ref().map(|(name, _)| name.clone());
        let place = source(&arguments, name, false);
        arguments.finish(&mut self.report);
        let Some(fields) = fields else { return };
        self.push_index(
            model,
            place,
            Index {
                kind: IndexKind::Unique,
                fields,
                algorithm: None,
                predicate,
                database_name: SmolStr::default(),
                explicit_name,
                client_name,
                on_field: false,
                span,
            },
        );
    }

    fn push_index(&mut self, model: ModelId, place: KeySource<'tree>, index: Index) {
        self.datamodel.models[model.0].indexes.push(index);
        self.models[model.0].indexes.push(place);
    }

    /// Options of other databases: right by their form, refused later.
    fn foreign_options(&mut self, model: ModelId, arguments: &mut Arguments<'tree>) {
        if arguments.boolean(&mut self.report, "clustered") {
            let message = "PostgreSQL does not cluster by an index";
            self.models[model.0].foreign.push((arguments.span(), message));
        }
        if arguments.number(&mut self.report, "length") {
            self.models[model.0].foreign.push((arguments.span(), LENGTH));
        }
    }

    /// `name` of a compound key, which only the client uses.
    fn client_name(&mut self, arguments: &mut Arguments<'tree>) -> Option<(SmolStr, Range<usize>)> {
        let name = arguments.nonempty(&mut self.report, "name")?;
        let span = arguments.span_of("name").unwrap_or_else(|| arguments.span());
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.report.error(arguments.span(), "`name` is made of letters, digits and `_`");
        }
        Some((name.into(), span))
    }

    fn algorithm(&mut self, arguments: &mut Arguments<'tree>) -> Option<IndexAlgorithm> {
        let (name, span) = arguments.word(&mut self.report, "type")?;
        let algorithm = IndexAlgorithm::from_name(name);
        if algorithm.is_none() {
            self.report.error_with(
                span,
                format!("there is no index type `{name}`"),
                "take BTree, Hash, Gin, Gist, SpGist or Brin",
            );
        }
        algorithm
    }

    /// The fields of a key or index; `None` when one is wrong, which is reported.
    fn index_fields(
        &mut self,
        model: ModelId,
        arguments: &mut Arguments<'tree>,
        what: &str,
    ) -> Option<Vec<IndexField>> {
        let attribute = arguments.attribute;
        let value = arguments.required(&mut self.report, "fields")?;
        let before = self.report.diagnostics.len();
        let mut fields = Vec::with_capacity(value.elements().count());
        let (mut unknown, mut relations, mut untyped) = (Vec::new(), Vec::new(), Vec::new());
        for element in value.elements() {
            let (name, call) = match element.read() {
                ValueKind::Path(name) => (name, None),
                ValueKind::Call(call) => (call.name().map_or("", SyntaxNode::text), Some(call)),
                _ => {
                    self.report.error_with(
                        element.span(),
                        "this is not the name of a field",
                        "write it without quotes",
                    );
                    continue;
                }
            };
            let (sort, ops) = match call {
                Some(call) => {
                    self.length(model, call, attribute);
                    (call_sort(&mut self.report, call), self.ops(call))
                }
                None => (None, None),
            };
            let owner = &self.datamodel.models[model.0];
            match owner.fields.iter().position(|field| field.name == name) {
                None => unknown.push(name),
                Some(at) if !owner.fields[at].is_column() => relations.push(name),
                Some(at) if self.has_unknown_type(model, FieldId(at)) => untyped.push(name),
                Some(at) if fields.iter().any(|one: &IndexField| one.field == FieldId(at)) => {
                    self.report.error(attribute.span(), format!("`{name}` is named twice"));
                }
                Some(at) => fields.push(IndexField { field: FieldId(at), sort, ops }),
            }
        }
        if !unknown.is_empty() {
            let owner = &self.datamodel.models[model.0];
            let columns = owner.columns().map(|(_, field)| field.name.as_str());
            let near =
                similar::nearest(unknown[0], columns).map(|near| format!("did you mean `{near}`?"));
            let message = format!("`{}` has no field {}", owner.name, quoted(&unknown));
            // An id is reported at the list, the others at the whole attribute, as Prisma does.
            let span = if what == "id" { value.span() } else { attribute.span() };
            match near {
                Some(remedy) => self.report.error_with(span, message, remedy),
                None => self.report.error(span, message),
            }
        }
        if !untyped.is_empty() {
            let message = format!("nothing is known of the type of {}", quoted(&untyped));
            self.report.error(attribute.span(), message);
        }
        if !relations.is_empty() {
            let message = format!("relation fields have no column: {}", quoted(&relations));
            self.report.error_with(attribute.span(), message, "name the fields that hold the key");
        }
        (self.report.diagnostics.len() == before).then_some(fields)
    }

    /// `length` of an index field, which PostgreSQL does not have.
    fn length(&mut self, model: ModelId, call: Call<'tree>, attribute: Attribute<'tree>) {
        let Some(value) = call.arg("length").and_then(Arg::value) else { return };
        if matches!(value.read(), ValueKind::Number(_)) {
            self.models[model.0].foreign.push((attribute.span(), LENGTH));
        } else {
            self.report.error(value.span(), "argument `length` is a number");
        }
    }

    /// `ops` of an index field.
    fn ops(&mut self, call: Call<'tree>) -> Option<OperatorClass> {
        let arg = call.arg("ops")?;
        match arg.value()?.read() {
            ValueKind::Path(name) => {
                if OPERATOR_CLASSES.contains(&name) {
                    return Some(OperatorClass::Named(name.to_owned()));
                }
                self.report.error_with(
                    arg.span(),
                    format!("there is no operator class `{name}`"),
                    "take any class of the database by `ops: raw(\"…\")`",
                );
                None
            }
            ValueKind::Call(call) if call.is("raw") => {
                let mut arguments = call.args();
                if let (Some(one), None) = (arguments.next(), arguments.next()) {
                    let text = super::arguments::string(&mut self.report, one.value()?)?;
                    return Some(OperatorClass::Raw(text.into_owned()));
                }
                self.report.error(arg.span(), "`raw` takes one text");
                None
            }
            _ => {
                self.report.error(arg.span(), "an operator class is a name or `raw(\"…\")`");
                None
            }
        }
    }

    /// `where`, which only 7 knows.
    fn predicate(&mut self, model: ModelId, arguments: &mut Arguments<'tree>) -> Option<Predicate> {
        if self.major < PrismaMajor::Seven {
            return None;
        }
        let value = arguments.optional("where")?;
        let span = arguments.span();
        if !self.datamodel.has_preview("partialIndexes") {
            self.report.error_with(
                span,
                "partial indexes need the preview feature `partialIndexes`",
                "add it to `previewFeatures` of a generator",
            );
            return None;
        }
        match value.read() {
            ValueKind::Call(call) if call.is("raw") => {
                match call.args().find_map(Arg::value).map(Value::read) {
                    Some(ValueKind::String(text)) if text.is_empty() => {
                        self.report.error(span, "the condition is empty");
                        None
                    }
                    Some(ValueKind::String(text)) => Some(Predicate::Raw(text.into_owned())),
                    _ => {
                        self.report.error(span, "`raw` takes one text");
                        None
                    }
                }
            }
            ValueKind::Object(object) => {
                if object.members().next().is_none() {
                    self.report.error(span, "the condition is empty");
                    return None;
                }
                let mut conditions = Vec::new();
                for (key, value) in object.members() {
                    conditions.push(self.condition(model, key.text(), value, span.clone())?);
                }
                Some(Predicate::Conditions(conditions))
            }
            _ => {
                self.report.error_with(
                    span,
                    "`where` is `raw(\"…\")` or an object",
                    "write `where: { field: value }` or `where: raw(\"sql\")`",
                );
                None
            }
        }
    }

    fn condition(
        &mut self,
        model: ModelId,
        name: &str,
        value: Value<'tree>,
        span: Range<usize>,
    ) -> Option<Condition> {
        let owner = &self.datamodel.models[model.0];
        let Some(at) = owner.fields.iter().position(|field| field.name == name) else {
            self.report.error(span, format!("`{}` has no field `{name}`", owner.name));
            return None;
        };
        if !owner.fields[at].is_column() {
            self.report.error(span, format!("`{name}` is a relation field"));
            return None;
        }
        let (negated, value) = match value.read() {
            ValueKind::Object(object) => {
                let mut members = object.members();
                match (members.next(), members.next()) {
                    (Some((key, inside)), None) if key.text() == "not" => (true, inside),
                    _ => {
                        self.report.error(span, "a condition object is `{ not: value }`");
                        return None;
                    }
                }
            }
            _ => (false, value),
        };
        let value = match value.read() {
            ValueKind::String(text) => ConditionValue::String(text.into_owned()),
            ValueKind::Number(digits) => ConditionValue::Number(digits.to_owned()),
            ValueKind::Path("null") => ConditionValue::Null,
            ValueKind::Path("true") => ConditionValue::Boolean(true),
            ValueKind::Path("false") => ConditionValue::Boolean(false),
            ValueKind::Path(word) => {
                let value = match owner.fields[at].kind {
                    FieldType::Enum(id) => self.datamodel.enums[id.0].value(word),
                    _ => None,
                };
                let Some(value) = value else {
                    self.report.error(span, format!("`{word}` is no value of a condition"));
                    return None;
                };
                ConditionValue::EnumValue(value.database_name.to_string())
            }
            _ => {
                self.report
                    .error(span, "a condition compares with true, false, null, a text or a number");
                return None;
            }
        };
        Some(Condition { field: FieldId(at), negated, value })
    }

    /// Gives every key and index of a model its name.
    pub(super) fn name_constraints(&mut self, model: ModelId) {
        let owner = &mut self.datamodel.models[model.0];
        let (table, fields) = (&owner.database_name, &owner.fields);
        let mut name = |key: &[IndexField], suffix: &str| {
            let columns = key.iter().map(|one| fields[one.field.0].database_name.as_str());
            self.constraint_names.name(std::iter::once(table.as_str()).chain(columns), suffix)
        };
        if let Some(key) = &mut owner.primary_key {
            let explicit = key.explicit_name.clone();
            key.database_name = explicit.unwrap_or_else(|| name(&[], "_pkey"));
        }
        for index in &mut owner.indexes {
            let suffix = if index.kind == IndexKind::Unique { "_key" } else { "_idx" };
            let explicit = index.explicit_name.clone();
            index.database_name = explicit.unwrap_or_else(|| name(&index.fields, suffix));
        }
    }

    /// Reports fields that are one column of a model.
    pub(super) fn one_column_each(&mut self, model: ModelId) {
        let owner = &self.datamodel.models[model.0];
        let mapped = || owner.columns().filter(|(_, field)| field.database_name != field.name);
        if mapped().next().is_none() {
            // Two fields of one name are reported as such.
            return;
        }
        // A field with `@map` steps aside for one that has the name by itself, wherever it is.
        let mut seen = Seen::default();
        for (_, field) in owner.columns().filter(|(_, field)| field.database_name == field.name) {
            seen.insert(&field.database_name);
        }
        for (_, field) in mapped() {
            if !seen.insert(&field.database_name) {
                let message =
                    format!("`{}` already has a column `{}`", owner.name, field.database_name);
                let remedy = "give one of them another `@map`";
                self.report.error_with(field.span.clone(), message, remedy);
            }
        }
    }
}

/// Why `length` is refused.
const LENGTH: &str = "PostgreSQL indexes whole columns, not a length of them";

fn source<'tree>(
    arguments: &Arguments<'tree>,
    client_name: Option<(SmolStr, Range<usize>)>,
    on_field: bool,
) -> KeySource<'tree> {
    let (attribute, map) = (arguments.attribute, arguments.span_of("map"));
    KeySource { attribute, map, client_name, on_field }
}

pub(crate) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// `sort` of `@id` and `@unique`, reported at the whole attribute.
fn field_sort(report: &mut Report, arguments: &mut Arguments<'_>) -> Option<SortOrder> {
    let (word, _) = arguments.word(report, "sort")?;
    let sort = sort_order(word);
    if sort.is_none() {
        report.error_with(
            arguments.span(),
            format!("there is no order `{word}`"),
            "take Asc or Desc",
        );
    }
    sort
}

/// `sort` of a field in a list.
fn call_sort(report: &mut Report, call: Call<'_>) -> Option<SortOrder> {
    let arg = call.arg("sort")?;
    let value = arg.value()?;
    let ValueKind::Path(word) = value.read() else {
        report.error_with(value.span(), "this is no order", "take Asc or Desc");
        return None;
    };
    let sort = sort_order(word);
    if sort.is_none() {
        report.error_with(arg.span(), format!("there is no order `{word}`"), "take Asc or Desc");
    }
    sort
}

fn sort_order(word: &str) -> Option<SortOrder> {
    match word {
        "Asc" => Some(SortOrder::Asc),
        "Desc" => Some(SortOrder::Desc),
        _ => None,
    }
}
