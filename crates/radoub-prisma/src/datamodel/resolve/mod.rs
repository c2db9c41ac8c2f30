//! From trees to the data model: every name looked up, every attribute read.
//!
//! Each step goes over the whole schema and reports all that it finds: names, types, attributes.
//! What only the whole can show (relations that fit, keys that exist, limits of PostgreSQL) is
//! the matter of [`crate::validate`], which runs when nothing was wrong before, as Prisma does.

pub(crate) mod arguments;
mod constraint;
pub(crate) mod defaults;
mod fields;
mod indexes;
pub(crate) mod names;
pub(crate) mod native;
mod relations;
mod similar;

use std::collections::BTreeMap;
use std::ops::Range;

pub(crate) use constraint::constraint_name;
pub(crate) use relations::{RelationDraft, RelationField};

use self::arguments::Attributes;
use self::names::TopBlock;
use super::{
    Datamodel, Enum, EnumId, EnumValue, Extension, Field, FieldId, FieldType, Location, Model,
    ModelId, ModelKind, RelationMode,
};
use crate::configuration::{self, Configuration};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::syntax::ast::{self, Attribute, Block};
use crate::syntax::{self, SyntaxKind};
use crate::version::PrismaMajor;

/// Understands the files of one schema (one file, or a folder in byte order) as this release of
/// Prisma does, for PostgreSQL.
///
/// The data model is there when no diagnostic is an error; warnings leave it. Nothing stops at
/// the first mistake, but, as in Prisma, the rules about the whole schema are only looked at when
/// each part is right by itself. A schema without a datasource is read as one for PostgreSQL, and
/// one for another database is refused.
pub fn resolve(files: &[SourceFile], major: PrismaMajor) -> (Option<Datamodel>, Vec<Diagnostic>) {
    let mut report = Report { diagnostics: Vec::new(), file: 0 };
    let mut roots = Vec::with_capacity(files.len());
    for (file, source) in files.iter().enumerate() {
        let parse = syntax::parse(&source.text, major);
        report
            .diagnostics
            .extend(parse.errors.iter().map(|error| Diagnostic::of_syntax(file, error)));
        roots.push(parse.root());
    }
    let configuration = configuration::read(&roots, major, &mut report.diagnostics);
    if let Some(datasource) = &configuration.datasource
        && !datasource.is_postgresql()
    {
        report.file = datasource.file;
        let message =
            format!("radoub reads schemas for PostgreSQL, this one is for {}", datasource.provider);
        report.error(datasource.span.clone(), message);
        return (None, report.diagnostics);
    }
    let blocks =
        roots.iter().map(|root| root.children().filter_map(Block::cast).collect::<Vec<_>>());
    let blocks: Vec<_> = blocks.collect();
    let mut names = BTreeMap::new();
    let mut tops = Vec::new();
    for (file, blocks) in blocks.iter().enumerate() {
        tops.extend(names::collect(&mut report, file, blocks, &mut names));
    }
    for root in &roots {
        names::aliases(root, &mut names);
    }
    let mut draft = Draft::new(configuration, major, report, names);
    draft.fill(tops);
    draft.attributes();
    draft.relations();
    if draft.report.has_errors() {
        return (None, draft.report.diagnostics);
    }
    crate::validate::validate(&mut draft);
    let Draft { report, datamodel, .. } = draft;
    let datamodel = (!report.has_errors()).then_some(datamodel);
    (datamodel, report.diagnostics)
}

/// Where mistakes go.
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

/// The data model in the making, with the places of everything in the text.
pub(crate) struct Draft {
    pub(crate) configuration: Configuration,
    pub(crate) major: PrismaMajor,
    pub(crate) report: Report,
    pub(crate) names: BTreeMap<String, Top>,
    pub(crate) datamodel: Datamodel,
    /// Beside each model of the data model.
    pub(crate) models: Vec<ModelSource>,
    /// Beside each enum of the data model.
    pub(crate) enums: Vec<TopBlock>,
    /// `@@schema` of each enum.
    pub(crate) enum_schemas: Vec<Option<Range<usize>>>,
    /// The relation fields that could be the other side of each relation field.
    pub(crate) opposites: BTreeMap<RelationField, Vec<RelationField>>,
    /// The composite types, which PostgreSQL does not have.
    pub(crate) composites: Vec<TopBlock>,
}

