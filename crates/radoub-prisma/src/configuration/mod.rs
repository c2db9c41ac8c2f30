//! The `datasource` and `generator` blocks of a schema: where the database is, not what is in it.
//!
//! `migrate status`, `deploy` and `resolve` look at nothing else (Prisma facts 1.5), so a schema
//! with a mistake in a model still deploys; a line that cannot be read at all stops them too
//! (measured). The values of environment variables are looked up by the engine.

mod previews;

use std::collections::BTreeSet;
use std::ops::Range;

use self::previews::{PreviewFeature, preview_feature};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::syntax::ast::{self, Block, Call, KeyValue, Value, ValueKind};
use crate::syntax::{self, SyntaxKind, SyntaxNode};
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
    let mut roots = Vec::with_capacity(files.len());
    for (file, source) in files.iter().enumerate() {
        let parse = syntax::parse(&source.text, major);
        let serious = parse.errors.iter().filter(|error| !error.kind.is_in_attribute());
        diagnostics.extend(serious.map(|error| Diagnostic::of_syntax(file, error)));
        roots.push(parse.root());
    }
    let configuration = read(&roots, major, &mut diagnostics);
    (configuration, diagnostics)
}

/// Whether a datasource of these files has no `url`, which no release before 7 accepts.
pub fn lacks_url(files: &[SourceFile]) -> bool {
    files.iter().any(|file| {
        let root = syntax::parse(&file.text, PrismaMajor::Seven).root();
        let blocks = root.children().filter_map(Block::cast);
        let mut datasources = blocks.filter(|block| block.kind() == SyntaxKind::Datasource);
        datasources.any(|block| {
            let mut keys = settings(&block).filter_map(|setting| setting.key());
            !keys.any(|key| key.text() == "url")
        })
    })
}

/// Reads the configuration blocks of these trees, one a file.
pub(crate) fn read(
    roots: &[SyntaxNode],
    major: PrismaMajor,
    diagnostics: &mut Vec<Diagnostic>,
) -> Configuration {
    let mut reader = Reader { major, diagnostics, file: 0 };
    let mut datasources: Vec<(usize, Block, Datasource)> = Vec::new();
    let mut generators = Vec::new();
    for (file, root) in roots.iter().enumerate() {
        reader.file = file;
        for block in root.children().filter_map(Block::cast) {
            match block.kind() {
                SyntaxKind::Datasource => {
                    reader.duplicate_keys(&block, "datasource");
                    if let Some(name) = block.name()
                        && datasources.iter().any(|(_, _, other)| other.name == name.text())
                    {
                        reader.error(
                            ast::token_span(&name),
                            format!("datasource `{}` exists already", name.text()),
                        );
                    }
                    if let Some(datasource) = reader.datasource(&block) {
                        datasources.push((file, block, datasource));
                    }
                }
                SyntaxKind::Generator => generators.push((file, block)),
                _ => {}
            }
        }
    }
    if datasources.len() > 1 {
        for (file, block, _) in &datasources {
            reader.file = *file;
            reader.error_with(
                block.span(),
                "a schema has one datasource".to_owned(),
                "keep one; a second database is a second schema",
            );
        }
    }
    let datasource = datasources.into_iter().next().map(|(_, _, datasource)| datasource);
    let postgres = datasource.as_ref().is_some_and(Datasource::is_postgresql);
    let mut preview_features = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (file, block) in &generators {
        reader.file = *file;
        reader.duplicate_keys(block, "generator");
        if let Some(name) = block.name()
            && !names.insert(name.text().to_owned())
        {
            reader.error(
                ast::token_span(&name),
                format!("generator `{}` exists already", name.text()),
            );
        }
        reader.generator(block, postgres, &mut preview_features);
    }
    Configuration {
        datasource,
        preview_features: preview_features.into_iter().collect(),
        has_generators: !generators.is_empty(),
    }
}

struct Reader<'out> {
    major: PrismaMajor,
    diagnostics: &'out mut Vec<Diagnostic>,
    file: usize,
}

/// Providers of Prisma that radoub knows by name only.
const OTHER_PROVIDERS: [&str; 5] = ["mysql", "sqlite", "sqlserver", "mongodb", "cockroachdb"];

/// Properties that only say where the database is; version 7 has them in `prisma.config.ts`.
const URLS: [&str; 3] = ["url", "directUrl", "shadowDatabaseUrl"];

