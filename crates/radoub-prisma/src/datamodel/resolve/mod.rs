//! From trees to the data model: every name looked up, every attribute read.
//!
//! Each step goes over the whole schema and reports all that it finds: names, types, attributes.
//! What only the whole can show (relations that fit, keys that exist, limits of PostgreSQL) is
//! the matter of [`crate::validate`], which runs when nothing was wrong before, as Prisma does.

pub(crate) mod arguments;
mod attributes;
mod constraint;
pub(crate) mod defaults;
mod fields;
mod indexes;
pub(crate) mod names;
pub(crate) mod native;
mod relations;
mod similar;

use std::ops::Range;

use smol_str::SmolStr;

pub(crate) use constraint::{ConstraintNames, LIMIT};
pub(crate) use relations::{Other, RelationDraft, RelationField};

use self::arguments::Arguments;
use self::attributes::{Attributes, Takes, Word};
use self::names::{Names, Seen, TopBlock};
use super::{
    Datamodel, Enum, EnumValue, Extension, Field, FieldId, FieldType, Location, Model, ModelId,
    ModelKind, RelationMode,
};
use crate::configuration::{self, Configuration};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::syntax::ast::{self, Attribute, Value};
use crate::syntax::{self, SyntaxKind, SyntaxNode};
use crate::version::PrismaMajor;

/// Understands the files of one schema (one file, or a folder in byte order) as this release of
/// Prisma does, for PostgreSQL.
///
/// The data model is there when no diagnostic is an error; warnings leave it. Nothing stops at
/// the first mistake, but, as in Prisma, the rules about the whole schema are only looked at when
/// each part is right by itself. A schema without a datasource is read as one for PostgreSQL, and
/// one for another database is refused.
///
/// What its comments say of models, fields and enums is left out: nothing that is compared depends on it, and it
/// takes time. [`resolve_documented`] reads it as well.
pub fn resolve(files: &[SourceFile], major: PrismaMajor) -> (Option<Datamodel>, Vec<Diagnostic>) {
    read(files, major, false)
}

/// The same, with the documentation of everything.
pub fn resolve_documented(
    files: &[SourceFile],
    major: PrismaMajor,
) -> (Option<Datamodel>, Vec<Diagnostic>) {
    read(files, major, true)
}

fn read(
    files: &[SourceFile],
    major: PrismaMajor,
    documented: bool,
) -> (Option<Datamodel>, Vec<Diagnostic>) {
    let mut report = Report::default();
    let mut parses = Vec::with_capacity(files.len());
    for (file, source) in files.iter().enumerate() {
        let parse = syntax::parse(&source.text, major);
        report
            .diagnostics
            .extend(parse.errors.iter().map(|error| Diagnostic::of_syntax(file, error)));
        parses.push(parse);
    }
    let configuration = configuration::read(&parses, major, &mut report.diagnostics);
    if let Some(datasource) = &configuration.datasource
        && !datasource.is_postgresql()
    {
        report.file = datasource.file;
        let message =
            format!("radoub reads schemas for PostgreSQL, this one is for {}", datasource.provider);
        report.error(datasource.span.clone(), message);
        return (None, report.diagnostics);
    }
    let mut names = Names::default();
    let mut tops = Vec::new();
    for (file, parse) in parses.iter().enumerate() {
        names::collect(&mut report, file, parse.root(), &mut names, &mut tops);
    }
    for parse in &parses {
        names::aliases(parse.root(), &mut names);
    }
    let mut draft = Draft::new(configuration, major, report, names);
    draft.documented = documented;
    draft.fill(tops);
    draft.attributes();
    draft.pair_relations();
    if draft.report.has_errors() {
        return (None, draft.report.diagnostics);
    }
    crate::validate::validate(&mut draft);
    let Draft { report, datamodel, .. } = draft;
    let datamodel = (!report.has_errors()).then_some(datamodel);
    (datamodel, report.diagnostics)
}

/// Where mistakes go.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The file that spans belong to.
    pub(crate) file: usize,
}

impl Report {
    pub(crate) fn error(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(self.file, span, message));
    }

    pub(crate) fn error_with(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::error(self.file, span, message).with_remedy(remedy));
    }

    pub(crate) fn warning(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::warning(self.file, span, message).with_remedy(remedy));
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|one| one.severity == Severity::Error)
    }
}

/// What a name of the schema stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Top {
    Model(usize),
    View(usize),
    Enum(usize),
    Composite,
}

impl Top {
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Model(_) => "model",
            Self::View(_) => "view",
            Self::Enum(_) => "enum",
            Self::Composite => "type",
        }
    }
}

/// The attributes of a model or view.
const MODEL: Takes = Takes::new(
    &[Word::Ignore, Word::Id, Word::Map, Word::Schema],
    &[Word::Index, Word::Unique, Word::Fulltext, Word::ShardKey],
);

