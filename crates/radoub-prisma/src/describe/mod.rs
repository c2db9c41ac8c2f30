//! From a live database to a schema: what `db pull` writes.
//!
//! The schema that was there before lends its names, its documentation and what only the client
//! knows; everything else comes from the database, as Prisma does it: the text is made anew, so
//! comments that are not documentation do not survive (measured). Where Prisma writes a schema
//! that it refuses itself (two fields of one name, a value that is commented out and still
//! used), this writes one that it accepts.
//!
//! The order is that of the schema before, then that of the database; laying it out is the
//! matter of [`crate::format`].

mod columns;
mod configuration;
mod copied;
mod defaults;
mod enums;
mod extensions;
mod indexes;
mod join_tables;
mod keys;
mod names;
mod previous;
mod relations;
mod remarks;
mod tables;
mod views;
mod warning;

use std::collections::BTreeMap;
use std::path::PathBuf;

use radoub_schema::model::{Remark, SqlSchema, View};

use self::join_tables::JoinTable;
use self::names::Names;
use self::previous::Previous;
use self::relations::{Place, RelationField};
pub use self::warning::{Remarked, Warnings};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::format::format;
use crate::version::PrismaMajor;

/// What was found in a database.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Tables and enums, of origin `Database`.
    pub schema: &'a SqlSchema,
    /// Views; only described with the preview feature `views`.
    pub views: &'a [View],
    /// What is remarked.
    pub remarks: &'a [Remark],
}

/// How to describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// Whose manner is followed.
    pub major: PrismaMajor,
    /// Whether the models of the schema before are forgotten (`--force`).
    pub force: bool,
    /// The namespaces to write into the datasource, in this order (`--schemas`).
    pub namespaces: Option<Vec<String>>,
    /// The file for what no file has yet, when the schema is more than one file; path as in the
    /// others.
    pub new_file: PathBuf,
}

/// A database as a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The files of the schema before, with their new text, in their order; then the new file,
    /// if there is one. With `force` a schema of several files becomes the new file alone.
    pub files: Vec<SourceFile>,
    /// The queries of the views.
    pub views: Vec<ViewQuery>,
    /// What a person should know about it.
    pub warnings: Warnings,
    /// How many models were written.
    pub models: usize,
    /// Whether there is nothing in the database.
    pub is_empty: bool,
}

/// The query of a view that is in the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewQuery {
    /// Namespace of the view.
    pub namespace: String,
    /// Name of the view in the schema.
    pub name: String,
    /// The query, laid out.
    pub query: String,
}

/// Whether partial indexes are described: by 7, which then has every generator ask for the preview
/// feature (measured). Without a generator there is nowhere to ask.
pub fn describes_partial_indexes(files: &[SourceFile], major: PrismaMajor) -> bool {
    major >= PrismaMajor::Seven && configuration::has_generator(files)
}

/// Describes a database as a schema, with `files` as the schema before (none for the first time).
///
/// # Errors
///
/// What is wrong with the schema before, when it has to be understood and cannot be.
pub fn describe(
    found: &Found<'_>,
    files: &[SourceFile],
    manner: &Manner,
) -> Result<Described, Vec<Diagnostic>> {
    let previous = Previous::read(files, found, manner)?;
    let joins = join_tables::detect(found.schema);
    let names = Names::choose(found, &previous, &joins);
    let tables = found.schema.tables.iter().enumerate();
    let enums = found.schema.enums.iter().enumerate();
    let mut description = Description {
        found: *found,
        previous: &previous,
        names: &names,
        joins: &joins,
        columns: tables.map(|(at, it)| names::fields(&it.columns, previous.table(at))).collect(),
        values: enums.map(|(at, it)| names::values(it, previous.enumeration(at))).collect(),
        fields: BTreeMap::new(),
        warnings: Warnings::default(),
    };
    description.fields = description.relation_fields();
    description.warn_of_names();
    let blocks = description.blocks();
    let models = blocks.iter().filter(|block| block.is_model).count();
    let texts = previous.texts(files, manner, description.extensions().as_deref(), &blocks);
    let lay_out = |file: SourceFile| SourceFile { text: format(&file.text, manner.major), ..file };
    Ok(Described {
        files: texts.into_iter().map(lay_out).collect(),
        views: description.view_queries(),
        is_empty: blocks.is_empty(),
        warnings: description.warnings,
        models,
    })
}

/// Everything that is known while the schema is written.
struct Description<'a> {
    found: Found<'a>,
    previous: &'a Previous,
    names: &'a Names,
    joins: &'a [JoinTable],
    /// The names of the columns of each table.
    columns: Vec<Vec<Option<String>>>,
    /// The names of the labels of each enum type.
    values: Vec<Vec<Option<String>>>,
    /// The relation fields.
    fields: BTreeMap<Place, Vec<RelationField>>,
    warnings: Warnings,
}

/// A block that is written.
struct Block {
    /// Where the schema before has it: index of the file, byte in it.
    place: Option<(usize, usize)>,
    text: String,
    /// Whether it is a model, and not commented out.
    is_model: bool,
}

impl Description<'_> {
    /// Models, then views, then enums, each in the order of the schema before and then of the
    /// database.
    fn blocks(&mut self) -> Vec<Block> {
        // What is told of enums comes first.
        let mut enums = self.enums();
        in_order(&mut enums);
        let mut blocks = self.models();
        in_order(&mut blocks);
        let mut views = self.views();
        in_order(&mut views);
        blocks.append(&mut views);
        blocks.append(&mut enums);
        blocks
    }
}

impl Description<'_> {
    /// Tells a person what names were changed, which relations are only copied, and which got their
    /// two sides confused.
    fn warn_of_names(&mut self) {
        let names = self.names;
        let duplicates = names.enums.iter().map(|named| ("enum", named));
        let tables = names.tables.iter().map(|named| ("model", named));
        let duplicates = duplicates.chain(tables).chain(names.views.iter().map(|it| ("view", it)));
        let duplicates = duplicates.filter(|(_, named)| named.is_duplicate);
        self.warnings.duplicates =
            duplicates.map(|(kind, named)| Remarked::of(kind, &named.name)).collect();
        let targets = self.copied_relations().1.into_iter();
        self.warnings.copied_relations =
            targets.map(|place| self.block_name(place).to_owned()).collect();
        for join in self.joins {
            // The schema before has the models the other way round.
            let before = self.previous.join_table(&self.found.schema.tables[join.table].name);
            let is_reversed = before.is_some_and(|before| {
                let model = self.previous.table(join.a).and_then(|block| block.model);
                join.a != join.b && model != Some(before.a.model)
            });
            if is_reversed {
                let name = |place: usize| names.tables[place].name.clone();
                let mut places = [join.a, join.b];
                places.sort_by_key(|place| self.previous.table(*place).map(|block| block.place));
                let [first, second] = places.map(name);
                self.warnings.broken_join_tables.push((first, second));
            }
        }
    }
}

/// What has no place before comes last, in its own order.
fn in_order(blocks: &mut [Block]) {
    blocks.sort_by_key(|block| block.place.map_or((1, (0, 0)), |place| (0, place)));
}

/// A string of the schema language.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Documentation lines above something.
fn documentation(lines: &[String]) -> String {
    let line = |line: &String| {
        if line.is_empty() { "///\n".to_owned() } else { format!("/// {line}\n") }
    };
    lines.iter().map(line).collect()
}

/// `(a, b)` behind an attribute, nothing when there is nothing in it.
fn arguments(parts: &[String]) -> String {
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) }
}
