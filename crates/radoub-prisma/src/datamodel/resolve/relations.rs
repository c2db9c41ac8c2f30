//! `@relation`, and the two sides of each relation.

use std::borrow::Cow;
use std::ops::Range;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use smol_str::{SmolStr, format_smolstr};

use super::Draft;
use super::arguments::{self, Arguments};
use super::indexes::quoted;
use crate::datamodel::{
    Arity, FieldId, ForeignKey, JoinTable, ModelId, ReferentialAction, RelationSide,
};
use crate::syntax::ast::{Attribute, Value, ValueKind};

/// A relation field of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RelationField {
    pub(crate) model: ModelId,
    pub(crate) field: FieldId,
}

/// What a relation field says about its relation.
#[derive(Debug)]
pub(crate) struct RelationDraft<'tree> {
    pub(crate) at: RelationField,
    /// The model that it refers to.
    pub(crate) target: ModelId,
    pub(crate) name: Option<Cow<'tree, str>>,
    /// `@relation`.
    pub(crate) attribute: Option<Attribute<'tree>>,
    /// `fields`; moved out where they become a foreign key.
    fields: Option<Vec<FieldId>>,
    /// `references`, likewise.
    references: Option<Vec<FieldId>>,
    /// Whether `fields` names some.
    pub(crate) has_fields: bool,
    /// Whether `references` names some.
    pub(crate) has_references: bool,
    pub(crate) on_delete: Option<(ReferentialAction, Range<usize>)>,
    pub(crate) on_update: Option<(ReferentialAction, Range<usize>)>,
    pub(crate) map: Option<(Cow<'tree, str>, Range<usize>)>,
    /// How many fields of its model go to the same model under the same name, itself counted.
    pub(crate) alike: usize,
    pub(crate) other: Other,
}

/// The other side of a relation field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Other {
    /// No field could be it.
    Missing,
    /// One could.
    Is(RelationField),
    /// Several could.
    Unclear,
}

impl RelationDraft<'_> {
    /// One without `@relation`.
    pub(super) fn new(at: RelationField, target: ModelId) -> Self {
        Self {
            at,
            target,
            name: None,
            attribute: None,
            fields: None,
            references: None,
            has_fields: false,
            has_references: false,
            on_delete: None,
            on_update: None,
            map: None,
            alike: 1,
            other: Other::Missing,
        }
    }
}

/// The relation fields of one model that go to one other under one name.
#[derive(Debug, Clone, Copy)]
struct Alike {
    first: RelationField,
    last: RelationField,
    count: usize,
}

impl Alike {
    /// Which of them is the other side of this field.
    fn other_of(self, this: RelationField) -> Other {
        let (first, last) = (self.first, self.last);
        match self.count {
            1 if first != this => Other::Is(first),
            1 => Other::Missing,
            2 if first == this => Other::Is(last),
            2 if last == this => Other::Is(first),
            _ => Other::Unclear,
        }
    }
}

impl<'tree> Draft<'tree> {
    pub(super) fn relation(&mut self, model: ModelId, field: FieldId, attribute: Attribute<'tree>) {
        let Some(at) = self.models[model.0].fields[field.0].relation else { return };
        let target = self.relations[at].target;
        let mut arguments = Arguments::of(&mut self.report, attribute);
        let span = attribute.span();
        let fields = arguments
            .optional("fields")
            .and_then(|value| self.fields_argument(model, value, span.clone()));
        let references = arguments
            .optional("references")
            .and_then(|value| self.references_argument(target, value, span.clone()));
        let named =
            |fields: &Option<Vec<FieldId>>| fields.as_ref().is_some_and(|it| !it.is_empty());
        let mut relation = RelationDraft {
            attribute: Some(attribute),
            has_fields: named(&fields),
            has_references: named(&references),
            fields,
            references,
            ..RelationDraft::new(RelationField { model, field }, target)
        };
        if let Some(value) = arguments.either("name") {
            match arguments::string(&mut self.report, value) {
                Some(name) if name.is_empty() => {
                    self.report.error(span, "the name of a relation is not empty");
                }
                name => relation.name = name,
            }
        }
        relation.on_delete = self.action(&mut arguments, "onDelete");
        relation.on_update = self.action(&mut arguments, "onUpdate");
        let map_span = arguments.span_of("map");
        relation.map = arguments.nonempty(&mut self.report, "map").zip(map_span);
        arguments.finish(&mut self.report);
        self.relations[at] = relation;
    }