/// The attributes of an enum.
const ENUM: Takes = Takes::new(&[Word::Map, Word::Schema], &[]);

/// The attributes of a value of an enum.
const ENUM_VALUE: Takes = Takes::new(&[Word::Map], &[]);

/// The attributes of a field of a composite type.
const COMPOSITE: Takes = Takes::new(&[Word::Map, Word::Default, Word::Native], &[]);

/// The data model in the making, with the places of everything in the text.
pub(crate) struct Draft<'tree> {
    pub(crate) configuration: Configuration,
    pub(crate) major: PrismaMajor,
    /// Whether documentation is read.
    documented: bool,
    pub(crate) report: Report,
    pub(crate) names: Names<'tree>,
    pub(crate) datamodel: Datamodel,
    /// Beside each model of the data model.
    pub(crate) models: Vec<ModelSource<'tree>>,
    /// Beside each enum of the data model.
    pub(crate) enums: Vec<EnumSource<'tree>>,
    /// The relation fields, in the order of the models and of their fields.
    pub(crate) relations: Vec<RelationDraft<'tree>>,
    /// The composite types, which PostgreSQL does not have.
    pub(crate) composites: Vec<TopBlock<'tree>>,
    constraint_names: ConstraintNames,
}

/// Where a model stands in the text.
pub(crate) struct ModelSource<'tree> {
    pub(crate) top: TopBlock<'tree>,
    pub(crate) fields: Vec<FieldSource<'tree>>,
    pub(crate) primary_key: Option<KeySource<'tree>>,
    /// Beside each index of the model.
    pub(crate) indexes: Vec<KeySource<'tree>>,
    /// The value of `@@schema`.
    pub(crate) schema: Option<Value<'tree>>,
    /// `@@map`.
    pub(crate) map: Option<Attribute<'tree>>,
    /// What is right by itself and not for PostgreSQL: clustering, prefix lengths, full text.
    pub(crate) foreign: Vec<(Range<usize>, &'static str)>,
}

/// Where an enum stands in the text.
pub(crate) struct EnumSource<'tree> {
    pub(crate) top: TopBlock<'tree>,
    /// The value of `@@schema`.
    pub(crate) schema: Option<Value<'tree>>,
}

/// Where a key or index stands in the text.
pub(crate) struct KeySource<'tree> {
    pub(crate) attribute: Attribute<'tree>,
    /// Its argument `map`.
    pub(crate) map: Option<Range<usize>>,
    /// Its argument `name`, which only the client uses.
    pub(crate) client_name: Option<(SmolStr, Range<usize>)>,
    /// Whether it stands on a field.
    pub(crate) on_field: bool,
}

/// Where a field stands in the text.
pub(crate) struct FieldSource<'tree> {
    pub(crate) ast: ast::Field<'tree>,
    /// The field is of a composite type or a type that does not exist: it is in no rule.
    pub(crate) broken: bool,
    /// `@db.X`, not yet checked.
    pub(crate) native: Option<Attribute<'tree>>,
    /// `@default`.
    pub(crate) default: Option<DefaultSource<'tree>>,
    /// Of a relation field, its index in [`Draft::relations`].
    pub(crate) relation: Option<usize>,
}

/// A `@default` as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DefaultSource<'tree> {
    pub(crate) attribute: Attribute<'tree>,
    pub(crate) value: Value<'tree>,
}

impl<'tree> Draft<'tree> {
    fn documentation(&self, node: SyntaxNode<'_>) -> Option<String> {
        if self.documented { ast::documentation(node) } else { None }
    }

    fn new(
        configuration: Configuration,
        major: PrismaMajor,
        report: Report,
        names: Names<'tree>,
    ) -> Self {
        let mut datamodel = Datamodel {
            preview_features: configuration.preview_features.clone(),
            has_datasource: configuration.datasource.is_some(),
            ..Datamodel::default()
        };
        if let Some(datasource) = &configuration.datasource {
            datamodel.schemas.clone_from(&datasource.schemas);
            if datasource.relation_mode_prisma {
                datamodel.relation_mode = RelationMode::Prisma;
            }
            if datamodel.has_preview("postgresqlExtensions") {
                let location =
                    |span: &Range<usize>| Location { file: datasource.file, span: span.clone() };
                let extensions = datasource.extensions.as_ref().map(|entries| {
                    let mut extensions: Vec<_> = entries
                        .iter()
                        .map(|entry| Extension {
                            name: entry.name.clone(),
                            database_name: entry.map.clone().unwrap_or_else(|| entry.name.clone()),
                            schema: entry.schema.clone(),
                            version: entry.version.clone(),
                            location: location(&entry.span),
                        })
                        .collect();
                    extensions.sort_by(|left, right| left.name.cmp(&right.name));
                    extensions
                });
                datamodel.extensions = extensions;
            }
        }
        Self {
            configuration,
            major,
            documented: false,
            report,
            names,
            datamodel,
            models: Vec::new(),
            enums: Vec::new(),
            relations: Vec::new(),
            composites: Vec::new(),
            constraint_names: ConstraintNames::default(),
        }
    }