impl Reader<'_> {
    fn error(&mut self, span: Range<usize>, message: String) {
        self.diagnostics.push(Diagnostic::error(self.file, span, message));
    }

    fn error_with(&mut self, span: Range<usize>, message: String, remedy: &str) {
        self.diagnostics.push(Diagnostic::error(self.file, span, message).with_remedy(remedy));
    }

    fn duplicate_keys(&mut self, block: &Block, what: &str) {
        let mut seen = BTreeSet::new();
        for key in settings(block).filter_map(|setting| setting.key()) {
            if !seen.insert(key.text().to_owned()) {
                self.error(
                    ast::token_span(&key),
                    format!("this {what} has `{}` twice", key.text()),
                );
            }
        }
    }

    /// The values by key; `None` when one has none, which is reported.
    fn values(&mut self, block: &Block) -> Option<Vec<(KeyValue, String, Value)>> {
        let mut values = Vec::new();
        for setting in settings(block) {
            let Some(key) = setting.key() else { continue };
            let Some(value) = setting.value() else {
                // Prisma points at the whole block.
                let message = format!("`{}` has no value", key.text());
                self.error_with(block.span(), message, "write one after the `=`");
                return None;
            };
            values.push((setting, key.text().to_owned(), value));
        }
        Some(values)
    }

    fn datasource(&mut self, block: &Block) -> Option<Datasource> {
        let values = self.values(block)?;
        let find = |key: &str| values.iter().find(|(_, name, _)| name == key);
        let Some((_, _, provider_value)) = find("provider") else {
            self.error_with(
                block.span(),
                "the datasource has no `provider`".to_owned(),
                "add `provider = \"postgresql\"`",
            );
            return None;
        };
        let provider = self.provider(block, provider_value)?;
        if self.major >= PrismaMajor::Seven {
            for key in URLS {
                if let Some((setting, ..)) = find(key) {
                    self.error_with(
                        trimmed(setting),
                        format!("Prisma 7 takes no `{key}` from the schema"),
                        "move it to `datasource` in prisma.config.ts",
                    );
                }
            }
        }
        let mut urls = URLS.map(|_| None);
        if self.major < PrismaMajor::Seven {
            for (at, key) in URLS.into_iter().enumerate() {
                match find(key) {
                    Some((_, _, value)) => urls[at] = Some(self.setting(value)?),
                    None if at == 0 => {
                        self.error_with(
                            block.span(),
                            "the datasource has no `url`".to_owned(),
                            "add `url = env(\"DATABASE_URL\")`",
                        );
                        return None;
                    }
                    None => {}
                }
            }
        }
        let [url, direct_url, shadow_database_url]: [Option<Setting>; 3] = urls;
        if let Some(shadow) = &shadow_database_url {
            let same =
                [&url, &direct_url].into_iter().flatten().find(|main| main.value == shadow.value);
            if let Some(main) = same {
                self.error_with(
                    main.span.clone(),
                    "the shadow database is this database itself".to_owned(),
                    "name another one as `shadowDatabaseUrl`: it is emptied each time",
                );
            }
        }
        let relation_mode_prisma = self.relation_mode(block, &values);
        let schemas = find("schemas").map(|(_, _, value)| self.schemas(value)).unwrap_or_default();
        let extensions = find("extensions").map(|(_, _, value)| self.extensions(value));
        let extensions_span = find("extensions").map(|(setting, ..)| trimmed(setting));
        let known = ["provider", "relationMode", "referentialIntegrity", "schemas", "extensions"];
        for (setting, key, _) in &values {
            if !known.contains(&key.as_str()) && !URLS.contains(&key.as_str()) {
                self.error(trimmed(setting), format!("a datasource has no property `{key}`"));
            }
        }
        Some(Datasource {
            name: block.name().map_or_else(String::new, |name| name.text().to_owned()),
            provider,
            file: self.file,
            url,
            direct_url,
            shadow_database_url,
            schemas,
            relation_mode_prisma,
            extensions,
            extensions_span,
            span: block.span(),
        })
    }

    fn provider(&mut self, block: &Block, value: &Value) -> Option<String> {
        let remedy = "write `provider = \"postgresql\"`";
        match value.kind() {
            ValueKind::String(provider) if provider.is_empty() => {
                self.error_with(value.span(), "`provider` is empty".to_owned(), remedy);
                None
            }
            ValueKind::String(provider) => {
                let postgres = matches!(provider.as_str(), "postgresql" | "postgres");
                if !postgres && !OTHER_PROVIDERS.contains(&provider.as_str()) {
                    self.error_with(
                        value.span(),
                        format!("there is no provider `{provider}`"),
                        remedy,
                    );
                    return None;
                }
                Some(provider)
            }
            ValueKind::Call(call) if call.name().is_some_and(|name| name.text() == "env") => {
                // Prisma points at the whole block.
                self.error_with(
                    block.span(),
                    "`provider` cannot come from the environment".to_owned(),
                    remedy,
                );
                None
            }
            _ => {
                self.error_with(value.span(), "`provider` is a string".to_owned(), remedy);
                None
            }
        }
    }

    /// A string or `env("…")`.
    fn setting(&mut self, value: &Value) -> Option<Setting> {
        let found = match value.kind() {
            ValueKind::String(text) => {
                return Some(Setting { value: SettingValue::Literal(text), span: value.span() });
            }
            ValueKind::Call(call) if call.name().is_some_and(|name| name.text() == "env") => {
                let mut args = call.args();
                let (first, rest) = (args.next(), args.next());
                match first.and_then(|arg| arg.value()) {
                    Some(argument) if rest.is_none() => match argument.as_string() {
                        Some(name) => {
                            return Some(Setting {
                                value: SettingValue::Env(name),
                                span: value.span(),
                            });
                        }
                        None => argument.span(),
                    },
                    _ => value.span(),
                }
            }
            _ => value.span(),
        };
        self.error_with(
            found,
            "this is neither a string nor `env(\"NAME\")`".to_owned(),
            "write `env(\"DATABASE_URL\")`",
        );
        None
    }

    fn relation_mode(&mut self, block: &Block, values: &[(KeyValue, String, Value)]) -> bool {
        let find = |key: &str| values.iter().find(|(_, name, _)| name == key);
        let old = find("referentialIntegrity");
        if let Some((setting, ..)) = old {
            let span = trimmed(setting);
            if find("relationMode").is_some() {
                self.error_with(
                    span.clone(),
                    "`referentialIntegrity` and `relationMode` are the same setting".to_owned(),
                    "keep `relationMode`",
                );
            }
            let warning = "`referentialIntegrity` is the old name of `relationMode`".to_owned();
            self.diagnostics.push(
                Diagnostic::warning(self.file, span, warning).with_remedy("write `relationMode`"),
            );
        }
        let Some((_, _, value)) = find("relationMode").or(old) else { return false };
        match value.kind() {
            ValueKind::String(mode) | ValueKind::Path(mode) => match mode.as_str() {
                "prisma" => true,
                "foreignKeys" => false,
                _ => {
                    // Prisma points at the whole block.
                    self.error_with(
                        block.span(),
                        format!("there is no relation mode `{mode}`"),
                        "write \"foreignKeys\" or \"prisma\"",
                    );
                    false
                }
            },
            _ => {
                self.error_with(
                    value.span(),
                    "the relation mode is a string".to_owned(),
                    "write \"foreignKeys\" or \"prisma\"",
                );
                false
            }
        }
    }

    fn schemas(&mut self, value: &Value) -> Vec<String> {
        let mut names: Vec<(String, Range<usize>)> = Vec::new();
        let elements = value.elements();
        if elements.is_empty() {
            self.error_with(
                value.span(),
                "`schemas` is empty".to_owned(),
                "name one schema, or leave the line out",
            );
        }
        for element in elements {
            match element.as_string() {
                Some(name) => names.push((name, element.span())),
                None => self.error(element.span(), "a schema name is a string".to_owned()),
            }
        }
        names.sort_by(|left, right| left.0.cmp(&right.0));
        for at in 1..names.len() {
            if names[at - 1].0 == names[at].0 {
                // The sort keeps the order of the text, and Prisma points at the first.
                let (name, span) = names[at - 1].clone();
                self.error(span, format!("schema `{name}` is named twice"));
            }
        }
        names.dedup_by(|left, right| left.0 == right.0);
        names.into_iter().map(|(name, _)| name).collect()
    }

    fn extensions(&mut self, value: &Value) -> Vec<ExtensionEntry> {
        let mut entries = Vec::new();
        for element in value.elements() {
            let span = element.span();
            match element.kind() {
                ValueKind::Path(name) => {
                    entries.push(ExtensionEntry {
                        name,
                        map: None,
                        schema: None,
                        version: None,
                        span,
                    });
                }
                ValueKind::Call(call) => {
                    let Some(name) = call.name() else { continue };
                    let [map, schema, version] = self.extension_arguments(&call);
                    entries.push(ExtensionEntry {
                        name: name.text().to_owned(),
                        map,
                        schema,
                        version,
                        span,
                    });
                }
                _ => self.error_with(
                    span,
                    "an extension is a name".to_owned(),
                    "write it without quotes, or `name(map: \"…\", schema: \"…\", version: \"…\")`",
                ),
            }
        }
        entries
    }

    /// `map`, `schema` and `version` of an extension.
    fn extension_arguments(&mut self, call: &Call) -> [Option<String>; 3] {
        const KNOWN: [&str; 3] = ["map", "schema", "version"];
        let mut found = [None, None, None];
        for arg in call.args() {
            let Some(name) = arg.name() else {
                self.error_with(
                    arg.span(),
                    "this argument needs a name".to_owned(),
                    "write `map:`, `schema:` or `version:`",
                );
                continue;
            };
            let Some(at) = KNOWN.iter().position(|known| *known == name.text()) else {
                self.error(arg.span(), format!("an extension has no argument `{}`", name.text()));
                continue;
            };
            found[at] = arg.value().and_then(|value| value.as_string());
            if found[at].is_none() {
                self.error(arg.span(), format!("argument `{}` is a string", name.text()));
            }
        }
        found
    }

    fn generator(&mut self, block: &Block, postgres: bool, features: &mut BTreeSet<String>) {
        let Some(values) = self.values(block) else { return };
        let find = |key: &str| values.iter().find(|(_, name, _)| name == key);
        let Some((_, _, provider)) = find("provider") else {
            self.error_with(
                block.span(),
                "the generator has no `provider`".to_owned(),
                "add `provider = \"prisma-client\"`",
            );
            return;
        };
        self.setting(provider);
        let Some((_, _, value)) = find("previewFeatures") else { return };
        for element in value.elements() {
            let Some(name) = element.as_string() else {
                self.error(element.span(), "a preview feature is a string".to_owned());
                continue;
            };
            match preview_feature(&name, self.major, postgres) {
                PreviewFeature::Active(known) => {
                    features.insert(known.to_owned());
                }
                PreviewFeature::Settled => {
                    let message = format!("preview feature `{name}` is no longer a preview");
                    features.insert(name);
                    self.diagnostics.push(
                        Diagnostic::warning(self.file, value.span(), message)
                            .with_remedy("leave it out of the list"),
                    );
                }
                PreviewFeature::Unknown => {
                    self.error(value.span(), format!("there is no preview feature `{name}`"));
                }
            }
        }
    }
}

