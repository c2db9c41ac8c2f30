//! The schema before: what it lends to the new one.

use std::collections::{BTreeMap, BTreeSet};

use radoub_schema::name::{Ident, ObjectName};

use super::configuration::{ConfigurationBlocks, configuration_blocks};
use super::extensions::WrittenExtension;
use super::{Block, Found, Manner};
use crate::datamodel::{
    ClientFunction, Datamodel, Default as FieldDefault, Field, ForeignKey, JoinTable, Model,
    ModelId, ModelKind, RelationMode, resolve_documented,
};
use crate::diagnostic::{Diagnostic, SourceFile};

/// The schema before, and which of its blocks stands for what was found.
#[derive(Debug, Default)]
pub(super) struct Previous {
    /// Its meaning; empty when there is none or it is to be forgotten.
    pub(super) datamodel: Datamodel,
    blocks: Vec<PreviousBlock>,
    tables: Vec<Option<usize>>,
    views: Vec<Option<usize>>,
    enums: Vec<Option<usize>>,
    configuration: ConfigurationBlocks,
}

/// A model, view or enum of the schema before.
#[derive(Debug)]
pub(super) struct PreviousBlock {
    pub(super) name: String,
    pub(super) is_mapped: bool,
    /// Index of the file, byte in it.
    pub(super) place: (usize, usize),
    pub(super) is_ignored: bool,
    pub(super) documentation: Vec<String>,
    /// Which model it is; `None` for an enum.
    pub(super) model: Option<ModelId>,
    /// Columns or labels, by name in the database.
    lines: BTreeMap<String, PreviousLine>,
}

/// A column or label of the schema before.
#[derive(Debug)]
pub(super) struct PreviousLine {
    pub(super) name: String,
    pub(super) is_mapped: bool,
    pub(super) is_ignored: bool,
    pub(super) is_updated_at: bool,
    pub(super) client_default: Option<ClientFunction>,
    pub(super) documentation: Vec<String>,
}

impl PreviousBlock {
    /// The line of this name in the database.
    pub(super) fn line(&self, database_name: &str) -> Option<&PreviousLine> {
        self.lines.get(database_name)
    }
}

impl Previous {
    /// Understands the files and finds their blocks in the database.
    pub(super) fn read(
        files: &[SourceFile],
        found: &Found<'_>,
        manner: &Manner,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut configuration = configuration_blocks(files, manner);
        let mut indexes = found.schema.tables.iter().flat_map(|table| &table.indexes);
        if indexes.any(|index| index.predicate.is_some()) {
            configuration.ask_for("partialIndexes");
        }
        if manner.force || files.is_empty() {
            return Ok(Self {
                tables: vec![None; found.schema.tables.len()],
                views: vec![None; found.views.len()],
                enums: vec![None; found.schema.enums.len()],
                configuration,
                ..Self::default()
            });
        }
        let (datamodel, diagnostics) = resolve_documented(files, manner.major);
        let Some(datamodel) = datamodel else { return Err(diagnostics) };
        let mut previous = Self { datamodel, configuration, ..Self::default() };
        let models = previous.datamodel.models.iter().enumerate();
        previous.blocks = models.map(|(at, model)| of_model(ModelId(at), model)).collect();
        previous.blocks.extend(previous.datamodel.enums.iter().map(of_enum));
        previous.find(found);
        Ok(previous)
    }

