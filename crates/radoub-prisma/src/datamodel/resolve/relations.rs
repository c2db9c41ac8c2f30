//! `@relation`, and the two sides of each relation.

use std::collections::BTreeMap;
use std::ops::Range;

use super::arguments::{self, Arguments};
use super::indexes::quoted;
use super::{Draft, constraint_name};
use crate::datamodel::{
    Arity, FieldId, FieldType, ForeignKey, JoinTable, ModelId, ReferentialAction, RelationSide,
};
use crate::syntax::ast::{Value, ValueKind};

/// What a relation field says about its relation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RelationDraft {
    pub(crate) name: Option<String>,
    /// Bytes of `@relation`.
    pub(crate) attribute: Option<Range<usize>>,
    pub(crate) fields: Option<Vec<FieldId>>,
    pub(crate) references: Option<Vec<FieldId>>,
    pub(crate) on_delete: Option<(ReferentialAction, Range<usize>)>,
    pub(crate) on_update: Option<(ReferentialAction, Range<usize>)>,
    pub(crate) map: Option<(String, Range<usize>)>,
}

/// A relation field of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RelationField {
    pub(crate) model: ModelId,
    pub(crate) field: FieldId,
}

impl Draft {
    pub(super) fn relation(&mut self, model: ModelId, field: FieldId, mut arguments: Arguments) {
        let span = arguments.span();
        let FieldType::Relation(target) = self.field_of(model, field).kind else { return };
        let fields = arguments
            .optional("fields")
            .and_then(|value| self.fields_argument(model, &value, span.clone()));
        let references = arguments
            .optional("references")
            .and_then(|value| self.references_argument(target, &value, span.clone()));
        let mut relation = RelationDraft {
            attribute: Some(span.clone()),
            fields,
            references,
            ..RelationDraft::default()
        };
        if let Some(value) = arguments.either("name") {
            match arguments::string(&mut self.report, &value) {
                Some(name) if name.is_empty() => {
                    self.report.error(span.clone(), "the name of a relation is not empty");
                }
                name => relation.name = name,
            }
        }
        relation.on_delete = self.action(&mut arguments, "onDelete");
        relation.on_update = self.action(&mut arguments, "onUpdate");
        let map_span = arguments.span_of("map");
        relation.map = arguments.nonempty(&mut self.report, "map").zip(map_span);
        arguments.finish(&mut self.report);
        self.models[model.0].fields[field.0].relation = Some(relation);
    }

    fn action(
        &mut self,
        arguments: &mut Arguments,
        name: &str,
    ) -> Option<(ReferentialAction, Range<usize>)> {
        let (word, span) = arguments.word(&mut self.report, name)?;
        let whole = arguments.span_of(name).unwrap_or_else(|| span.clone());
        let action = ReferentialAction::from_name(&word);
        if action.is_none() {
            self.report.error_with(
                span.clone(),
                format!("there is no action `{word}`"),
                "take Cascade, Restrict, NoAction, SetNull or SetDefault",
            );
        }
        Some((action?, whole))
    }

    fn names_of(&mut self, value: &Value) -> Option<Vec<String>> {
        let mut names = Vec::new();
        let mut right = true;
        for element in value.elements() {
            if let ValueKind::Path(name) = element.kind() {
                names.push(name);
            } else {
                self.report.error_with(
                    element.span(),
                    "this is not the name of a field",
                    "write it without quotes",
                );
                right = false;
            }
        }
        right.then_some(names)
    }

    /// Finds the fields of these names; mistakes are reported at `span`.
    fn columns_of(
        &mut self,
        model: ModelId,
        names: &[String],
        unknown_at: Range<usize>,
        twice_at: Range<usize>,
    ) -> Option<Vec<FieldId>> {
        let owner = &self.datamodel.models[model.0];
        let mut fields = Vec::new();
        let (mut unknown, mut relations, mut twice) = (Vec::new(), Vec::new(), Vec::new());
        for name in names {
            match owner.fields.iter().position(|field| field.name == *name) {
                None => unknown.push(name.clone()),
                Some(at) if !owner.fields[at].is_column() => relations.push(name.clone()),
                Some(at) if self.has_unknown_type(model, FieldId(at)) => {
                    relations.push(name.clone());
                }
                Some(at) if fields.contains(&FieldId(at)) => twice.push(name.clone()),
                Some(at) => fields.push(FieldId(at)),
            }
        }
        let owner = owner.name.clone();
        let wrong = unknown.len() + relations.len() + twice.len();
        if !unknown.is_empty() {
            self.report
                .error(unknown_at.clone(), format!("`{owner}` has no field {}", quoted(&unknown)));
        }
        if !relations.is_empty() {
            let message = format!("relation fields have no column: {}", quoted(&relations));
            self.report.error_with(unknown_at, message, "name the fields that hold the key");
        }
        for name in twice {
            self.report.error(twice_at.clone(), format!("`{name}` of `{owner}` is named twice"));
        }
        (wrong == 0).then_some(fields)
    }

    fn fields_argument(
        &mut self,
        model: ModelId,
        value: &Value,
        attribute: Range<usize>,
    ) -> Option<Vec<FieldId>> {
        let names = self.names_of(value)?;
        self.columns_of(model, &names, value.span(), attribute)
    }

    fn references_argument(
        &mut self,
        target: ModelId,
        value: &Value,
        attribute: Range<usize>,
    ) -> Option<Vec<FieldId>> {
        let names = self.names_of(value)?;
        self.columns_of(target, &names, attribute.clone(), attribute)
    }

