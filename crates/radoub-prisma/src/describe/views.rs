//! View blocks: written with the preview feature `views` alone.
//!
//! A view does not say which of its columns are never null or unique, nor what it relates to; the
//! schema before does, and that is kept.

use radoub_schema::model::{ColumnType, RemarkKind};

use super::columns::Line;
use super::relations::Place;
use super::warning::Remarked;
use super::{Block, Description, ViewQuery, documentation, names, quoted};
use crate::datamodel::{Arity, IndexKind, Model};

impl Description<'_> {
    pub(super) fn views(&mut self) -> Vec<Block> {
        let ignored = self.ignored();
        // Without the preview feature no view has a name.
        let places: Vec<usize> =
            (0..self.names.views.len()).filter(|place| self.is_view(*place)).collect();
        places.into_iter().map(|place| self.view(place, &ignored)).collect()
    }

    /// The queries of the views that are written.
    pub(super) fn view_queries(&self) -> Vec<ViewQuery> {
        let places = (0..self.names.views.len()).filter(|place| self.is_view(*place));
        places
            .map(|place| {
                let view = &self.found.views[place];
                ViewQuery {
                    namespace: view.name.namespace.as_ref().map_or("", |it| it.as_str()).to_owned(),
                    name: self.names.views[place].name.clone(),
                    query: laid_out(&view.query),
                }
            })
            .collect()
    }

    /// Stored views are not looked at by Prisma, and one without columns is none.
    fn is_view(&self, place: usize) -> bool {
        let view = &self.found.views[place];
        !view.is_materialized && !view.columns.is_empty()
    }

    fn view(&mut self, place: usize, ignored: &[bool]) -> Block {
        let view = &self.found.views[place];
        let named = &self.names.views[place];
        let previous = self.previous.view(place);
        let model =
            previous.and_then(|block| block.model).map(|id| self.previous.datamodel.model(id));
        let fields = names::fields(&view.columns, previous);
        if named.is_kept && named.is_mapped {
            self.warnings.remapped_views.push(named.name.clone());
        }
        let above = documentation(&self.view_documentation(place));
        self.warn_of_view_comments(place, &fields);
        let mut text = format!("{above}view {} {{\n", named.name);
        let mut commented = Vec::new();
        let is_ignored = previous.is_some_and(|block| block.is_ignored);
        for (column, name) in view.columns.iter().zip(&fields) {
            let original = column.name.as_str();
            let before = previous.and_then(|block| block.line(original));
            match name {
                None => commented.push(original.to_owned()),
                Some(name) if before.is_some_and(|it| it.is_mapped) => {
                    self.warnings.remapped_fields.push(("View", named.name.clone(), name.clone()));
                }
                Some(_) => {}
            }
            if let ColumnType::Unsupported(kind) = &column.kind {
                let field = name.as_deref().unwrap_or(original).to_owned();
                let warning = ("View", named.name.clone(), field, kind.clone());
                self.warnings.unsupported.push(warning);
            }
            let field = model.and_then(|model| {
                model.columns().find(|(_, field)| field.database_name == original)
            });
            let is_unique = |model: &Model, (id, _): (crate::datamodel::FieldId, _)| {
                model.indexes.iter().any(|index| index.on_field && index.fields[0].field == id)
            };
            let unique = model.zip(field).is_some_and(|(model, field)| is_unique(model, field));
            let line = Line {
                column,
                name: name.as_deref(),
                previous: before,
                keys: if unique { " @unique".to_owned() } else { String::new() },
                is_required: field.is_some_and(|(_, field)| field.arity == Arity::Required),
                is_in_ignored: is_ignored,
            };
            text.push_str(&self.column_line(&line));
        }
        if !commented.is_empty() {
            commented.sort();
            self.warnings.commented_fields.push(("View", named.name.clone(), commented));
        }
        text.push_str(&self.relation_lines(Place::View(place), ignored));
        if let Some(model) = model {
            text.push_str(&kept_uniques(model, &fields));
        }
        text.push_str(&self.block_names(named, &view.name));
        if is_ignored {
            text.push_str("@@ignore\n");
        }
        text.push_str("}\n");
        Block { place: previous.map(|block| block.place), text, is_model: false }
    }

    fn warn_of_view_comments(&mut self, place: usize, fields: &[Option<String>]) {
        let view = &self.found.views[place];
        let named = &self.names.views[place].name;
        let comments = self.found.remarks.iter();
        let comments = comments.filter(|it| it.kind == RemarkKind::Comment && it.on == view.name);
        for comment in comments {
            let remarked = match &comment.column {
                None => Remarked::of("view", named),
                Some(column) => {
                    let at = view.columns.iter().position(|it| it.name == *column);
                    let field = at.and_then(|at| fields[at].as_deref()).unwrap_or(column.as_str());
                    Remarked::of("field", &format!("{named}.{field}"))
                }
            };
            self.warnings.comments.push(remarked);
        }
    }
}

/// The query as Prisma lays it out.
fn laid_out(query: &str) -> String {
    let options = sqlformat::FormatOptions { uppercase: true, ..Default::default() };
    sqlformat::format(query, &sqlformat::QueryParams::None, options)
}

/// `@@unique` over several fields that are all still there.
fn kept_uniques(model: &Model, fields: &[Option<String>]) -> String {
    let uniques = model.indexes.iter().filter(|index| {
        index.kind == IndexKind::Unique && !index.on_field && index.fields.len() > 1
    });
    let lines = uniques.filter_map(|index| {
        let names = index.fields.iter().map(|one| &model.fields[one.field.0].name);
        let names: Vec<&str> = names.map(smol_str::SmolStr::as_str).collect();
        let there = |name: &&str| fields.iter().flatten().any(|field| field == name);
        let name = index.client_name.as_ref().map(|name| format!(", name: {}", quoted(name)));
        names
            .iter()
            .all(there)
            .then(|| format!("@@unique([{}]{})\n", names.join(", "), name.unwrap_or_default()))
    });
    lines.collect()
}