    /// Which blocks stand for which objects. A namespace only counts where there is more than one,
    /// and where the block names it.
    fn find(&mut self, found: &Found<'_>) {
        let models = &self.datamodel.models;
        let of_kind = |kind: ModelKind| {
            let these = models.iter().enumerate().filter(move |(_, model)| model.kind == kind);
            these
                .map(|(at, it)| (at, it.database_name.as_str(), it.schema.as_deref()))
                .collect::<Vec<_>>()
        };
        let enums = self.datamodel.enums.iter().enumerate();
        let enums: Vec<_> = enums
            .map(|(at, it)| (models.len() + at, it.database_name.as_str(), it.schema.as_deref()))
            .collect();
        let several = found.schema.namespaces.len() > 1;
        let (tables, views) = (of_kind(ModelKind::Table), of_kind(ModelKind::View));
        self.tables = pair(found.schema.tables.iter().map(|it| &it.name), &tables, several);
        self.views = pair(found.views.iter().map(|it| &it.name), &views, several);
        self.enums = pair(found.schema.enums.iter().map(|it| &it.name), &enums, several);
    }

    /// The model that stands for the table at this place.
    pub(super) fn table(&self, place: usize) -> Option<&PreviousBlock> {
        self.tables[place].map(|at| &self.blocks[at])
    }

    /// The block that stands for the view at this place.
    pub(super) fn view(&self, place: usize) -> Option<&PreviousBlock> {
        self.views[place].map(|at| &self.blocks[at])
    }

    /// The block that stands for the enum type at this place.
    pub(super) fn enumeration(&self, place: usize) -> Option<&PreviousBlock> {
        self.enums[place].map(|at| &self.blocks[at])
    }

    /// The model that the table at this place is in the schema before.
    pub(super) fn model(&self, place: usize) -> Option<&Model> {
        Some(self.datamodel.model(self.table(place)?.model?))
    }

    /// The relations of the table at this place over these columns.
    pub(super) fn relations<'a>(
        &'a self,
        place: usize,
        columns: &'a [Ident],
    ) -> impl Iterator<Item = &'a ForeignKey> {
        let model = self.table(place).and_then(|block| block.model);
        self.datamodel.foreign_keys.iter().filter(move |key| {
            let fields = key.fields.iter().map(|field| self.datamodel.field(key.model, *field));
            let names = fields.map(|field| field.database_name.as_str());
            Some(key.model) == model && names.eq(columns.iter().map(Ident::as_str))
        })
    }

    /// The implicit relation that this table is in the schema before. One whose table has its name cut is
    /// not found, as with Prisma.
    pub(super) fn join_table(&self, name: &ObjectName) -> Option<&JoinTable> {
        let name = name.name.as_str().strip_prefix('_')?;
        let is_it = |join: &&JoinTable| {
            if let Some(relation) = &join.relation_name {
                return relation == name;
            }
            let [a, b] = [join.a, join.b].map(|side| &self.datamodel.model(side.model).name);
            name.strip_prefix(a.as_str()).and_then(|rest| rest.strip_prefix("To"))
                == Some(b.as_str())
        };
        self.datamodel.join_tables.iter().find(is_it)
    }

    /// Whether relations are in the schema alone.
    pub(super) fn has_no_foreign_keys(&self) -> bool {
        self.configuration.relation_mode == RelationMode::Prisma
    }

    /// Whether views are described.
    pub(super) fn describes_views(&self) -> bool {
        self.configuration.previews.contains("views")
    }

    /// Whether extensions are described.
    pub(super) fn describes_extensions(&self) -> bool {
        self.configuration.previews.contains("postgresqlExtensions")
    }

    /// Whether objects say in which namespace they are.
    pub(super) fn names_namespaces(&self) -> bool {
        self.configuration.names_namespaces
    }

    /// The name of the datasource, in front of native types.
    pub(super) fn datasource(&self) -> &str {
        self.configuration.datasource()
    }

    /// The extensions of the schema before.
    pub(super) fn extensions(&self) -> &[WrittenExtension] {
        &self.configuration.extensions
    }

    /// The texts of the files, not laid out.
    pub(super) fn texts(
        &self,
        files: &[SourceFile],
        manner: &Manner,
        extensions: Option<&str>,
        blocks: &[Block],
    ) -> Vec<SourceFile> {
        let mut texts: Vec<SourceFile> = Vec::new();
        let all_in_one = files.len() == 1 || manner.force || files.is_empty();
        let put = |text: &mut String, added: &str| {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(added);
        };
        if all_in_one {
            let path = match files {
                [only] => only.path.clone(),
                _ => manner.new_file.clone(),
            };
            let mut text = self.configuration.text(|_| true, extensions);
            for block in blocks {
                put(&mut text, &block.text);
            }
            return vec![SourceFile { path, text }];
        }
        for (at, file) in files.iter().enumerate() {
            let mut text = self.configuration.text(|file| file == at, extensions);
            let takes_new = file.path == manner.new_file;
            let here = |block: &&Block| match block.place {
                Some((file, _)) => file == at,
                None => takes_new,
            };
            for block in blocks.iter().filter(here) {
                put(&mut text, &block.text);
            }
            texts.push(SourceFile { path: file.path.clone(), text });
        }
        let is_there = files.iter().any(|file| file.path == manner.new_file);
        let mut new = blocks.iter().filter(|block| block.place.is_none()).peekable();
        if !is_there && new.peek().is_some() {
            let mut text = String::new();
            for block in new {
                put(&mut text, &block.text);
            }
            texts.push(SourceFile { path: manner.new_file.clone(), text });
        }
        texts
    }
}

