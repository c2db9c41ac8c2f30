//! Rules about blocks as a whole.

use std::collections::BTreeMap;

use crate::datamodel::{Arity, Draft, FieldType, IndexField, Model, ModelId, ModelKind};

/// PostgreSQL has no composite types of Prisma's kind.
pub(super) fn composites(draft: &mut Draft) {
    for top in &draft.composites {
        draft.report.file = top.file;
        draft.report.error_with(
            top.block.span(),
            "PostgreSQL has no composite types in Prisma",
            "make it a model with a relation, or a Json field",
        );
    }
}

/// `extensions` is a preview.
pub(super) fn extensions(draft: &mut Draft) {
    let Some(datasource) = &draft.configuration.datasource else { return };
    let Some(span) = &datasource.extensions_span else { return };
    if !draft.datamodel.has_preview("postgresqlExtensions") {
        draft.report.file = datasource.file;
        draft.report.error_with(
            span.clone(),
            "`extensions` needs the preview feature `postgresqlExtensions`",
            "add it to `previewFeatures` of a generator",
        );
    }
}

/// No two models are one table.
pub(super) fn tables(draft: &mut Draft, order: &[ModelId]) {
    let mut seen = BTreeMap::new();
    for at in order {
        let model = draft.datamodel.model(*at);
        let table = (model.schema.clone(), model.database_name.clone());
        let Some(other) = seen.get(&table) else {
            seen.insert(table, *at);
            continue;
        };
        // Prisma points at the `@@map` of whichever has one, first of the later model.
        let (source, first) = (&draft.models[at.0], &draft.models[other.0]);
        let (place, span) = match (&source.map, &first.map) {
            (Some(map), _) => (source, map.clone()),
            (None, Some(map)) => (first, map.clone()),
            (None, None) => (source, source.top.block.span()),
        };
        draft.report.file = place.top.file;
        let message = format!(
            "models `{}` and `{}` are the same table `{}`",
            first.top.name, source.top.name, table.1
        );
        draft.report.error_with(span, message, "give one of them another `@@map`");
    }
}

/// Rules about one model or view.
pub(super) fn model(draft: &mut Draft, at: ModelId) {
    let model = draft.datamodel.model(at);
    let source = &draft.models[at.0];
    if model.kind == ModelKind::Table && !model.ignored && !has_unique_criterion(model) {
        draft.report.error_with(
            source.top.block.span(),
            format!("nothing tells the rows of `{}` apart", model.name),
            "mark a required field with `@id` or `@unique`, or add `@@id([…])` or `@@unique([…])`",
        );
    }
    for (span, message) in &source.foreign {
        draft.report.error_with(span.clone(), *message, "leave it out");
    }
    let schemas = &draft.datamodel.schemas;
    match (&model.schema, &source.schema) {
        (Some(schema), Some(span)) if !schemas.contains(schema) => {
            let message = format!("the datasource has no schema `{schema}`");
            draft.report.error_with(span.clone(), message, "add it to `schemas` of the datasource");
        }
        (None, _) if !schemas.is_empty() => {
            let message =
                format!("`{}` has no `@@schema`, which each model needs here", model.name);
            draft.report.error_with(
                source.top.block.span(),
                message,
                format!("add `@@schema(\"{}\")`", schemas[0]),
            );
        }
        _ => {}
    }
    if model.kind == ModelKind::View {
        for place in source.indexes.iter().filter(|place| place.map.is_some()) {
            let message = "a unique of a view is no index, so it has no name in the database";
            draft.report.error_with(place.span.clone(), message, "leave `map` out");
        }
    }
    client_names(draft, at);
}

/// Whether some key has only columns that are never null and that the client can read.
fn has_unique_criterion(model: &Model) -> bool {
    let strict = |fields: &[IndexField]| {
        fields.iter().all(|one| {
            let field = &model.fields[one.field.0];
            field.arity != Arity::Optional && !matches!(field.kind, FieldType::Unsupported(_))
        })
    };
    let key = model.primary_key.as_ref().is_some_and(|key| strict(&key.fields));
    key || model.indexes.iter().any(|index| {
        index.kind == crate::datamodel::IndexKind::Unique
            && index.predicate.is_none()
            && strict(&index.fields)
    })
}