/// Where a model stands in the text.
pub(crate) struct ModelSource {
    pub(crate) top: TopBlock,
    pub(crate) fields: Vec<FieldSource>,
    pub(crate) primary_key: Option<KeySource>,
    /// Beside each index of the model.
    pub(crate) indexes: Vec<KeySource>,
    /// The value of `@@schema`.
    pub(crate) schema: Option<Range<usize>>,
    /// `@@map`.
    pub(crate) map: Option<Range<usize>>,
    /// What is right by itself and not for PostgreSQL: clustering, prefix lengths, full text.
    pub(crate) foreign: Vec<(Range<usize>, &'static str)>,
}

/// Where a key or index stands in the text.
#[derive(Debug, Clone)]
pub(crate) struct KeySource {
    /// The attribute.
    pub(crate) span: Range<usize>,
    /// Its argument `map`.
    pub(crate) map: Option<Range<usize>>,
    /// Its argument `name`, which only the client uses.
    pub(crate) client_name: Option<(String, Range<usize>)>,
    /// Whether it stands on a field.
    pub(crate) on_field: bool,
}

/// Where a field stands in the text, and what belongs to relations only.
pub(crate) struct FieldSource {
    pub(crate) ast: ast::Field,
    /// The field is of a composite type or a type that does not exist: it is in no rule.
    pub(crate) broken: bool,
    /// `@db.X`.
    pub(crate) native: Option<NativeSource>,
    /// `@default`.
    pub(crate) default: Option<defaults::DefaultSource>,
    /// `@relation`, or what stands for it when there is none.
    pub(crate) relation: Option<RelationDraft>,
}

/// `@db.Name(args)`, not yet checked.
pub(crate) struct NativeSource {
    pub(crate) prefix: String,
    pub(crate) name: String,
    pub(crate) attribute: Attribute,
}

impl Draft {
    fn new(
        configuration: Configuration,
        major: PrismaMajor,
        report: Report,
        names: BTreeMap<String, Top>,
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
            report,
            names,
            datamodel,
            models: Vec::new(),
            enums: Vec::new(),
            enum_schemas: Vec::new(),
            opposites: BTreeMap::new(),
            composites: Vec::new(),
        }
    }

