//! The `generator` and `datasource` blocks, written anew as Prisma does: known settings first, the
//! rest by name; no comments.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::extensions::WrittenExtension;
use super::{Manner, quoted};
use crate::datamodel::RelationMode;
use crate::diagnostic::SourceFile;
use crate::syntax::ast::{Block, KeyValue, Value, ValueKind};
use crate::syntax::{self, SyntaxKind};
use crate::version::PrismaMajor;

/// Where a block stands, what it is called, and its settings as written.
type Written = (usize, String, Vec<(String, String)>);

/// The configuration blocks of the schema before.
#[derive(Debug, Default)]
pub(super) struct ConfigurationBlocks {
    /// File, name and settings of each generator, in order.
    generators: Vec<Written>,
    /// File and settings of the datasource, its extensions left out.
    datasource: Option<Written>,
    /// The preview features that some generator asks for.
    pub(super) previews: BTreeSet<String>,
    /// Where relations are kept.
    pub(super) relation_mode: RelationMode,
    /// Whether the datasource lists namespaces.
    pub(super) names_namespaces: bool,
    /// The extensions of the datasource.
    pub(super) extensions: Vec<WrittenExtension>,
}

/// Settings of a datasource in the order in which they are written.
const DATASOURCE: [&str; 7] =
    ["provider", "url", "directUrl", "shadowDatabaseUrl", "relationMode", "extensions", "schemas"];

/// Settings of a generator that come first.
const GENERATOR: [&str; 4] = ["provider", "output", "previewFeatures", "binaryTargets"];

impl ConfigurationBlocks {
    /// The blocks of these files, generators first.
    pub(super) fn text(&self, wanted: impl Fn(usize) -> bool, extensions: Option<&str>) -> String {
        let generators = self.generators.iter().filter(|(file, ..)| wanted(*file));
        let mut blocks: Vec<String> = generators
            .map(|(_, name, settings)| block("generator", name, settings, &GENERATOR))
            .collect();
        if let Some((_, name, settings)) = self.datasource.as_ref().filter(|it| wanted(it.0)) {
            let mut settings = settings.clone();
            settings.extend(extensions.map(|text| ("extensions".to_owned(), text.to_owned())));
            blocks.push(block("datasource", name, &settings, &DATASOURCE));
        }
        blocks.join("\n")
    }

    /// Has every generator ask for a preview feature that the schema cannot do without.
    pub(super) fn ask_for(&mut self, feature: &str) {
        for (_, _, settings) in &mut self.generators {
            let feature = quoted(feature);
            match settings.iter_mut().find(|(key, _)| key == "previewFeatures") {
                Some((_, list)) if list.contains(&feature) => {}
                Some((_, list)) => {
                    let others = list.trim_matches(['[', ']']).to_owned();
                    let gap = if others.is_empty() { "" } else { ", " };
                    *list = format!("[{others}{gap}{feature}]");
                }
                None => settings.push(("previewFeatures".to_owned(), format!("[{feature}]"))),
            }
        }
    }

    /// The name of the datasource.
    pub(super) fn datasource(&self) -> &str {
        self.datasource.as_ref().map_or("db", |(_, name, _)| name)
    }
}

/// Whether some file has a generator.
pub(super) fn has_generator(files: &[SourceFile]) -> bool {
    files.iter().any(|file| {
        let parse = syntax::parse(&file.text, PrismaMajor::Seven);
        parse.root().children().any(|block| block.kind() == SyntaxKind::Generator)
    })
}