/// The names that the client gives to compound keys clash neither with fields nor each other.
fn client_names(draft: &mut Draft, at: ModelId) {
    let model = draft.datamodel.model(at);
    let source = &draft.models[at.0];
    let uniques = model.indexes.iter().zip(&source.indexes);
    let uniques = uniques
        .filter(|(index, _)| index.kind == crate::datamodel::IndexKind::Unique && !index.on_field);
    let uniques = uniques.map(|(index, place)| (&index.fields, place));
    let key = model.primary_key.as_ref().map(|key| &key.fields).zip(source.primary_key.as_ref());
    let key = key.filter(|(_, place)| !place.on_field);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let all: Vec<_> = key.into_iter().chain(uniques).collect();
    for (_, place) in &all {
        if let Some((name, _)) = &place.client_name {
            *counts.entry(name).or_default() += 1;
        }
    }
    for (fields, place) in all {
        let is_field = |name: &str| model.fields.iter().any(|field| field.name == name);
        match &place.client_name {
            Some((name, span)) => {
                if is_field(name) {
                    // Prisma points at the whole model.
                    let message = format!("`name: \"{name}\"` is already the name of a field");
                    draft.report.error_with(
                        source.top.block.span(),
                        message,
                        "choose another `name`",
                    );
                }
                if counts.get(name.as_str()).is_some_and(|count| *count > 1) {
                    draft.report.error_with(
                        span.clone(),
                        format!("`{name}` names two keys"),
                        "choose another `name`",
                    );
                }
            }
            None if fields.len() > 1 => {
                let names: Vec<_> =
                    fields.iter().map(|one| model.fields[one.field.0].name.as_str()).collect();
                let name = names.join("_");
                if is_field(&name) {
                    let message =
                        format!("field `{name}` has the name that the client gives to this key");
                    draft.report.error_with(
                        place.span.clone(),
                        message,
                        "give the key another one by `name`",
                    );
                }
            }
            None => {}
        }
    }
}

/// Rules about enums.
pub(super) fn enums(draft: &mut Draft) {
    let schemas = draft.datamodel.schemas.clone();
    let mut seen = BTreeMap::new();
    for (at, top) in draft.enums.iter().enumerate() {
        let this = &draft.datamodel.enums[at];
        draft.report.file = top.file;
        if seen.insert((this.schema.clone(), this.database_name.clone()), at).is_some() {
            let message = format!("another enum is already the type `{}`", this.database_name);
            draft.report.error_with(top.block.span(), message, "give one of them another `@@map`");
        }
        match (&this.schema, &draft.enum_schemas[at]) {
            (Some(schema), Some(span)) if !schemas.contains(schema) => {
                let message = format!("the datasource has no schema `{schema}`");
                draft.report.error_with(
                    span.clone(),
                    message,
                    "add it to `schemas` of the datasource",
                );
            }
            (None, _) if !schemas.is_empty() => {
                let message =
                    format!("`{}` has no `@@schema`, which each enum needs here", this.name);
                draft.report.error_with(
                    top.block.span(),
                    message,
                    format!("add `@@schema(\"{}\")`", schemas[0]),
                );
            }
            _ => {}
        }
    }
}

/// Views are a preview, and no tables.
pub(super) fn views(draft: &mut Draft, order: &[ModelId]) {
    for at in order {
        let model = draft.datamodel.model(*at);
        if model.kind != ModelKind::View {
            continue;
        }
        let source = &draft.models[at.0];
        draft.report.file = source.top.file;
        if !draft.datamodel.has_preview("views") {
            draft.report.error_with(
                source.top.block.span(),
                "views need the preview feature `views`",
                "add it to `previewFeatures` of a generator",
            );
        }
        if let Some(key) = &source.primary_key {
            draft.report.error_with(
                key.span.clone(),
                "a view has no primary key",
                "use `@unique` or `@@unique`",
            );
        }
        for (index, place) in model.indexes.iter().zip(&source.indexes) {
            if index.kind == crate::datamodel::IndexKind::Normal {
                draft.report.error_with(
                    place.span.clone(),
                    "a view has no indexes",
                    "leave it out",
                );
            }
        }
    }
}