/// For each name the block that stands for it: `(index, name, namespace)`. Every block stands for
/// one thing at most.
fn pair<'a>(
    names: impl Iterator<Item = &'a ObjectName>,
    blocks: &[(usize, &str, Option<&str>)],
    several: bool,
) -> Vec<Option<usize>> {
    let mut taken = BTreeSet::new();
    let mut pairs = Vec::new();
    for name in names {
        let namespace = name.namespace.as_ref().map(radoub_schema::name::Ident::as_str);
        let fits = |block: &&(usize, &str, Option<&str>)| {
            block.1 == name.name.as_str()
                && (!several || block.2.is_none() || block.2 == namespace)
                && !taken.contains(&block.0)
        };
        let block = blocks.iter().find(fits).map(|block| block.0);
        taken.extend(block);
        pairs.push(block);
    }
    pairs
}

fn of_model(id: ModelId, model: &Model) -> PreviousBlock {
    let columns =
        model.columns().map(|(_, field)| (field.database_name.to_string(), of_field(field)));
    PreviousBlock {
        name: model.name.to_string(),
        is_mapped: model.is_mapped,
        place: (model.location.file, model.location.span.start),
        is_ignored: model.ignored,
        documentation: lines(model.documentation.as_deref()),
        model: Some(id),
        lines: columns.collect(),
    }
}

fn of_field(field: &Field) -> PreviousLine {
    let client_default = match field.default.as_ref().map(|default| &default.value) {
        Some(FieldDefault::Client(function)) => Some(*function),
        _ => None,
    };
    PreviousLine {
        name: field.name.to_string(),
        is_mapped: field.is_mapped,
        is_ignored: field.ignored,
        is_updated_at: field.updated_at,
        client_default,
        documentation: lines(field.documentation.as_deref()),
    }
}

fn of_enum(it: &crate::datamodel::Enum) -> PreviousBlock {
    let line = |value: &crate::datamodel::EnumValue| {
        let line = PreviousLine {
            name: value.name.to_string(),
            is_mapped: value.is_mapped,
            is_ignored: false,
            is_updated_at: false,
            client_default: None,
            documentation: lines(value.documentation.as_deref()),
        };
        (value.database_name.to_string(), line)
    };
    PreviousBlock {
        name: it.name.to_string(),
        is_mapped: it.is_mapped,
        place: (it.location.file, it.location.span.start),
        is_ignored: false,
        documentation: lines(it.documentation.as_deref()),
        model: None,
        lines: it.values.iter().map(line).collect(),
    }
}

fn lines(documentation: Option<&str>) -> Vec<String> {
    documentation.map_or_else(Vec::new, |text| text.split('\n').map(str::to_owned).collect())
}