/// Reads the configuration blocks of these files, whatever else is in them.
pub(super) fn configuration_blocks(files: &[SourceFile], manner: &Manner) -> ConfigurationBlocks {
    let mut read = ConfigurationBlocks::default();
    for (file, source) in files.iter().enumerate() {
        let parse = syntax::parse(&source.text, manner.major);
        for it in parse.root().children().filter_map(Block::cast) {
            let name = it.name().map_or_else(String::new, |name| name.text().to_owned());
            match it.kind() {
                SyntaxKind::Generator => {
                    let settings = read.generator(it);
                    read.generators.push((file, name, settings));
                }
                SyntaxKind::Datasource => {
                    let settings = read.settings(it);
                    read.datasource = Some((file, name, settings));
                }
                _ => {}
            }
        }
    }
    if let (Some(namespaces), Some((_, _, settings))) = (&manner.namespaces, &mut read.datasource) {
        settings.retain(|(key, _)| key != "schemas");
        let names: Vec<String> = namespaces.iter().map(|name| quoted(name)).collect();
        settings.push(("schemas".to_owned(), format!("[{}]", names.join(", "))));
        read.names_namespaces = true;
    }
    read
}

impl ConfigurationBlocks {
    fn generator(&mut self, block: Block<'_>) -> Vec<(String, String)> {
        let mut settings = Vec::new();
        for (key, value) in pairs(block) {
            let text = match (key.as_str(), value.read()) {
                ("previewFeatures", ValueKind::Array(list)) => {
                    let names: BTreeSet<String> =
                        list.values().filter_map(Value::as_string).map(known_preview).collect();
                    let texts: Vec<String> = names.iter().map(|name| quoted(name)).collect();
                    self.previews.extend(names);
                    format!("[{}]", texts.join(", "))
                }
                ("binaryTargets", ValueKind::Array(list)) if list.values().next().is_none() => {
                    continue;
                }
                _ => generator_value(value),
            };
            settings.push((key, text));
        }
        settings
    }

    fn settings(&mut self, block: Block<'_>) -> Vec<(String, String)> {
        let mut settings = Vec::new();
        for (key, value) in pairs(block) {
            match key.as_str() {
                "extensions" => {
                    self.extensions = value.elements().map(WrittenExtension::read).collect();
                }
                "relationMode" | "referentialIntegrity" => {
                    let is_prisma = value.text().trim_matches('"') == "prisma";
                    if is_prisma {
                        self.relation_mode = RelationMode::Prisma;
                    }
                    let text = quoted(value.text().trim_matches('"'));
                    settings.push(("relationMode".to_owned(), text));
                }
                "schemas" => {
                    let mut names: Vec<_> = value.elements().filter_map(Value::as_string).collect();
                    names.sort();
                    self.names_namespaces = !names.is_empty();
                    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
                    settings.push((key, format!("[{}]", names.join(", "))));
                }
                _ => settings.push((key, value.text().to_owned())),
            }
        }
        settings
    }
}

/// Keys and values of a block, those without a value left out.
fn pairs(block: Block<'_>) -> Vec<(String, Value<'_>)> {
    let settings = block.node().children().filter_map(KeyValue::cast);
    settings
        .filter_map(|setting| Some((setting.key()?.text().to_owned(), setting.value()?)))
        .collect()
}

/// A value of a generator: whatever it is, a string or a list of them, unless it comes from the
/// environment.
fn generator_value(value: Value<'_>) -> String {
    match value.read() {
        ValueKind::String(text) => quoted(&text),
        ValueKind::Number(text) | ValueKind::Path(text) => quoted(text),
        ValueKind::Array(list) => {
            let values: Vec<String> = list.values().map(generator_value).collect();
            format!("[{}]", values.join(", "))
        }
        ValueKind::Call(_) | ValueKind::Object(_) => value.text().to_owned(),
    }
}

/// The name under which a preview feature is known on PostgreSQL.
fn known_preview(name: Cow<'_, str>) -> String {
    if name.eq_ignore_ascii_case("fullTextSearch") {
        "fullTextSearchPostgres".to_owned()
    } else {
        name.into_owned()
    }
}

fn block(keyword: &str, name: &str, settings: &[(String, String)], first: &[&str]) -> String {
    let mut settings: Vec<&(String, String)> = settings.iter().collect();
    let rank = |key: &str| first.iter().position(|known| *known == key).unwrap_or(first.len());
    settings.sort_by(|a, b| (rank(&a.0), &a.0).cmp(&(rank(&b.0), &b.0)));
    let lines: String = settings.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    format!("{keyword} {name} {{\n{lines}}}\n")
}
