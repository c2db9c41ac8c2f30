//! The `datasource` and `generator` blocks of a schema: where the database is, not what is in it.
//!
//! `migrate status`, `deploy` and `resolve` look at nothing else (Prisma facts 1.5), so a schema
//! with a mistake in a model still deploys; a line that cannot be read at all stops them too
//! (measured). The values of environment variables are looked up by the engine.

mod datasource;
mod generator;
mod previews;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::syntax::ast::{Block, KeyValue, Value};
use crate::syntax::{self, Parse, SyntaxKind};
use crate::version::PrismaMajor;

/// The configuration blocks of one schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// The one datasource, `None` when there is none.
    pub datasource: Option<Datasource>,
    /// Union of the generators' `previewFeatures`, sorted.
    pub preview_features: Vec<String>,
    /// Whether there is a `generator` block.
    pub has_generators: bool,
}

/// The `datasource` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datasource {
    /// Name of the block, `db` by habit.
    pub name: String,
    /// `provider` as written.
    pub provider: String,
    /// Index of the file that holds the block.
    pub file: usize,
    /// `url`; version 7 refuses one.
    pub url: Option<Setting>,
    /// `directUrl`, which Migrate prefers to `url`.
    pub direct_url: Option<Setting>,
    /// `shadowDatabaseUrl`.
    pub shadow_database_url: Option<Setting>,
    /// `schemas`, sorted; empty when the block has none.
    pub schemas: Vec<String>,
    /// True for `relationMode = "prisma"`.
    pub relation_mode_prisma: bool,
    /// `extensions`, in order; `None` when the block does not say.
    pub extensions: Option<Vec<ExtensionEntry>>,
    /// Bytes of the property `extensions`.
    pub extensions_span: Option<Range<usize>>,
    /// Bytes of the block.
    pub span: Range<usize>,
}

impl Datasource {
    /// Whether `provider` is PostgreSQL, by its name or its alias.
    pub fn is_postgresql(&self) -> bool {
        matches!(self.provider.as_str(), "postgresql" | "postgres")
    }
}

/// An entry of `extensions`: `name` or `name(map: "…", schema: "…", version: "…")`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionEntry {
    /// Name in the schema file.
    pub name: String,
    /// `map`: the name in the database.
    pub map: Option<String>,
    /// `schema`: the namespace it is installed into.
    pub schema: Option<String>,
    /// `version`.
    pub version: Option<String>,
    /// Bytes of the entry.
    pub span: Range<usize>,
}

/// A value of the block that may come from the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What is written.
    pub value: SettingValue,
    /// Bytes of the value in its file.
    pub span: Range<usize>,
}

/// How a setting is written.
#[derive(Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// `"postgresql://…"`.
    Literal(String),
    /// `env("NAME")`.
    Env(String),
}

/// A literal URL may hold a password, so its text is never shown.
impl std::fmt::Debug for SettingValue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Literal(_) => out.write_str("Literal(…)"),
            Self::Env(name) => out.debug_tuple("Env").field(name).finish(),
        }
    }
}

/// Reads the configuration blocks of a schema's files (one, or a folder in byte order), with
/// everything that is wrong with them, and with every line of the files that cannot be read at
/// all. Other mistakes outside these blocks are not looked at.
///
/// The text of a known datasource that is not PostgreSQL is read all the same: whoever asks
/// decides by [`Datasource::is_postgresql`].
pub fn configuration(files: &[SourceFile], major: PrismaMajor) -> (Configuration, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut parses = Vec::with_capacity(files.len());
    for (file, source) in files.iter().enumerate() {
        let parse = syntax::parse(&source.text, major);
        let serious = parse.errors.iter().filter(|error| !error.kind.is_in_attribute());
        diagnostics.extend(serious.map(|error| Diagnostic::of_syntax(file, error)));
        parses.push(parse);
    }
    let configuration = read(&parses, major, &mut diagnostics);
    (configuration, diagnostics)
}

/// Whether a datasource of these files has no `url`, which no release before 7 accepts.
pub fn lacks_url(files: &[SourceFile]) -> bool {
    files.iter().any(|file| {
        let parse = syntax::parse(&file.text, PrismaMajor::Seven);
        let blocks = parse.root().children().filter_map(Block::cast);
        let mut datasources = blocks.filter(|block| block.kind() == SyntaxKind::Datasource);
        datasources.any(|block| {
            let mut keys = properties(block).filter_map(KeyValue::key);
            !keys.any(|key| key.text() == "url")
        })
    })
}

