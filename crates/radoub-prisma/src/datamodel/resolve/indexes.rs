//! Ids, uniques and indexes: their fields, options and names.

use std::collections::BTreeSet;
use std::ops::Range;

use super::arguments::{Arguments, Attributes};
use super::{Draft, KeySource, Report, constraint_name, similar};
use crate::datamodel::{
    Arity, Condition, ConditionValue, FieldId, FieldType, Index, IndexAlgorithm, IndexField,
    IndexKind, ModelId, OperatorClass, Predicate, PrimaryKey, SortOrder,
};
use crate::syntax::ast::{Arg, Call, Value, ValueKind};
use crate::version::PrismaMajor;

impl Draft {
    /// `@id`.
    pub(super) fn field_key(&mut self, model: ModelId, field: FieldId, mut arguments: Arguments) {
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
        let explicit_name = arguments.nonempty(&mut self.report, "map");
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
            database_name: String::new(),
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
        mut arguments: Arguments,
    ) {
        let explicit_name = arguments.nonempty(&mut self.report, "map");
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
                database_name: String::new(),
                explicit_name,
                client_name: None,
                on_field: true,
                span,
            },
        );
    }

    /// `@@id`.
    pub(super) fn block_key(&mut self, model: ModelId, attributes: &mut Attributes) {
        let Some(mut arguments) = attributes.take(&mut self.report, "id") else { return };
        let span = arguments.span();
        let explicit_name = arguments.nonempty(&mut self.report, "map");
        let name = self.client_name(&mut arguments);
        self.foreign_options(model, &mut arguments);
        let fields = self.index_fields(model, &mut arguments, "id");
        let client_name = name.as_ref().map(|(name, _)| name.clone());
        let place = source(&arguments, name, false);
        arguments.finish(&mut self.report);
        let Some(fields) = fields else { return };
        let optional = fields.iter().map(|one| self.field_of(model, one.field));
        let optional: Vec<_> = optional
            .filter(|one| one.arity != Arity::Required)
            .map(|one| one.name.clone())
            .collect();
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
        let key =
            PrimaryKey { fields, database_name: String::new(), explicit_name, client_name, span };
        self.datamodel.models[model.0].primary_key = Some(key);
    }

    /// `@@index`, `@@unique`, and the two that PostgreSQL does not have.
    pub(super) fn block_indexes(&mut self, model: ModelId, attributes: &mut Attributes) {
        for arguments in attributes.take_all(&mut self.report, "index") {
            self.block_index(model, arguments);
        }
        for arguments in attributes.take_all(&mut self.report, "unique") {
            self.block_unique(model, arguments);
        }
        for name in ["fulltext", "shardKey"] {
            for mut arguments in attributes.take_all(&mut self.report, name) {
                arguments.optional("map");
                let span = arguments.span();
                self.index_fields(model, &mut arguments, name);
                arguments.finish(&mut self.report);
                let message = match name {
                    "fulltext" => "PostgreSQL has no full-text index of this kind",
                    _ => "PostgreSQL has no shard keys",
                };
                self.models[model.0].foreign.push((span, message));
            }
        }
        // Uniques of fields come first, then block attributes in the order of the text.
        let owner = &mut self.datamodel.models[model.0];
        let sources = &mut self.models[model.0].indexes;
        let mut both: Vec<_> = owner.indexes.drain(..).zip(sources.drain(..)).collect();
        both.sort_by_key(|(index, _)| {
            (!index.on_field, if index.on_field { 0 } else { index.span.start })
        });
        for (index, source) in both {
            owner.indexes.push(index);
            sources.push(source);
        }
    }

    fn block_index(&mut self, model: ModelId, mut arguments: Arguments) {
        let span = arguments.span();
        let fields = self.index_fields(model, &mut arguments, "index");
        let algorithm = self.algorithm(&mut arguments);
        let map = arguments.nonempty(&mut self.report, "map");
        // The old word for `map`.
        let name = arguments.nonempty(&mut self.report, "name");
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
                database_name: String::new(),
                explicit_name: map.or(name),
                client_name: None,
                on_field: false,
                span,
            },
        );
    }

    fn block_unique(&mut self, model: ModelId, mut arguments: Arguments) {
        let span = arguments.span();
        let fields = self.index_fields(model, &mut arguments, "unique");
        let explicit_name = arguments.nonempty(&mut self.report, "map");
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
                database_name: String::new(),
                explicit_name,
                client_name,
                on_field: false,
                span,
            },
        );
    }

    fn push_index(&mut self, model: ModelId, place: KeySource, index: Index) {
        self.datamodel.models[model.0].indexes.push(index);
        self.models[model.0].indexes.push(place);
    }

    /// Options of other databases: right by their form, refused later.
    fn foreign_options(&mut self, model: ModelId, arguments: &mut Arguments) {
        let span = arguments.span();
        if arguments.boolean(&mut self.report, "clustered") {
            let message = "PostgreSQL does not cluster by an index";
            self.models[model.0].foreign.push((span.clone(), message));
        }
        if arguments.number(&mut self.report, "length") {
            self.models[model.0].foreign.push((span, LENGTH));
        }
    }

    /// `name` of a compound key, which only the client uses.
    fn client_name(&mut self, arguments: &mut Arguments) -> Option<(String, Range<usize>)> {
        let name = arguments.nonempty(&mut self.report, "name")?;
        let span = arguments.span_of("name").unwrap_or_else(|| arguments.span());
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.report.error(arguments.span(), "`name` is made of letters, digits and `_`");
        }
        Some((name, span))
    }

    fn algorithm(&mut self, arguments: &mut Arguments) -> Option<IndexAlgorithm> {
        let (name, span) = arguments.word(&mut self.report, "type")?;
        let algorithm = IndexAlgorithm::from_name(&name);
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
        arguments: &mut Arguments,
        what: &str,
    ) -> Option<Vec<IndexField>> {
        let span = arguments.span();
        let value = arguments.required(&mut self.report, "fields")?;
        let before = self.report.diagnostics.len();
        let mut fields = Vec::new();
        let mut unknown = Vec::new();
        let mut relations = Vec::new();
        let mut untyped = Vec::new();
        let elements = value.elements();
        for element in &elements {
            let (name, call) = match element.kind() {
                ValueKind::Path(name) => (name, None),
                ValueKind::Call(call) => (
                    call.name().map_or_else(String::new, |name| name.text().to_owned()),
                    Some(call),
                ),
                _ => {
                    self.report.error_with(
                        element.span(),
                        "this is not the name of a field",
                        "write it without quotes",
                    );
                    continue;
                }
            };
            let (sort, ops) = match &call {
                Some(call) => {
                    self.length(model, call, span.clone());
                    (call_sort(&mut self.report, call), self.ops(call))
                }
                None => (None, None),
            };
            let owner = &self.datamodel.models[model.0];
            match owner.fields.iter().position(|field| field.name == name) {
                None => unknown.push(name),
                Some(at) if !owner.fields[at].is_column() => relations.push((name, FieldId(at))),
                Some(at) if self.has_unknown_type(model, FieldId(at)) => untyped.push(name),
                Some(_) if self.repeats(model, &fields, &name) => {
                    self.report.error(span.clone(), format!("`{name}` is named twice"));
                }
                Some(at) => fields.push(IndexField { field: FieldId(at), sort, ops }),
            }
        }
        if !unknown.is_empty() {
            let owner = &self.datamodel.models[model.0];
            let columns = owner.columns().map(|(_, field)| field.name.as_str());
            let near = similar::nearest(&unknown[0], columns)
                .map(|near| format!("did you mean `{near}`?"));
            let message = format!("`{}` has no field {}", owner.name, quoted(&unknown));
            // An id is reported at the list, the others at the whole attribute, as Prisma does.
            let span = if what == "id" { value.span() } else { span.clone() };
            match near {
                Some(remedy) => self.report.error_with(span, message, remedy),
                None => self.report.error(span, message),
            }
        }
        if !untyped.is_empty() {
            let message = format!("nothing is known of the type of {}", quoted(&untyped));
            self.report.error(span.clone(), message);
        }
        if !relations.is_empty() {
            let names: Vec<_> = relations.iter().map(|(name, _)| name.clone()).collect();
            let message = format!("relation fields have no column: {}", quoted(&names));
            self.report.error_with(span, message, "name the fields that hold the key");
        }
        (self.report.diagnostics.len() == before).then_some(fields)
    }

    /// `length` of an index field, which PostgreSQL does not have.
    fn length(&mut self, model: ModelId, call: &Call, span: Range<usize>) {
        let Some(value) = named(call, "length").and_then(|arg| arg.value()) else { return };
        if matches!(value.kind(), ValueKind::Number(_)) {
            self.models[model.0].foreign.push((span, LENGTH));
        } else {
            self.report.error(value.span(), "argument `length` is a number");
        }
    }

    fn repeats(&self, model: ModelId, fields: &[IndexField], name: &str) -> bool {
        fields.iter().any(|one| self.field_of(model, one.field).name == name)
    }

    /// `ops` of an index field.
    fn ops(&mut self, call: &Call) -> Option<OperatorClass> {
        let arg = named(call, "ops")?;
        let value = arg.value()?;
        match value.kind() {
            ValueKind::Path(name) => {
                if is_operator_class(&name) {
                    return Some(OperatorClass::Named(name));
                }
                self.report.error_with(
                    arg.span(),
                    format!("there is no operator class `{name}`"),
                    "take any class of the database by `ops: raw(\"…\")`",
                );
                None
            }
            ValueKind::Call(call) if call.name().is_some_and(|name| name.text() == "raw") => {
                let arguments: Vec<_> = call.args().collect();
                if let [one] = arguments.as_slice() {
                    let text = super::arguments::string(&mut self.report, &one.value()?)?;
                    return Some(OperatorClass::Raw(text));
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
    fn predicate(&mut self, model: ModelId, arguments: &mut Arguments) -> Option<Predicate> {
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
        match value.kind() {
            ValueKind::Call(call) if call.name().is_some_and(|name| name.text() == "raw") => {
                let mut texts = call.args().filter_map(|arg| arg.value());
                match texts.next().map(|value| value.kind()) {
                    Some(ValueKind::String(text)) if text.is_empty() => {
                        self.report.error(span, "the condition is empty");
                        None
                    }
                    Some(ValueKind::String(text)) => Some(Predicate::Raw(text)),
                    _ => {
                        self.report.error(span, "`raw` takes one text");
                        None
                    }
                }
            }
            ValueKind::Object(members) => {
                if members.is_empty() {
                    self.report.error(span, "the condition is empty");
                    return None;
                }
                let mut conditions = Vec::new();
                for (key, value) in members {
                    conditions.push(self.condition(model, key.text(), &value, span.clone())?);
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
        value: &Value,
        span: Range<usize>,
    ) -> Option<Condition> {
        let owner = &self.datamodel.models[model.0];
        let Some(at) = owner.fields.iter().position(|field| field.name == name) else {
            self.report.error(
                span,
                format!("`{}` has no field `{name}`", self.datamodel.models[model.0].name),
            );
            return None;
        };
        if !owner.fields[at].is_column() {
            self.report.error(span, format!("`{name}` is a relation field"));
            return None;
        }
        let kind = owner.fields[at].kind.clone();
        let (negated, value) = match value.kind() {
            ValueKind::Object(members) => match members.as_slice() {
                [(key, inside)] if key.text() == "not" => (true, inside.clone()),
                _ => {
                    self.report.error(span, "a condition object is `{ not: value }`");
                    return None;
                }
            },
            _ => (false, value.clone()),
        };
        let value = match value.kind() {
            ValueKind::String(text) => ConditionValue::String(text),
            ValueKind::Number(digits) => ConditionValue::Number(digits),
            ValueKind::Path(word) => match (word.as_str(), &kind) {
                ("null", _) => ConditionValue::Null,
                ("true", _) => ConditionValue::Boolean(true),
                ("false", _) => ConditionValue::Boolean(false),
                (_, FieldType::Enum(id)) if self.enumeration_of(*id).value(&word).is_some() => {
                    let label = self
                        .enumeration_of(*id)
                        .value(&word)
                        .map(|value| value.database_name.clone());
                    ConditionValue::EnumValue(label.unwrap_or(word))
                }
                _ => {
                    self.report.error(span, format!("`{word}` is no value of a condition"));
                    return None;
                }
            },
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
        let owner = &self.datamodel.models[model.0];
        // A field with `@map` steps aside for one that has the name by itself, wherever it is.
        let mut columns: Vec<_> = owner.columns().map(|(_, field)| field).collect();
        columns.sort_by_key(|field| field.database_name != field.name);
        let mut seen = BTreeSet::new();
        for field in columns {
            // Two fields of one name are reported as such.
            if !seen.insert(field.database_name.as_str()) && field.database_name != field.name {
                let message =
                    format!("`{}` already has a column `{}`", owner.name, field.database_name);
                self.report.error_with(
                    field.span.clone(),
                    message,
                    "give one of them another `@map`",
                );
            }
        }
        let table = owner.database_name.clone();
        let column = |id: FieldId| owner.fields[id.0].database_name.as_str();
        let joined = |fields: &[IndexField]| {
            let mut base = table.clone();
            for field in fields {
                base.push('_');
                base.push_str(column(field.field));
            }
            base
        };
        let key = owner.primary_key.as_ref().map(|key| {
            key.explicit_name.clone().unwrap_or_else(|| constraint_name(&table, "_pkey"))
        });
        let names: Vec<_> = owner
            .indexes
            .iter()
            .map(|index| {
                let suffix = if index.kind == IndexKind::Unique { "_key" } else { "_idx" };
                index
                    .explicit_name
                    .clone()
                    .unwrap_or_else(|| constraint_name(&joined(&index.fields), suffix))
            })
            .collect();
        let owner = &mut self.datamodel.models[model.0];
        if let (Some(primary_key), Some(name)) = (&mut owner.primary_key, key) {
            primary_key.database_name = name;
        }
        for (index, name) in owner.indexes.iter_mut().zip(names) {
            index.database_name = name;
        }
    }
}

/// Why `length` is refused.
const LENGTH: &str = "PostgreSQL indexes whole columns, not a length of them";

fn source(
    arguments: &Arguments,
    client_name: Option<(String, Range<usize>)>,
    on_field: bool,
) -> KeySource {
    KeySource { span: arguments.span(), map: arguments.span_of("map"), client_name, on_field }
}

pub(crate) fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn named(call: &Call, name: &str) -> Option<Arg> {
    call.args().find(|arg| arg.name().is_some_and(|token| token.text() == name))
}

/// `sort` of `@id` and `@unique`, reported at the whole attribute.
fn field_sort(report: &mut Report, arguments: &mut Arguments) -> Option<SortOrder> {
    let (word, _) = arguments.word(report, "sort")?;
    let sort = sort_order(&word);
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
fn call_sort(report: &mut Report, call: &Call) -> Option<SortOrder> {
    let arg = named(call, "sort")?;
    let value = arg.value()?;
    let ValueKind::Path(word) = value.kind() else {
        report.error_with(value.span(), "this is no order", "take Asc or Desc");
        return None;
    };
    let sort = sort_order(&word);
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

/// Whether some index type of PostgreSQL has this class (all of `index-ops.json`, measured).
fn is_operator_class(name: &str) -> bool {
    super::super::native::OPERATOR_CLASSES.contains(&name)
}
