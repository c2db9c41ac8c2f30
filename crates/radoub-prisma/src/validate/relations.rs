//! Rules about relations: two sides that find each other, one of which owns the key.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};

use super::constraints::{self, Constraints};
use crate::datamodel::{
    Arity, Draft, FieldId, FieldType, ForeignKey, IndexField, IndexKind, Model, ModelId, ModelKind,
    ReferentialAction, RelationDraft, RelationField, RelationMode,
};

type Opposites = BTreeMap<RelationField, Vec<RelationField>>;

/// Rules that one relation field shows by itself. Breaks off at relations that cannot be told
/// apart, as nothing about relations can be said then.
pub(super) fn field(draft: &mut Draft, model: ModelId, field: FieldId) -> ControlFlow<()> {
    let this = RelationField { model, field };
    let FieldType::Relation(target) = draft.field_of(model, field).kind else {
        return ControlFlow::Continue(());
    };
    let Some(relation) = relation_of(draft, this).cloned() else {
        return ControlFlow::Continue(());
    };
    let own = draft.field_of(model, field);
    let (span, name, ignored) = (own.span.clone(), own.name.clone(), own.ignored);
    let owner = draft.datamodel.model(model);
    // Fields of this model that go to the same model under the same name.
    let alike: Vec<String> = owner
        .fields
        .iter()
        .enumerate()
        .filter(|(at, other)| {
            let other_relation = draft.models[model.0].fields[*at].relation.as_ref();
            other.kind == FieldType::Relation(target)
                && other_relation.is_some_and(|one| one.name == relation.name)
        })
        .map(|(_, other)| other.name.clone())
        .collect();
    let limit = match (model == target, &relation.name) {
        (false, _) | (true, None) => 1,
        (true, Some(_)) => 2,
    };
    if alike.len() > limit {
        let target_name = &draft.datamodel.model(target).name;
        let fields = alike.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
        let (message, remedy) = if model == target {
            (
                format!("relations of `{target_name}` to itself cannot be told apart: {fields}"),
                "give the two sides of each relation a name of their own: `@relation(\"name\")`",
            )
        } else {
            (
                format!("relations to `{target_name}` cannot be told apart: {fields}"),
                "give each relation a name, the same on both sides: `@relation(\"name\")`",
            )
        };
        draft.report.error_with(span, message, remedy);
        return ControlFlow::Break(());
    }
    let (ignored_model, target_model) = (owner.ignored, draft.datamodel.model(target));
    if target_model.ignored && !ignored && !ignored_model {
        let message = format!("`{name}` refers to `{}`, which is ignored", target_model.name);
        draft.report.error_with(span, message, "add `@ignore` to the field");
    }
    if draft.datamodel.relation_mode == RelationMode::Prisma {
        for (action, at) in [&relation.on_delete, &relation.on_update].into_iter().flatten() {
            let refused =
                matches!(action, ReferentialAction::SetDefault | ReferentialAction::NoAction);
            if refused {
                let message =
                    format!("without foreign keys there is no action `{}`", action.name());
                draft.report.error_with(at.clone(), message, "take Cascade, Restrict or SetNull");
            }
        }
    }
    ControlFlow::Continue(())
}

fn relation_of(draft: &Draft, at: RelationField) -> Option<&RelationDraft> {
    draft.models[at.model.0].fields[at.field.0].relation.as_ref()
}

/// One side of a relation, with what the rules ask about it.
struct Side {
    at: RelationField,
    model: String,
    field: String,
    span: Range<usize>,
    file: usize,
    arity: Arity,
    draft: RelationDraft,
}

impl Side {
    fn of(draft: &Draft, at: RelationField) -> Self {
        let field = draft.field_of(at.model, at.field);
        Self {
            at,
            model: draft.datamodel.model(at.model).name.clone(),
            field: field.name.clone(),
            span: field.span.clone(),
            file: draft.models[at.model.0].top.file,
            arity: field.arity,
            draft: relation_of(draft, at).cloned().unwrap_or_default(),
        }
    }

    fn list(&self) -> bool {
        self.arity == Arity::List
    }

    fn has_fields(&self) -> bool {
        self.draft.fields.as_ref().is_some_and(|fields| !fields.is_empty())
    }