/// Reads the configuration blocks of these files.
pub(crate) fn read(
    files: &[Parse<'_>],
    major: PrismaMajor,
    diagnostics: &mut Vec<Diagnostic>,
) -> Configuration {
    let mut reader = Reader { major, diagnostics, file: 0 };
    let mut datasources: Vec<(Block<'_>, Datasource)> = Vec::new();
    let mut generators = Vec::new();
    for (file, parse) in files.iter().enumerate() {
        reader.file = file;
        for block in parse.root().children().filter_map(Block::cast) {
            match block.kind() {
                SyntaxKind::Datasource => {
                    reader.duplicate_keys(block, "datasource");
                    if let Some(name) = block.name()
                        && datasources.iter().any(|(_, other)| other.name == name.text())
                    {
                        let message = format!("datasource `{}` exists already", name.text());
                        reader.error(name.span(), message);
                    }
                    datasources.extend(reader.datasource(block).map(|it| (block, it)));
                }
                SyntaxKind::Generator => generators.push((file, block)),
                _ => {}
            }
        }
    }
    if datasources.len() > 1 {
        for (block, datasource) in &datasources {
            reader.file = datasource.file;
            reader.error_with(
                block.span(),
                "a schema has one datasource".to_owned(),
                "keep one; a second database is a second schema",
            );
        }
    }
    let datasource = datasources.into_iter().next().map(|(_, datasource)| datasource);
    let postgres = datasource.as_ref().is_some_and(Datasource::is_postgresql);
    let mut preview_features = BTreeSet::new();
    let mut names = BTreeSet::new();
    for &(file, block) in &generators {
        reader.file = file;
        reader.duplicate_keys(block, "generator");
        if let Some(name) = block.name()
            && !names.insert(name.text())
        {
            reader.error(name.span(), format!("generator `{}` exists already", name.text()));
        }
        reader.generator(block, postgres, &mut preview_features);
    }
    Configuration {
        datasource,
        preview_features: preview_features.into_iter().collect(),
        has_generators: !generators.is_empty(),
    }
}

/// Reads blocks; what is wrong goes to the diagnostics of `file`.
struct Reader<'out> {
    major: PrismaMajor,
    diagnostics: &'out mut Vec<Diagnostic>,
    file: usize,
}

/// A property that has a value.
#[derive(Clone, Copy)]
struct Property<'tree> {
    key: &'tree str,
    value: Value<'tree>,
    line: KeyValue<'tree>,
}

impl Property<'_> {
    /// Its bytes without the comment behind it.
    fn span(self) -> Range<usize> {
        self.line.span().start..self.value.span().end
    }
}

/// The first property of this name.
fn find<'tree>(properties: &[Property<'tree>], key: &str) -> Option<Property<'tree>> {
    properties.iter().copied().find(|property| property.key == key)
}

impl Reader<'_> {
    fn error(&mut self, span: Range<usize>, message: String) {
        self.diagnostics.push(Diagnostic::error(self.file, span, message));
    }

    fn error_with(&mut self, span: Range<usize>, message: String, remedy: &str) {
        self.diagnostics.push(Diagnostic::error(self.file, span, message).with_remedy(remedy));
    }

    fn warning(&mut self, span: Range<usize>, message: String, remedy: &str) {
        self.diagnostics.push(Diagnostic::warning(self.file, span, message).with_remedy(remedy));
    }

    fn duplicate_keys(&mut self, block: Block<'_>, what: &str) {
        let mut seen = BTreeSet::new();
        for key in properties(block).filter_map(KeyValue::key) {
            if !seen.insert(key.text()) {
                self.error(key.span(), format!("this {what} has `{}` twice", key.text()));
            }
        }
    }

    /// The properties; `None` when one has no value, which is reported.
    fn properties<'tree>(&mut self, block: Block<'tree>) -> Option<Vec<Property<'tree>>> {
        let mut found = Vec::new();
        for line in properties(block) {
            let Some(key) = line.key() else { continue };
            let Some(value) = line.value() else {
                // Prisma points at the whole block.
                let message = format!("`{}` has no value", key.text());
                self.error_with(block.span(), message, "write one after the `=`");
                return None;
            };
            found.push(Property { key: key.text(), value, line });
        }
        Some(found)
    }
}

fn properties(block: Block<'_>) -> impl Iterator<Item = KeyValue<'_>> {
    block.node().children().filter_map(KeyValue::cast)
}
