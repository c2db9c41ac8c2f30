//! Rules about relations: two sides that find each other, one of which owns the key.

use std::fmt::Display;
use std::ops::ControlFlow;

use super::constraints::{self, Constraints};
use crate::datamodel::{
    Arity, Draft, Field, FieldId, FieldType, ForeignKey, IndexField, IndexKind, Model, ModelId,
    ModelKind, Other, ReferentialAction, RelationDraft, RelationField, RelationMode, Report,
};

impl<'tree> Draft<'tree> {
    /// What the relation field of a foreign key says.
    pub(super) fn relation_of(&self, key: &ForeignKey) -> Option<&RelationDraft<'tree>> {
        let at = self.models[key.model.0].fields[key.relation_field.0].relation?;
        Some(&self.relations[at])
    }
}

/// Rules that each relation field of a model shows by itself. Breaks off at relations that cannot be
/// told apart, as nothing about relations can be said then.
pub(super) fn fields(draft: &Draft<'_>, report: &mut Report, model: ModelId) -> ControlFlow<()> {
    let relations = draft.models[model.0].fields.iter().filter_map(|field| field.relation);
    for relation in relations.map(|at| &draft.relations[at]) {
        field(draft, report, relation)?;
    }
    ControlFlow::Continue(())
}

fn field(draft: &Draft<'_>, report: &mut Report, relation: &RelationDraft<'_>) -> ControlFlow<()> {
    let side = Side::of(draft, relation);
    let (own, owner) = (side.field, side.model);
    let target = draft.datamodel.model(relation.target);
    let is_own = relation.at.model == relation.target;
    let limit = if is_own && relation.name.is_some() { 2 } else { 1 };
    if relation.alike > limit {
        // Fields of this model that go to the same model under the same name.
        let places = &draft.models[relation.at.model.0].fields;
        let alike = owner.fields.iter().zip(places).filter(|(_, place)| {
            let other = place.relation.map(|at| &draft.relations[at]);
            other.is_some_and(|it| it.target == relation.target && it.name == relation.name)
        });
        let fields: Vec<_> = alike.map(|(field, _)| format!("`{}`", field.name)).collect();
        let fields = fields.join(", ");
        let (message, remedy) = if is_own {
            (
                format!("relations of `{}` to itself cannot be told apart: {fields}", target.name),
                "give the two sides of each relation a name of their own: `@relation(\"name\")`",
            )
        } else {
            (
                format!("relations to `{}` cannot be told apart: {fields}", target.name),
                "give each relation a name, the same on both sides: `@relation(\"name\")`",
            )
        };
        report.error_with(own.span.clone(), message, remedy);
        return ControlFlow::Break(());
    }
    if target.ignored && !own.ignored && !owner.ignored {
        let message = format!("`{}` refers to `{}`, which is ignored", own.name, target.name);
        report.error_with(own.span.clone(), message, "add `@ignore` to the field");
    }
    if draft.datamodel.relation_mode == RelationMode::Prisma {
        for (action, at) in [&relation.on_delete, &relation.on_update].into_iter().flatten() {
            let refused =
                matches!(action, ReferentialAction::SetDefault | ReferentialAction::NoAction);
            if refused {
                let message =
                    format!("without foreign keys there is no action `{}`", action.name());
                report.error_with(at.clone(), message, "take Cascade, Restrict or SetNull");
            }
        }
    }
    ControlFlow::Continue(())
}

/// One side of a relation, with what the rules ask about it.
#[derive(Clone, Copy)]
struct Side<'a> {
    relation: &'a RelationDraft<'a>,
    model: &'a Model,
    field: &'a Field,
    file: usize,
}

/// As `Model.field`.
impl Display for Side<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.model.name, self.field.name)
    }
}

impl<'a> Side<'a> {
    fn of(draft: &'a Draft<'_>, relation: &'a RelationDraft<'_>) -> Self {
        let RelationField { model, field } = relation.at;
        Self {
            relation,
            model: draft.datamodel.model(model),
            field: draft.field_of(model, field),
            file: draft.models[model.0].top.file,
        }
    }

    fn is_list(self) -> bool {
        self.field.arity == Arity::List
    }

    fn has_fields(self) -> bool {
        self.relation.has_fields
    }

    fn has_references(self) -> bool {
        self.relation.has_references
    }

    fn has_actions(self) -> bool {
        self.relation.on_delete.is_some() || self.relation.on_update.is_some()
    }
}

fn wrong(
    report: &mut Report,
    side: Side<'_>,
    message: impl Into<String>,
    remedy: impl Into<String>,
) {
    report.file = side.file;
    report.error_with(side.field.span.clone(), message, remedy);
}