    fn has_references(&self) -> bool {
        self.draft.references.as_ref().is_some_and(|fields| !fields.is_empty())
    }

    fn has_actions(&self) -> bool {
        self.draft.on_delete.is_some() || self.draft.on_update.is_some()
    }
}

fn wrong(draft: &mut Draft, side: &Side, message: impl Into<String>, remedy: impl Into<String>) {
    draft.report.file = side.file;
    draft.report.error_with(side.span.clone(), message, remedy);
}

/// Rules about whole relations.
pub(super) fn relations(draft: &mut Draft, opposites: &Opposites, constraints: &Constraints) {
    for (at, others) in opposites {
        match others.as_slice() {
            [] => {
                let side = Side::of(draft, *at);
                let FieldType::Relation(target) = draft.field_of(at.model, at.field).kind else {
                    continue;
                };
                let target = draft.datamodel.model(target).name.clone();
                let message =
                    format!("relation `{}` has no field on the other side, `{target}`", side.field);
                let remedy = format!(
                    "add one to `{target}`, for instance `{} {}[]`",
                    lower_first(&side.model),
                    side.model
                );
                wrong(draft, &side, message, remedy);
            }
            [other] if at < other => {
                let (first, second) = (Side::of(draft, *at), Side::of(draft, *other));
                match (first.list(), second.list()) {
                    (true, true) => many_to_many(draft, &first, &second),
                    (true, false) => one_to_many(draft, &second, &first),
                    (false, true) => one_to_many(draft, &first, &second),
                    (false, false) => one_to_one(draft, &first, &second),
                }
            }
            _ => {}
        }
    }
    let keys = std::mem::take(&mut draft.datamodel.foreign_keys);
    for key in &keys {
        foreign_key(draft, key);
        constraints::foreign_key(draft, key, constraints);
    }
    draft.datamodel.foreign_keys = keys;
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

const OWN: &str = "write `@relation(fields: […], references: […])`";

fn one_to_one(draft: &mut Draft, first: &Side, second: &Side) {
    for (one, other) in [(first, second), (second, first)] {
        let both = |what: &str| {
            format!(
                "`{}.{}` and `{}.{}` both have `{what}`",
                one.model, one.field, other.model, other.field
            )
        };
        let none = |what: &str| {
            format!(
                "neither `{}.{}` nor `{}.{}` has `{what}`",
                one.model, one.field, other.model, other.field
            )
        };
        let own = format!("{OWN} on the side that holds the key, and not on the other");
        if one.has_fields() && other.has_fields() {
            wrong(draft, one, both("fields"), own.clone());
        }
        if one.has_references() && other.has_references() {
            wrong(draft, one, both("references"), own.clone());
        }
        if !one.has_fields() && !other.has_fields() {
            wrong(draft, one, none("fields"), own.clone());
        }
        if !one.has_references() && !other.has_references() {
            wrong(draft, one, none("references"), own.clone());
        }
        let split = |here: &Side, there: &Side| {
            here.has_fields()
                && !here.has_references()
                && there.has_references()
                && !there.has_fields()
        };
        if split(one, other) || split(other, one) {
            wrong(
                draft,
                one,
                "`fields` and `references` stand on two sides of the relation",
                own.clone(),
            );
        }
        if one.has_actions() && other.has_fields() && other.has_references() && !one.has_fields() {
            let message = format!(
                "`onDelete` and `onUpdate` belong to the other side, `{}.{}`",
                other.model, other.field
            );
            wrong(draft, one, message, "move them there");
        }
    }
    let (owning, back) = match (
        first.has_fields() && first.has_references(),
        second.has_fields() && second.has_references(),
    ) {
        (true, false) => (first, second),
        (false, true) => (second, first),
        _ => return,
    };
    if back.arity == Arity::Required && !draft.report.has_errors() {
        // Prisma points at the owning side when it is optional, else at the later name.
        let later = if (&first.model, &first.field) > (&second.model, &second.field) {
            first
        } else {
            second
        };
        let at = if owning.arity == Arity::Optional { owning } else { later };
        let message = format!(
            "`{}.{}` cannot be required: the key is on the other side",
            back.model, back.field
        );
        wrong(
            draft,
            at,
            message,
            format!("make `{}.{}` optional with `?`", back.model, back.field),
        );
    }
}

fn one_to_many(draft: &mut Draft, one: &Side, many: &Side) {
    if !one.has_fields() {
        let message =
            format!("`{}.{}` does not say which `fields` hold the key", one.model, one.field);
        wrong(draft, one, message, OWN);
    }
    if !one.has_references() {
        let message =
            format!("`{}.{}` does not say what the key `references`", one.model, one.field);
        wrong(draft, one, message, OWN);
    }
    if many.has_fields() || many.has_references() {
        let message =
            format!("`{}.{}` is a list, the key is on the other side", many.model, many.field);
        wrong(
            draft,
            many,
            message,
            format!("move `fields` and `references` to `{}.{}`", one.model, one.field),
        );
    }
    if many.has_actions() {
        let message = format!(
            "`onDelete` and `onUpdate` belong to the other side, `{}.{}`",
            one.model, one.field
        );
        wrong(draft, many, message, "move them there");
    }
}

fn many_to_many(draft: &mut Draft, first: &Side, second: &Side) {
    if first.has_fields() || second.has_fields() {
        for side in [first, second] {
            let message = "a relation with lists on both sides has no `fields`";
            wrong(draft, side, message, "leave them out, or make a model of the relation");
        }
        return;
    }
    for side in [first, second] {
        if side.has_references() {
            let message = "a relation with lists on both sides has no `references`";
            wrong(draft, side, message, "leave them out, or make a model of the relation");
        }
        for (_, span) in [&side.draft.on_delete, &side.draft.on_update].into_iter().flatten() {
            draft.report.file = side.file;
            let message = "a relation with lists on both sides has no actions";
            draft.report.error_with(
                span.clone(),
                message,
                "leave them out: rows of the join table always cascade",
            );
        }
        if draft.datamodel.model(side.at.model).kind == ModelKind::View {
            wrong(draft, side, "a view has no many-to-many relation", "leave the field out");
        }
    }
    let view = [first, second]
        .iter()
        .any(|side| draft.datamodel.model(side.at.model).kind == ModelKind::View);
    for (side, other) in [(first, second), (second, first)] {
        let key = draft.datamodel.model(other.at.model).primary_key.as_ref();
        if key.is_none_or(|key| key.fields.len() != 1) {
            let message = format!(
                "`{}` has no `@id` of one column, which a many-to-many relation needs",
                other.model
            );
            wrong(draft, side, message, "give it one, or make a model of the relation");
        }
        if view && draft.datamodel.model(side.at.model).kind == ModelKind::Table {
            wrong(draft, side, "a view has no many-to-many relation", "leave the field out");
        }
    }
}

/// Something wrong with a relation: what, what to do, and whether it is only a remark.
struct Finding {
    span: Range<usize>,
    message: String,
    remedy: String,
    warning: bool,
}

fn foreign_key(draft: &mut Draft, key: &ForeignKey) {
    let findings = foreign_key_findings(draft, key);
    draft.report.file = draft.models[key.model.0].top.file;
    for finding in findings {
        if finding.warning {
            draft.report.warning(finding.span, finding.message, finding.remedy);
        } else {
            draft.report.error_with(finding.span, finding.message, finding.remedy);
        }
    }
}

fn foreign_key_findings(draft: &Draft, key: &ForeignKey) -> Vec<Finding> {
    let mut findings = Vec::new();
    let owner = draft.datamodel.model(key.model);
    let target = draft.datamodel.model(key.target);
    let side = &owner.fields[key.relation_field.0];
    let relation = RelationField { model: key.model, field: key.relation_field };
    let attribute = relation_of(draft, relation).and_then(|relation| relation.attribute.clone());
    let attribute = attribute.unwrap_or_else(|| side.span.clone());
    let mut wrong = |message: String, remedy: String| {
        findings.push(Finding { span: side.span.clone(), message, remedy, warning: false });
    };
    let names = |model: &Model, fields: &[FieldId]| {
        fields
            .iter()
            .map(|field| model.fields[field.0].name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !unique_on(target, &key.references, false) {
        let target_names = names(target, &key.references);
        let remedy = match key.references.as_slice() {
            [_] => format!("add `@unique` to `{}.{target_names}`", target.name),
            _ => format!("add `@@unique([{target_names}])` to `{}`", target.name),
        };
        wrong(format!("`{}` has no key on {target_names}", target.name), remedy);
    }
    for (field, reference) in key.fields.iter().zip(&key.references) {
        let (own, other) = (&owner.fields[field.0], &target.fields[reference.0]);
        if !same_type(&own.kind, &other.kind) {
            let message = format!(
                "`{}.{}` and `{}.{}` are of different types",
                owner.name, own.name, target.name, other.name
            );
            wrong(message, "give both the same type".to_owned());
        }
    }
    let optional = key.fields.iter().any(|field| owner.fields[field.0].arity == Arity::Optional);
    if side.arity == Arity::Required && optional {
        let message = format!(
            "`{}` is required and its columns are not: {}",
            side.name,
            names(owner, &key.fields)
        );
        wrong(message, "make the relation optional with `?`, or the columns required".to_owned());
    }
    if key.one_to_one && !unique_on(owner, &key.fields, true) {
        let own_names = names(owner, &key.fields);
        let remedy = match key.fields.as_slice() {
            [_] => format!("add `@unique` to `{own_names}`, or make the other side a list"),
            _ => format!("add `@@unique([{own_names}])`, or make the other side a list"),
        };
        wrong(format!("a one-to-one relation needs a unique key: {own_names}"), remedy);
    }
    if key.fields.len() != key.references.len() {
        findings.push(Finding {
            span: attribute.clone(),
            message: "`fields` and `references` have different lengths".to_owned(),
            remedy: "name as many of one as of the other".to_owned(),
            warning: false,
        });
    }
    set_null(draft, key, &mut findings);
    if draft.datamodel.relation_mode == RelationMode::Prisma && !is_indexed(owner, &key.fields) {
        findings.push(Finding {
            span: attribute,
            message: format!(
                "nothing indexes the key of `{}`, and without foreign keys the client looks it up",
                side.name
            ),
            remedy: format!("add `@@index([{}])`", names(owner, &key.fields)),
            warning: true,
        });
    }
    findings
}

/// Whether an id or unique of the model is on exactly these columns.
fn unique_on(model: &Model, wanted: &[FieldId], ordered: bool) -> bool {
    let same = |fields: &[IndexField]| {
        let mut pairs = fields.iter().zip(wanted);
        let known = |field: &FieldId| fields.iter().any(|one| one.field == *field);
        fields.len() == wanted.len()
            && if ordered {
                pairs.all(|(one, field)| one.field == *field)
            } else {
                wanted.iter().all(known)
            }
    };
    let key = model.primary_key.as_ref().map(|key| key.fields.as_slice());
    let uniques = model.indexes.iter().filter(|index| index.kind == IndexKind::Unique);
    key.into_iter().chain(uniques.map(|index| index.fields.as_slice())).any(same)
}

/// Whether some key or index begins with these columns.
fn is_indexed(model: &Model, fields: &[FieldId]) -> bool {
    let key = model.primary_key.as_ref().map(|key| &key.fields);
    let lists = key.into_iter().chain(model.indexes.iter().map(|index| &index.fields));
    let mut lists = lists.map(|list| list.iter().map(|one| one.field).collect::<Vec<_>>());
    lists.any(|list| list.starts_with(fields))
}

fn same_type(left: &FieldType, right: &FieldType) -> bool {
    match (left, right) {
        (FieldType::Scalar(left, _), FieldType::Scalar(right, _)) => left == right,
        _ => left == right,
    }
}

/// `SetNull` on columns that are never null: a warning where the database decides, a mistake where
/// the client does.
fn set_null(draft: &Draft, key: &ForeignKey, findings: &mut Vec<Finding>) {
    let owner = draft.datamodel.model(key.model);
    if key.fields.iter().all(|field| owner.fields[field.0].arity != Arity::Required) {
        return;
    }
    for (name, action) in
        [("onDelete", key.explicit_on_delete), ("onUpdate", key.explicit_on_update)]
    {
        if action == Some(ReferentialAction::SetNull) {
            findings.push(Finding {
                span: owner.fields[key.relation_field.0].span.clone(),
                message: format!("`{name}: SetNull` on columns that are never null"),
                remedy: "make the columns optional, or take another action".to_owned(),
                warning: draft.datamodel.relation_mode == RelationMode::ForeignKeys,
            });
        }
    }
}
