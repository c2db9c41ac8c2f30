//! Rules about blocks as a whole.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::datamodel::{
    Arity, Draft, FieldType, IndexField, IndexKind, Model, ModelId, ModelKind, Report,
};

/// PostgreSQL has no composite types of Prisma's kind.
pub(super) fn composites(draft: &Draft<'_>, report: &mut Report) {
    for top in &draft.composites {
        report.file = top.file;
        report.error_with(
            top.block.span(),
            "PostgreSQL has no composite types in Prisma",
            "make it a model with a relation, or a Json field",
        );
    }
}

/// `extensions` is a preview.
pub(super) fn extensions(draft: &Draft<'_>, report: &mut Report) {
    let Some(datasource) = &draft.configuration.datasource else { return };
    let Some(span) = &datasource.extensions_span else { return };
    if !draft.datamodel.has_preview("postgresqlExtensions") {
        report.file = datasource.file;
        report.error_with(
            span.clone(),
            "`extensions` needs the preview feature `postgresqlExtensions`",
            "add it to `previewFeatures` of a generator",
        );
    }
}

/// No two models are one table.
pub(super) fn tables(draft: &Draft<'_>, report: &mut Report, order: &[ModelId]) {
    let mut seen: FxHashMap<(Option<&str>, &str), ModelId> = FxHashMap::default();
    seen.reserve(order.len());
    for at in order {
        let model = draft.datamodel.model(*at);
        let other = *seen.entry((model.schema.as_deref(), &model.database_name)).or_insert(*at);
        if other == *at {
            continue;
        }
        // Prisma points at the `@@map` of whichever has one, first of the later model.
        let (source, first) = (&draft.models[at.0], &draft.models[other.0]);
        let (place, span) = match (&source.map, &first.map) {
            (Some(map), _) => (source, map.span()),
            (None, Some(map)) => (first, map.span()),
            (None, None) => (source, source.top.block.span()),
        };
        report.file = place.top.file;
        let message = format!(
            "models `{}` and `{}` are the same table `{}`",
            first.top.name, source.top.name, model.database_name
        );
        report.error_with(span, message, "give one of them another `@@map`");
    }
}

/// Rules about one model or view.
pub(super) fn model(draft: &Draft<'_>, report: &mut Report, at: ModelId) {
    let model = draft.datamodel.model(at);
    let source = &draft.models[at.0];
    if model.kind == ModelKind::Table && !model.ignored && !has_unique_criterion(model) {
        report.error_with(
            source.top.block.span(),
            format!("nothing tells the rows of `{}` apart", model.name),
            "mark a required field with `@id` or `@unique`, or add `@@id([…])` or `@@unique([…])`",
        );
    }
    for (span, message) in &source.foreign {
        report.error_with(span.clone(), *message, "leave it out");
    }
    let schemas = &draft.datamodel.schemas;
    match (&model.schema, source.schema) {
        (Some(schema), Some(value)) if !schemas.iter().any(|known| known == schema) => {
            let message = format!("the datasource has no schema `{schema}`");
            report.error_with(value.span(), message, "add it to `schemas` of the datasource");
        }
        (None, _) if !schemas.is_empty() => {
            let message =
                format!("`{}` has no `@@schema`, which each model needs here", model.name);
            report.error_with(
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
            report.error_with(place.attribute.span(), message, "leave `map` out");
        }
    }
    client_names(draft, report, at);
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
        index.kind == IndexKind::Unique && index.predicate.is_none() && strict(&index.fields)
    })
}

/// The names that the client gives to compound keys clash neither with fields nor each other.
fn client_names(draft: &Draft<'_>, report: &mut Report, at: ModelId) {
    let model = draft.datamodel.model(at);
    let source = &draft.models[at.0];
    let uniques = model.indexes.iter().zip(&source.indexes);
    let uniques = uniques.filter(|(index, _)| index.kind == IndexKind::Unique && !index.on_field);
    let uniques = uniques.map(|(index, place)| (&index.fields, place));
    let key = model.primary_key.as_ref().map(|key| &key.fields).zip(source.primary_key.as_ref());
    let key = key.filter(|(_, place)| !place.on_field);
    let all = key.into_iter().chain(uniques);
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for (name, _) in all.clone().filter_map(|(_, place)| place.client_name.as_ref()) {
        *counts.entry(name).or_default() += 1;
    }
    for (fields, place) in all {
        let is_field = |name: &str| model.fields.iter().any(|field| field.name == name);
        match &place.client_name {
            Some((name, span)) => {
                if is_field(name) {
                    // Prisma points at the whole model.
                    let message = format!("`name: \"{name}\"` is already the name of a field");
                    report.error_with(source.top.block.span(), message, "choose another `name`");
                }
                if counts.get(name.as_str()).is_some_and(|count| *count > 1) {
                    report.error_with(
                        span.clone(),
                        format!("`{name}` names two keys"),
                        "choose another `name`",
                    );
                }
            }
            None if fields.len() > 1 => {
                let names = || fields.iter().map(|one| model.fields[one.field.0].name.as_str());
                // Joined only when a field is as long: nearly none is.
                let length = names().map(str::len).sum::<usize>() + fields.len() - 1;
                if !model.fields.iter().any(|field| field.name.len() == length) {
                    continue;
                }
                let name = names().collect::<Vec<_>>().join("_");
                if is_field(&name) {
                    let message =
                        format!("field `{name}` has the name that the client gives to this key");
                    report.error_with(
                        place.attribute.span(),
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
pub(super) fn enums(draft: &Draft<'_>, report: &mut Report) {
    let schemas = &draft.datamodel.schemas;
    let mut seen: FxHashSet<(Option<&str>, &str)> = FxHashSet::default();
    for (this, source) in draft.datamodel.enums.iter().zip(&draft.enums) {
        let top = source.top;
        report.file = top.file;
        if !seen.insert((this.schema.as_deref(), &this.database_name)) {
            let message = format!("another enum is already the type `{}`", this.database_name);
            report.error_with(top.block.span(), message, "give one of them another `@@map`");
        }
        match (&this.schema, source.schema) {
            (Some(schema), Some(value)) if !schemas.iter().any(|known| known == schema) => {
                let message = format!("the datasource has no schema `{schema}`");
                let remedy = "add it to `schemas` of the datasource";
                report.error_with(value.span(), message, remedy);
            }
            (None, _) if !schemas.is_empty() => {
                let message =
                    format!("`{}` has no `@@schema`, which each enum needs here", this.name);
                report.error_with(
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
pub(super) fn views(draft: &Draft<'_>, report: &mut Report, order: &[ModelId]) {
    for at in order {
        let model = draft.datamodel.model(*at);
        if model.kind != ModelKind::View {
            continue;
        }
        let source = &draft.models[at.0];
        report.file = source.top.file;
        if !draft.datamodel.has_preview("views") {
            report.error_with(
                source.top.block.span(),
                "views need the preview feature `views`",
                "add it to `previewFeatures` of a generator",
            );
        }
        if let Some(key) = &source.primary_key {
            report.error_with(
                key.attribute.span(),
                "a view has no primary key",
                "use `@unique` or `@@unique`",
            );
        }
        for (index, place) in model.indexes.iter().zip(&source.indexes) {
            if index.kind == IndexKind::Normal {
                report.error_with(place.attribute.span(), "a view has no indexes", "leave it out");
            }
        }
    }
}