    /// The relation fields that could be the other side of each relation field.
    fn find_opposites(&self) -> BTreeMap<RelationField, Vec<RelationField>> {
        let mut by_ends: BTreeMap<(ModelId, ModelId, Option<&str>), Vec<RelationField>> =
            BTreeMap::new();
        for (this, target, draft) in self.relation_fields() {
            by_ends.entry((this.model, target, draft.name.as_deref())).or_default().push(this);
        }
        let mut opposites = BTreeMap::new();
        for (this, target, draft) in self.relation_fields() {
            let others = by_ends.get(&(target, this.model, draft.name.as_deref()));
            let others = others.into_iter().flatten().copied().filter(|other| *other != this);
            opposites.insert(this, others.collect());
        }
        opposites
    }

    /// Every relation field, in order, with the model it refers to.
    pub(crate) fn relation_fields(
        &self,
    ) -> impl Iterator<Item = (RelationField, ModelId, &RelationDraft)> {
        let models = self.datamodel.models.iter().zip(&self.models).enumerate();
        models.flat_map(|(model, (owner, source))| {
            let fields = owner.fields.iter().zip(&source.fields).enumerate();
            fields.filter_map(move |(field, (this, place))| match (&this.kind, &place.relation) {
                (FieldType::Relation(target), Some(draft)) => Some((
                    RelationField { model: ModelId(model), field: FieldId(field) },
                    *target,
                    draft,
                )),
                _ => None,
            })
        })
    }

    /// Brings both sides of every relation together. What does not fit is left out here and
    /// reported in [`crate::validate`].
    pub(super) fn relations(&mut self) {
        let opposites = self.find_opposites();
        let mut foreign_keys = Vec::new();
        let mut join_tables = Vec::new();
        for (this, target, draft) in self.relation_fields() {
            let Some([other]) = opposites.get(&this).map(Vec::as_slice) else { continue };
            let arity = |at: RelationField| self.field_of(at.model, at.field).arity;
            if let (Some(fields), Some(references)) = (&draft.fields, &draft.references) {
                // Different lengths are reported by the rules about keys.
                if fields.is_empty() || references.is_empty() || arity(this) == Arity::List {
                    continue;
                }
                foreign_keys
                    .push(self.foreign_key(this, target, *other, draft, fields, references));
            } else if arity(this) == Arity::List && arity(*other) == Arity::List && this < *other {
                join_tables.extend(self.join_table(this, *other, draft));
            }
        }
        self.opposites = opposites;
        self.datamodel.foreign_keys = foreign_keys;
        self.datamodel.join_tables = join_tables;
    }

    fn foreign_key(
        &self,
        this: RelationField,
        target: ModelId,
        other: RelationField,
        draft: &RelationDraft,
        fields: &[FieldId],
        references: &[FieldId],
    ) -> ForeignKey {
        let owner = &self.datamodel.models[this.model.0];
        let required = fields.iter().any(|field| owner.fields[field.0].arity == Arity::Required);
        let mut base = owner.database_name.clone();
        for field in fields {
            base.push('_');
            base.push_str(&owner.fields[field.0].database_name);
        }
        let (on_delete, on_update) = (draft.on_delete.as_ref(), draft.on_update.as_ref());
        let map = draft.map.as_ref().map(|(name, _)| name.clone());
        let by_default =
            if required { ReferentialAction::Restrict } else { ReferentialAction::SetNull };
        ForeignKey {
            relation_name: draft.name.clone(),
            model: this.model,
            relation_field: this.field,
            fields: fields.to_vec(),
            target,
            references: references.to_vec(),
            opposite: Some(other.field),
            one_to_one: self.field_of(other.model, other.field).arity != Arity::List,
            explicit_on_delete: on_delete.map(|(action, _)| *action),
            explicit_on_update: on_update.map(|(action, _)| *action),
            on_delete: on_delete.map_or(by_default, |(action, _)| *action),
            on_update: on_update.map_or(ReferentialAction::Cascade, |(action, _)| *action),
            database_name: map.clone().unwrap_or_else(|| constraint_name(&base, "_fkey")),
            explicit_name: map,
            span: owner.fields[this.field.0].span.clone(),
        }
    }

    fn join_table(
        &self,
        this: RelationField,
        other: RelationField,
        draft: &RelationDraft,
    ) -> Option<JoinTable> {
        let key = |at: RelationField| {
            let owner = &self.datamodel.models[at.model.0];
            match owner.primary_key.as_ref()?.fields.as_slice() {
                [one] => Some(RelationSide { model: at.model, field: at.field, id: one.field }),
                _ => None,
            }
        };
        let sort_key = |side: &RelationSide| {
            let owner = &self.datamodel.models[side.model.0];
            (owner.name.clone(), owner.fields[side.field.0].name.clone())
        };
        let mut sides = [key(this)?, key(other)?];
        sides.sort_by_key(sort_key);
        let [a, b] = sides;
        let model = |side: RelationSide| &self.datamodel.models[side.model.0];
        let base = match &draft.name {
            Some(name) => format!("_{name}"),
            None => format!("_{}To{}", model(a).name, model(b).name),
        };
        Some(JoinTable {
            relation_name: draft.name.clone(),
            database_name: constraint_name(&base, ""),
            schema: model(a).schema.clone(),
            a,
            b,
            primary_key_name: constraint_name(&base, "_AB_pkey"),
            unique_index_name: constraint_name(&base, "_AB_unique"),
            index_name: constraint_name(&base, "_B_index"),
            a_foreign_key_name: constraint_name(&base, "_A_fkey"),
            b_foreign_key_name: constraint_name(&base, "_B_fkey"),
        })
    }
}