    /// Gives every block its place and every field its type.
    fn fill(&mut self, tops: Vec<TopBlock>) {
        let mut models = Vec::new();
        for top in tops {
            match top.block.kind() {
                SyntaxKind::Enum => {
                    self.place(&top.name, Top::Enum(self.enums.len()));
                    self.enums.push(top);
                }
                SyntaxKind::CompositeType => self.composites.push(top),
                SyntaxKind::View => {
                    self.place(&top.name, Top::View(models.len()));
                    models.push(top);
                }
                _ => {
                    self.place(&top.name, Top::Model(models.len()));
                    models.push(top);
                }
            }
        }
        for top in models {
            self.report.file = top.file;
            let named = names::fields(&mut self.report, &top.block, &top.name);
            let mut fields = Vec::with_capacity(named.len());
            let mut sources = Vec::with_capacity(named.len());
            for (ast, name) in named {
                let (field, source) = self.field(ast, name);
                fields.push(field);
                sources.push(source);
            }
            let kind = if top.block.kind() == SyntaxKind::View {
                ModelKind::View
            } else {
                ModelKind::Table
            };
            self.datamodel.models.push(Model {
                name: top.name.clone(),
                database_name: top.name.clone(),
                is_mapped: false,
                schema: None,
                kind,
                fields,
                primary_key: None,
                indexes: Vec::new(),
                ignored: false,
                documentation: ast::documentation(top.block.node()),
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
        for at in 0..self.enums.len() {
            self.enumeration(at);
        }
        for at in 0..self.composites.len() {
            self.composite(at);
        }
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

    fn enumeration(&mut self, at: usize) {
        let block = self.enums[at].block.clone();
        let (name, file) = (self.enums[at].name.clone(), self.enums[at].file);
        self.report.file = file;
        let mut values = Vec::new();
        for (value, value_name) in names::values(&mut self.report, &block, &name) {
            let mut attributes = Attributes::of(value.node());
            attributes.check_names(&mut self.report);
            let map = self.map(&mut attributes);
            attributes.finish(&mut self.report);
            values.push(EnumValue {
                is_mapped: map.is_some(),
                database_name: map.map_or_else(|| value_name.clone(), |(map, _)| map),
                name: value_name,
                documentation: ast::documentation(value.node()),
            });
        }
        if values.is_empty() {
            self.report.error_with(
                block.span(),
                "an enum has at least one value",
                "add one, or remove the enum",
            );
        }
        let mut attributes = Attributes::of(block.node());
        let map = self.map(&mut attributes);
        let schema = self.schema(&mut attributes);
        attributes.finish(&mut self.report);
        self.enum_schemas.push(schema.as_ref().map(|(_, span)| span.clone()));
        self.datamodel.enums.push(Enum {
            is_mapped: map.is_some(),
            database_name: map.map_or_else(|| name.clone(), |(map, _)| map),
            name,
            schema: schema.map(|(schema, _)| schema),
            values,
            documentation: ast::documentation(block.node()),
            location: Location { file, span: block.span() },
        });
    }

    fn composite(&mut self, at: usize) {
        let top = &self.composites[at];
        let (block, name, file) = (top.block.clone(), top.name.clone(), top.file);
        self.report.file = file;
        for (ast, field_name) in names::fields(&mut self.report, &block, &name) {
            let written = ast.field_type().and_then(|written| written.name());
            let (field, _) = self.field(ast.clone(), field_name);
            if let (FieldType::Relation(_), Some(token)) = (&field.kind, &written) {
                let message = "a composite type has no relations";
                self.report.error(ast::token_span(token), message);
            }
            let mut attributes = Attributes::of(ast.node());
            self.map(&mut attributes);
            if let Some(mut arguments) = attributes.take(&mut self.report, "default") {
                arguments.required(&mut self.report, "value");
                arguments.finish(&mut self.report);
            }
            attributes.take_native(&mut self.report);
            attributes.finish(&mut self.report);
        }
        for attribute in ast::attributes(block.node()) {
            self.report.error(attribute.span(), "a composite type has no attributes");
        }
    }

    /// `@map` or `@@map`.
    fn map(&mut self, attributes: &mut Attributes) -> Option<(String, Range<usize>)> {
        let mut arguments = attributes.take(&mut self.report, "map")?;
        let value = arguments.required(&mut self.report, "name");
        let span = arguments.span();
        let name = value.and_then(|value| arguments::string(&mut self.report, &value));
        arguments.finish(&mut self.report);
        Some((name?, span))
    }

    /// `@@schema`, with the bytes of its value.
    fn schema(&mut self, attributes: &mut Attributes) -> Option<(String, Range<usize>)> {
        let mut arguments = attributes.take(&mut self.report, "schema")?;
        let value = arguments.required(&mut self.report, "map");
        let span = value.as_ref().map(ast::Value::span);
        let name = value.and_then(|value| arguments::string(&mut self.report, &value));
        arguments.finish(&mut self.report);
        Some((name?, span?))
    }

    /// `@ignore` or `@@ignore`.
    fn ignore(&mut self, attributes: &mut Attributes) -> bool {
        match attributes.take(&mut self.report, "ignore") {
            Some(arguments) => {
                arguments.finish(&mut self.report);
                true
            }
            None => false,
        }
    }

    fn attributes(&mut self) {
        for at in 0..self.models.len() {
            self.report.file = self.models[at].top.file;
            self.model_attributes(at);
        }
    }

    fn model_attributes(&mut self, at: usize) {
        for field in 0..self.models[at].fields.len() {
            self.field_attributes(ModelId(at), FieldId(field));
        }
        let mut attributes = Attributes::of(self.models[at].top.block.node());
        self.datamodel.models[at].ignored = self.ignore(&mut attributes);
        self.block_key(ModelId(at), &mut attributes);
        if let Some((map, span)) = self.map(&mut attributes) {
            self.datamodel.models[at].database_name = map;
            self.datamodel.models[at].is_mapped = true;
            self.models[at].map = Some(span);
        }
        if let Some((schema, span)) = self.schema(&mut attributes) {
            self.datamodel.models[at].schema = Some(schema);
            self.models[at].schema = Some(span);
        }
        self.block_indexes(ModelId(at), &mut attributes);
        attributes.finish(&mut self.report);
        self.name_constraints(ModelId(at));
    }

    /// Looks a name of the schema up.
    pub(crate) fn top(&self, name: &str) -> Option<Top> {
        self.names.get(name).copied()
    }

    pub(crate) fn enumeration_of(&self, id: EnumId) -> &Enum {
        &self.datamodel.enums[id.0]
    }

    pub(crate) fn field_of(&self, model: ModelId, field: FieldId) -> &Field {
        &self.datamodel.models[model.0].fields[field.0]
    }
}