fn settings(block: &Block) -> impl Iterator<Item = KeyValue> + use<> {
    block.node().children().filter_map(KeyValue::cast)
}

/// The bytes of a setting without the comment behind it.
fn trimmed(setting: &KeyValue) -> Range<usize> {
    let span = setting.span();
    let end = setting.value().map_or(span.end, |value| value.span().end);
    span.start..end
}

#[cfg(test)]
mod tests {
    use super::{Configuration, SettingValue, configuration};
    use crate::diagnostic::{Severity, SourceFile};
    use crate::version::PrismaMajor;

    /// The one place that calls the code under test: the configuration, and the lines of errors.
    fn read(text: &str, major: PrismaMajor) -> (Configuration, Vec<usize>) {
        let files = [SourceFile { path: "schema.prisma".into(), text: text.to_owned() }];
        let (configuration, diagnostics) = configuration(&files, major);
        let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error);
        let lines = errors.map(|one| text[..one.span.start].matches('\n').count() + 1);
        (configuration, lines.collect())
    }

    const PLAIN: &str =
        "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n";

    #[test]
    fn a_datasource_names_its_variable() {
        let (configuration, lines) = read(PLAIN, PrismaMajor::Six);
        let datasource = configuration.datasource.unwrap();
        assert_eq!(datasource.url.unwrap().value, SettingValue::Env("DATABASE_URL".to_owned()));
        assert_eq!(lines, [0usize; 0]);
    }

    #[test]
    fn seven_refuses_a_url_and_six_misses_one() {
        assert_eq!(read(PLAIN, PrismaMajor::Seven).1, [3]);
        assert_eq!(
            read("datasource db {\n  provider = \"postgresql\"\n}", PrismaMajor::Six).1,
            [1]
        );
    }

    #[test]
    fn a_mistake_in_a_model_does_not_matter_but_nonsense_does() {
        assert_eq!(
            read(&format!("{PLAIN}model A {{\n  id Nope @id(,)\n}}\n"), PrismaMajor::Six).1,
            [0usize; 0]
        );
        assert_eq!(read(&format!("{PLAIN}model A {{\n  $\n}}\n"), PrismaMajor::Six).1, [6]);
    }

    #[test]
    fn a_password_in_the_schema_is_not_shown() {
        let text = PLAIN.replace("env(\"DATABASE_URL\")", "\"postgresql://a:secret@b/c\"");
        assert!(!format!("{:?}", read(&text, PrismaMajor::Six).0).contains("secret"));
    }
}