    /// Gives every block its place and every field its type.
    fn fill(&mut self, tops: Vec<TopBlock<'tree>>) {
        let mut models = Vec::with_capacity(tops.len());
        let mut enums = Vec::new();
        for top in tops {
            match top.block.kind() {
                SyntaxKind::Enum => {
                    self.place(top.name, Top::Enum(enums.len()));
                    enums.push(top);
                }
                SyntaxKind::CompositeType => self.composites.push(top),
                SyntaxKind::View => {
                    self.place(top.name, Top::View(models.len()));
                    models.push(top);
                }
                _ => {
                    self.place(top.name, Top::Model(models.len()));
                    models.push(top);
                }
            }
        }
        self.datamodel.models.reserve_exact(models.len());
        self.models.reserve_exact(models.len());
        // A handful to a model.
        self.relations.reserve(models.len() * 4);
        let mut seen = Seen::default();
        for top in models {
            self.model(top, &mut seen);
        }
        for top in enums {
            self.enumeration(top, &mut seen);
        }
        for at in 0..self.composites.len() {
            self.composite(self.composites[at], &mut seen);
        }
    }

    /// A model with its fields, before all attributes.
    fn model(&mut self, top: TopBlock<'tree>, seen: &mut Seen<'tree>) {
        self.report.file = top.file;
        names::forget(seen);
        let lines = || top.block.node().children().filter_map(ast::Field::cast);
        let count = lines().count();
        let (mut fields, mut sources) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for line in lines() {
            let Some(word) = line.name() else { continue };
            let name = names::check(&mut self.report, word, "field", top.name, seen);
            let (field, mut source) = self.field(line, name);
            if let FieldType::Relation(target) = field.kind {
                let this = RelationField {
                    model: ModelId(self.models.len()),
                    field: FieldId(fields.len()),
                };
                source.relation = Some(self.relations.len());
                self.relations.push(RelationDraft::new(this, target));
            }
            fields.push(field);
            sources.push(source);
        }
        self.datamodel.models.push(Model {
            name: SmolStr::new(top.name),
            database_name: SmolStr::new(top.name),
            is_mapped: false,
            schema: None,
            kind: match top.block.kind() {
                SyntaxKind::View => ModelKind::View,
                _ => ModelKind::Table,
            },
            fields,
            primary_key: None,
            indexes: Vec::new(),
            ignored: false,
            documentation: self.documentation(top.block.node()),
            location: Location { file: top.file, span: top.block.span() },
        });
        self.models.push(ModelSource {
            top,
            fields: sources,
            primary_key: None,
            indexes: Vec::new(),
            schema: None,
            map: None,
            foreign: Vec::new(),
        });
    }

    /// Fills in the place of a name, where the first block of that name counts.
    fn place(&mut self, name: &str, place: Top) {
        if let Some(top) = self.names.get_mut(name)
            && matches!(
                (*top, place),
                (Top::Model(0), Top::Model(_))
                    | (Top::View(0), Top::View(_))
                    | (Top::Enum(0), Top::Enum(_))
            )
        {
            *top = place;
        }
    }

    fn enumeration(&mut self, top: TopBlock<'tree>, seen: &mut Seen<'tree>) {
        self.report.file = top.file;
        names::forget(seen);
        let mut values = Vec::new();
        for value in top.block.node().children().filter_map(ast::EnumValue::cast) {
            let Some(word) = value.name() else { continue };
            let name = names::check(&mut self.report, word, "value", top.name, seen);
            let attributes = Attributes::of(value.node(), ENUM_VALUE);
            attributes.check_names(&mut self.report);
            let mut map = None;
            for (word, attribute) in attributes.iter() {
                if attributes.accepts(&mut self.report, word, attribute) {
                    map = self.map(attribute);
                }
            }
            values.push(EnumValue {
                name: SmolStr::new(name),
                is_mapped: map.is_some(),
                database_name: map.unwrap_or_else(|| SmolStr::new(name)),
                documentation: self.documentation(value.node()),
            });
        }
        if values.is_empty() {
            self.report.error_with(
                top.block.span(),
                "an enum has at least one value",
                "add one, or remove the enum",
            );
        }
        let attributes = Attributes::of(top.block.node(), ENUM);
        let (mut map, mut schema) = (None, None);
        for (word, attribute) in attributes.iter() {
            if !attributes.accepts(&mut self.report, word, attribute) {
                continue;
            }
            match word {
                Word::Schema => schema = self.schema(attribute),
                _ => map = self.map(attribute),
            }
        }
        let (schema, place) = schema.unzip();
        self.enums.push(EnumSource { top, schema: place });
        self.datamodel.enums.push(Enum {
            name: SmolStr::new(top.name),
            is_mapped: map.is_some(),
            database_name: map.unwrap_or_else(|| SmolStr::new(top.name)),
            schema,
            values,
            documentation: self.documentation(top.block.node()),
            location: Location { file: top.file, span: top.block.span() },
        });
    }