    fn action(
        &mut self,
        arguments: &mut Arguments<'tree>,
        name: &str,
    ) -> Option<(ReferentialAction, Range<usize>)> {
        let (word, span) = arguments.word(&mut self.report, name)?;
        let action = ReferentialAction::from_name(word);
        if action.is_none() {
            self.report.error_with(
                span.clone(),
                format!("there is no action `{word}`"),
                "take Cascade, Restrict, NoAction, SetNull or SetDefault",
            );
        }
        Some((action?, arguments.span_of(name).unwrap_or(span)))
    }

    /// The names of a list of fields; `None` when it holds something else, which is reported.
    fn names_of(&mut self, value: Value<'tree>) -> Option<SmallVec<[&'tree str; 4]>> {
        let mut names = SmallVec::new();
        let mut right = true;
        for element in value.elements() {
            if let ValueKind::Path(name) = element.read() {
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

    /// Finds the fields of these names; names that are not there are reported at `unknown_at`,
    /// those that come twice at `twice_at`.
    fn columns_of(
        &mut self,
        model: ModelId,
        names: &[&str],
        unknown_at: Range<usize>,
        twice_at: Range<usize>,
    ) -> Option<Vec<FieldId>> {
        let owner = &self.datamodel.models[model.0];
        let mut fields = Vec::with_capacity(names.len());
        let (mut unknown, mut relations, mut twice) = (Vec::new(), Vec::new(), Vec::new());
        for name in names {
            match owner.fields.iter().position(|field| field.name == *name) {
                None => unknown.push(*name),
                Some(at) if !owner.fields[at].is_column() => relations.push(*name),
                Some(at) if self.has_unknown_type(model, FieldId(at)) => relations.push(*name),
                Some(at) if fields.contains(&FieldId(at)) => twice.push(*name),
                Some(at) => fields.push(FieldId(at)),
            }
        }
        let wrong = unknown.len() + relations.len() + twice.len();
        if !unknown.is_empty() {
            let message = format!("`{}` has no field {}", owner.name, quoted(&unknown));
            self.report.error(unknown_at.clone(), message);
        }
        if !relations.is_empty() {
            let message = format!("relation fields have no column: {}", quoted(&relations));
            self.report.error_with(unknown_at, message, "name the fields that hold the key");
        }
        for name in twice {
            let message = format!("`{name}` of `{}` is named twice", owner.name);
            self.report.error(twice_at.clone(), message);
        }
        (wrong == 0).then_some(fields)
    }

    fn fields_argument(
        &mut self,
        model: ModelId,
        value: Value<'tree>,
        attribute: Range<usize>,
    ) -> Option<Vec<FieldId>> {
        let names = self.names_of(value)?;
        self.columns_of(model, &names, value.span(), attribute)
    }

    fn references_argument(
        &mut self,
        target: ModelId,
        value: Value<'tree>,
        attribute: Range<usize>,
    ) -> Option<Vec<FieldId>> {
        let names = self.names_of(value)?;
        self.columns_of(target, &names, attribute.clone(), attribute)
    }

    /// Finds the other side of each relation field.
    fn find_others(&mut self) {
        type Ends<'a> = (ModelId, ModelId, Option<&'a str>);
        let mut groups: FxHashMap<Ends<'_>, Alike> = FxHashMap::default();
        groups.reserve(self.relations.len());
        for one in &self.relations {
            let alone = Alike { first: one.at, last: one.at, count: 0 };
            let group =
                groups.entry((one.at.model, one.target, one.name.as_deref())).or_insert(alone);
            group.last = one.at;
            group.count += 1;
        }
        let found = self.relations.iter().map(|one| {
            let (this, that, name) = (one.at.model, one.target, one.name.as_deref());
            let alike = groups.get(&(this, that, name)).map_or(1, |group| group.count);
            let other = groups.get(&(that, this, name));
            (alike, other.map_or(Other::Missing, |group| group.other_of(one.at)))
        });
        let found: Vec<_> = found.collect();
        for (one, (alike, other)) in self.relations.iter_mut().zip(found) {
            (one.alike, one.other) = (alike, other);
        }
    }

    /// Brings both sides of every relation together. What does not fit is left out here and
    /// reported in [`crate::validate`].
    pub(super) fn pair_relations(&mut self) {
        self.find_others();
        let keys = self.relations.iter().filter(|relation| relation.has_fields).count();
        self.datamodel.foreign_keys.reserve_exact(keys);
        for at in 0..self.relations.len() {
            let this = &self.relations[at];
            let Other::Is(other) = this.other else { continue };
            let is_list =
                |at: RelationField| self.field_of(at.model, at.field).arity == Arity::List;
            if this.fields.is_some() && this.references.is_some() {
                // Different lengths are reported by the rules about keys.
                if this.has_fields && this.has_references && !is_list(this.at) {
                    let key = self.foreign_key(at, other);
                    self.datamodel.foreign_keys.push(key);
                }
            } else if is_list(this.at) && is_list(other) && this.at < other {
                let table = self.join_table(at, other);
                self.datamodel.join_tables.extend(table);
            }
        }
    }

    /// The key of the relation of this index, which has fields and references.
    fn foreign_key(&mut self, at: usize, other: RelationField) -> ForeignKey {
        let one_to_one = self.field_of(other.model, other.field).arity != Arity::List;
        let draft = &mut self.relations[at];
        let fields = draft.fields.take().unwrap_or_default();
        let references = draft.references.take().unwrap_or_default();
        let owner = &self.datamodel.models[draft.at.model.0];
        let own = || fields.iter().map(|field| &owner.fields[field.0]);
        let by_default = if own().any(|field| field.arity == Arity::Required) {
            ReferentialAction::Restrict
        } else {
            ReferentialAction::SetNull
        };
        let given = |action: &Option<(ReferentialAction, Range<usize>)>| {
            action.as_ref().map(|(action, _)| *action)
        };
        let (on_delete, on_update) = (given(&draft.on_delete), given(&draft.on_update));
        let map = draft.map.as_ref().map(|(name, _)| SmolStr::new(name));
        let columns = own().map(|field| field.database_name.as_str());
        let parts = std::iter::once(owner.database_name.as_str()).chain(columns);
        ForeignKey {
            relation_name: draft.name.as_deref().map(SmolStr::new),
            model: draft.at.model,
            relation_field: draft.at.field,
            target: draft.target,
            opposite: Some(other.field),
            one_to_one,
            explicit_on_delete: on_delete,
            explicit_on_update: on_update,
            on_delete: on_delete.unwrap_or(by_default),
            on_update: on_update.unwrap_or(ReferentialAction::Cascade),
            database_name: map
                .clone()
                .unwrap_or_else(|| self.constraint_names.name(parts, "_fkey")),
            explicit_name: map,
            span: owner.fields[draft.at.field.0].span.clone(),
            fields,
            references,
        }
    }

    /// The join table of the relation of this index; `None` when a side has no id of one column.
    fn join_table(&mut self, at: usize, other: RelationField) -> Option<JoinTable> {
        let draft = &self.relations[at];
        let side = |at: RelationField| {
            let owner = &self.datamodel.models[at.model.0];
            match owner.primary_key.as_ref()?.fields.as_slice() {
                [one] => Some(RelationSide { model: at.model, field: at.field, id: one.field }),
                _ => None,
            }
        };
        let order = |side: &RelationSide| {
            let owner = &self.datamodel.models[side.model.0];
            (&owner.name, &owner.fields[side.field.0].name)
        };
        let mut sides = [side(draft.at)?, side(other)?];
        sides.sort_by(|one, other| order(one).cmp(&order(other)));
        let [a, b] = sides;
        let model = |side: RelationSide| &self.datamodel.models[side.model.0];
        let base = if let Some(name) = &draft.name {
            format_smolstr!("_{name}")
        } else {
            format_smolstr!("_{}To{}", model(a).name, model(b).name)
        };
        let mut named = |suffix| self.constraint_names.name([base.as_str()], suffix);
        Some(JoinTable {
            relation_name: draft.name.as_deref().map(SmolStr::new),
            database_name: named(""),
            schema: model(a).schema.clone(),
            a,
            b,
            primary_key_name: named("_AB_pkey"),
            unique_index_name: named("_AB_unique"),
            index_name: named("_B_index"),
            a_foreign_key_name: named("_A_fkey"),
            b_foreign_key_name: named("_B_fkey"),
        })
    }
}