/// Rules about whole relations.
pub(super) fn relations(draft: &Draft<'_>, report: &mut Report, constraints: &Constraints) {
    for relation in &draft.relations {
        let side = Side::of(draft, relation);
        match relation.other {
            Other::Missing => {
                let target = &draft.datamodel.model(relation.target).name;
                let (model, field) = (&side.model.name, &side.field.name);
                let message =
                    format!("relation `{field}` has no field on the other side, `{target}`");
                let example = format!("{} {model}[]", lower_first(model));
                wrong(
                    report,
                    side,
                    message,
                    format!("add one to `{target}`, for instance `{example}`"),
                );
            }
            Other::Is(other) if relation.at < other => {
                let other = draft.models[other.model.0].fields[other.field.0].relation;
                let Some(other) = other.map(|at| &draft.relations[at]) else { continue };
                let other = Side::of(draft, other);
                match (side.is_list(), other.is_list()) {
                    (true, true) => many_to_many(report, side, other),
                    (true, false) => one_to_many(report, other, side),
                    (false, true) => one_to_many(report, side, other),
                    (false, false) => one_to_one(report, side, other),
                }
            }
            Other::Is(_) | Other::Unclear => {}
        }
    }
    for key in &draft.datamodel.foreign_keys {
        report.file = draft.models[key.model.0].top.file;
        foreign_key(draft, report, key);
        constraints::foreign_key(draft, report, key, constraints);
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

const OWN: &str = "write `@relation(fields: […], references: […])`";

fn one_to_one(report: &mut Report, first: Side<'_>, second: Side<'_>) {
    let own = || format!("{OWN} on the side that holds the key, and not on the other");
    for (one, other) in [(first, second), (second, first)] {
        let both = |what: &str| format!("`{one}` and `{other}` both have `{what}`");
        let none = |what: &str| format!("neither `{one}` nor `{other}` has `{what}`");
        if one.has_fields() && other.has_fields() {
            wrong(report, one, both("fields"), own());
        }
        if one.has_references() && other.has_references() {
            wrong(report, one, both("references"), own());
        }
        if !one.has_fields() && !other.has_fields() {
            wrong(report, one, none("fields"), own());
        }
        if !one.has_references() && !other.has_references() {
            wrong(report, one, none("references"), own());
        }
        let split = |here: Side<'_>, there: Side<'_>| {
            here.has_fields()
                && !here.has_references()
                && there.has_references()
                && !there.has_fields()
        };
        if split(one, other) || split(other, one) {
            let message = "`fields` and `references` stand on two sides of the relation";
            wrong(report, one, message, own());
        }
        if one.has_actions() && other.has_fields() && other.has_references() && !one.has_fields() {
            let message = format!("`onDelete` and `onUpdate` belong to the other side, `{other}`");
            wrong(report, one, message, "move them there");
        }
    }
    let holds = |side: Side<'_>| side.has_fields() && side.has_references();
    let (owning, back) = match (holds(first), holds(second)) {
        (true, false) => (first, second),
        (false, true) => (second, first),
        _ => return,
    };
    if back.field.arity == Arity::Required && !report.has_errors() {
        // Prisma points at the owning side when it is optional, else at the later name.
        let [this, that] = [first, second].map(|side| (&side.model.name, &side.field.name));
        let later = if this > that { first } else { second };
        let at = if owning.field.arity == Arity::Optional { owning } else { later };
        let message = format!("`{back}` cannot be required: the key is on the other side");
        wrong(report, at, message, format!("make `{back}` optional with `?`"));
    }
}

fn one_to_many(report: &mut Report, one: Side<'_>, many: Side<'_>) {
    if !one.has_fields() {
        let message = format!("`{one}` does not say which `fields` hold the key");
        wrong(report, one, message, OWN);
    }
    if !one.has_references() {
        let message = format!("`{one}` does not say what the key `references`");
        wrong(report, one, message, OWN);
    }
    if many.has_fields() || many.has_references() {
        let message = format!("`{many}` is a list, the key is on the other side");
        wrong(report, many, message, format!("move `fields` and `references` to `{one}`"));
    }
    if many.has_actions() {
        let message = format!("`onDelete` and `onUpdate` belong to the other side, `{one}`");
        wrong(report, many, message, "move them there");
    }
}

fn many_to_many(report: &mut Report, first: Side<'_>, second: Side<'_>) {
    if first.has_fields() || second.has_fields() {
        for side in [first, second] {
            let message = "a relation with lists on both sides has no `fields`";
            wrong(report, side, message, "leave them out, or make a model of the relation");
        }
        return;
    }
    let is_view = |side: Side<'_>| side.model.kind == ModelKind::View;
    for side in [first, second] {
        if side.has_references() {
            let message = "a relation with lists on both sides has no `references`";
            wrong(report, side, message, "leave them out, or make a model of the relation");
        }
        let actions = [&side.relation.on_delete, &side.relation.on_update];
        for (_, span) in actions.into_iter().flatten() {
            report.file = side.file;
            let message = "a relation with lists on both sides has no actions";
            let remedy = "leave them out: rows of the join table always cascade";
            report.error_with(span.clone(), message, remedy);
        }
        if is_view(side) {
            wrong(report, side, "a view has no many-to-many relation", "leave the field out");
        }
    }
    let view = is_view(first) || is_view(second);
    for (side, other) in [(first, second), (second, first)] {
        if other.model.primary_key.as_ref().is_none_or(|key| key.fields.len() != 1) {
            let message = format!(
                "`{}` has no `@id` of one column, which a many-to-many relation needs",
                other.model.name
            );
            wrong(report, side, message, "give it one, or make a model of the relation");
        }
        if view && !is_view(side) {
            wrong(report, side, "a view has no many-to-many relation", "leave the field out");
        }
    }
}

fn foreign_key(draft: &Draft<'_>, report: &mut Report, key: &ForeignKey) {
    let owner = draft.datamodel.model(key.model);
    let target = draft.datamodel.model(key.target);
    let side = &owner.fields[key.relation_field.0];
    let line = || side.span.clone();
    let attribute = || {
        let attribute = draft.relation_of(key).and_then(|relation| relation.attribute);
        attribute.map_or_else(line, super::super::syntax::ast::Attribute::span)
    };
    if !unique_on(target, &key.references, false) {
        let names = names(target, &key.references);
        let remedy = match key.references.as_slice() {
            [_] => format!("add `@unique` to `{}.{names}`", target.name),
            _ => format!("add `@@unique([{names}])` to `{}`", target.name),
        };
        report.error_with(line(), format!("`{}` has no key on {names}", target.name), remedy);
    }
    for (field, reference) in key.fields.iter().zip(&key.references) {
        let (own, other) = (&owner.fields[field.0], &target.fields[reference.0]);
        if !same_type(&own.kind, &other.kind) {
            let message = format!(
                "`{}.{}` and `{}.{}` are of different types",
                owner.name, own.name, target.name, other.name
            );
            report.error_with(line(), message, "give both the same type");
        }
    }
    let optional = key.fields.iter().any(|field| owner.fields[field.0].arity == Arity::Optional);
    if side.arity == Arity::Required && optional {
        let names = names(owner, &key.fields);
        let message = format!("`{}` is required and its columns are not: {names}", side.name);
        let remedy = "make the relation optional with `?`, or the columns required";
        report.error_with(line(), message, remedy);
    }
    if key.one_to_one && !unique_on(owner, &key.fields, true) {
        let names = names(owner, &key.fields);
        let remedy = match key.fields.as_slice() {
            [_] => format!("add `@unique` to `{names}`, or make the other side a list"),
            _ => format!("add `@@unique([{names}])`, or make the other side a list"),
        };
        report.error_with(
            line(),
            format!("a one-to-one relation needs a unique key: {names}"),
            remedy,
        );
    }
    if key.fields.len() != key.references.len() {
        let message = "`fields` and `references` have different lengths";
        report.error_with(attribute(), message, "name as many of one as of the other");
    }
    set_null(draft, report, key);
    if draft.datamodel.relation_mode == RelationMode::Prisma && !is_indexed(owner, &key.fields) {
        let message = format!(
            "nothing indexes the key of `{}`, and without foreign keys the client looks it up",
            side.name
        );
        let remedy = format!("add `@@index([{}])`", names(owner, &key.fields));
        report.warning(attribute(), message, remedy);
    }
}

/// The names of these fields, with commas between them.
fn names(model: &Model, fields: &[FieldId]) -> String {
    let names = fields.iter().map(|field| model.fields[field.0].name.as_str());
    names.collect::<Vec<_>>().join(", ")
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
    let mut lists = key.into_iter().chain(model.indexes.iter().map(|index| &index.fields));
    lists.any(|list| {
        list.len() >= fields.len()
            && list.iter().zip(fields).all(|(one, field)| one.field == *field)
    })
}

fn same_type(left: &FieldType, right: &FieldType) -> bool {
    match (left, right) {
        (FieldType::Scalar(left, _), FieldType::Scalar(right, _)) => left == right,
        _ => left == right,
    }
}

/// `SetNull` on columns that are never null: a warning where the database decides, a mistake where
/// the client does.
fn set_null(draft: &Draft<'_>, report: &mut Report, key: &ForeignKey) {
    let owner = draft.datamodel.model(key.model);
    if key.fields.iter().all(|field| owner.fields[field.0].arity != Arity::Required) {
        return;
    }
    for (name, action) in
        [("onDelete", key.explicit_on_delete), ("onUpdate", key.explicit_on_update)]
    {
        if action != Some(ReferentialAction::SetNull) {
            continue;
        }
        let span = owner.fields[key.relation_field.0].span.clone();
        let message = format!("`{name}: SetNull` on columns that are never null");
        let remedy = "make the columns optional, or take another action";
        match draft.datamodel.relation_mode {
            RelationMode::ForeignKeys => report.warning(span, message, remedy),
            RelationMode::Prisma => report.error_with(span, message, remedy),
        }
    }
}