    fn composite(&mut self, top: TopBlock<'tree>, seen: &mut Seen<'tree>) {
        self.report.file = top.file;
        names::forget(seen);
        for line in top.block.node().children().filter_map(ast::Field::cast) {
            let Some(word) = line.name() else { continue };
            let name = names::check(&mut self.report, word, "field", top.name, seen);
            let written = line.field_type().and_then(ast::FieldType::name);
            let (field, _) = self.field(line, name);
            if let (FieldType::Relation(_), Some(word)) = (&field.kind, written) {
                self.report.error(word.span(), "a composite type has no relations");
            }
            let attributes = Attributes::of(line.node(), COMPOSITE);
            for (word, attribute) in attributes.iter() {
                if !attributes.accepts(&mut self.report, word, attribute) {
                    continue;
                }
                match word {
                    Word::Map => drop(self.map(attribute)),
                    Word::Default => {
                        let mut arguments = Arguments::of(&mut self.report, attribute);
                        arguments.required(&mut self.report, "value");
                        arguments.finish(&mut self.report);
                    }
                    _ => {}
                }
            }
        }
        for attribute in ast::attributes(top.block.node()) {
            self.report.error(attribute.span(), "a composite type has no attributes");
        }
    }

    /// `@map` or `@@map`.
    fn map(&mut self, attribute: Attribute<'tree>) -> Option<SmolStr> {
        let mut arguments = Arguments::of(&mut self.report, attribute);
        let value = arguments.required(&mut self.report, "name");
        let name = value.and_then(|value| arguments::string(&mut self.report, value));
        arguments.finish(&mut self.report);
        name.map(SmolStr::from)
    }

    /// `@@schema`, with its value.
    fn schema(&mut self, attribute: Attribute<'tree>) -> Option<(SmolStr, Value<'tree>)> {
        let mut arguments = Arguments::of(&mut self.report, attribute);
        let value = arguments.required(&mut self.report, "map");
        let name = value.and_then(|value| arguments::string(&mut self.report, value));
        arguments.finish(&mut self.report);
        Some((name?.into(), value?))
    }

    /// An attribute without arguments: `@ignore`, `@@ignore`, `@updatedAt`.
    fn mark(&mut self, attribute: Attribute<'tree>) {
        Arguments::of(&mut self.report, attribute).finish(&mut self.report);
    }

    fn attributes(&mut self) {
        for at in 0..self.models.len() {
            self.report.file = self.models[at].top.file;
            self.model_attributes(at);
        }
    }

    fn model_attributes(&mut self, at: usize) {
        let model = ModelId(at);
        for field in 0..self.models[at].fields.len() {
            self.field_attributes(model, FieldId(field));
        }
        let attributes = Attributes::of(self.models[at].top.block.node(), MODEL);
        for (word, attribute) in attributes.iter() {
            if !attributes.accepts(&mut self.report, word, attribute) {
                continue;
            }
            match word {
                Word::Ignore => {
                    self.mark(attribute);
                    self.datamodel.models[at].ignored = true;
                }
                Word::Map => {
                    if let Some(map) = self.map(attribute) {
                        self.datamodel.models[at].database_name = map;
                        self.datamodel.models[at].is_mapped = true;
                        self.models[at].map = Some(attribute);
                    }
                }
                Word::Schema => {
                    if let Some((schema, value)) = self.schema(attribute) {
                        self.datamodel.models[at].schema = Some(schema);
                        self.models[at].schema = Some(value);
                    }
                }
                Word::Id => self.block_key(model, attribute),
                Word::Index => self.block_index(model, attribute),
                Word::Unique => self.block_unique(model, attribute),
                Word::Fulltext => self.block_foreign(model, attribute, "fulltext"),
                _ => self.block_foreign(model, attribute, "shardKey"),
            }
        }
        self.one_column_each(model);
        self.name_constraints(model);
    }

    /// Looks a name of the schema up.
    pub(crate) fn top(&self, name: &str) -> Option<Top> {
        self.names.get(name).copied()
    }

    pub(crate) fn field_of(&self, model: ModelId, field: FieldId) -> &Field {
        &self.datamodel.models[model.0].fields[field.0]
    }
}
