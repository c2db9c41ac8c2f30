//! The `datasource` block, property by property.

use std::ops::Range;

use super::{Datasource, ExtensionEntry, Property, Reader, Setting, SettingValue, find};
use crate::syntax::ast::{Block, Call, Value, ValueKind};
use crate::version::PrismaMajor;

/// Providers of Prisma that radoub knows by name only.
const OTHER_PROVIDERS: [&str; 5] = ["mysql", "sqlite", "sqlserver", "mongodb", "cockroachdb"];

/// Properties that only say where the database is; version 7 has them in `prisma.config.ts`.
const URLS: [&str; 3] = ["url", "directUrl", "shadowDatabaseUrl"];

/// The others.
const KNOWN: [&str; 5] =
    ["provider", "relationMode", "referentialIntegrity", "schemas", "extensions"];

impl Reader<'_> {
    pub(super) fn datasource(&mut self, block: Block<'_>) -> Option<Datasource> {
        let properties = self.properties(block)?;
        let find = |key: &str| find(&properties, key);
        let Some(provider) = find("provider") else {
            self.error_with(
                block.span(),
                "the datasource has no `provider`".to_owned(),
                "add `provider = \"postgresql\"`",
            );
            return None;
        };
        let provider = self.provider(block, provider.value)?;
        if self.major >= PrismaMajor::Seven {
            for key in URLS {
                if let Some(property) = find(key) {
                    self.error_with(
                        property.span(),
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
                    Some(property) => urls[at] = Some(self.setting(property.value)?),
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
        let relation_mode_prisma = self.relation_mode(block, &properties);
        let schemas = find("schemas").map(|it| self.schemas(it.value)).unwrap_or_default();
        let extensions = find("extensions").map(|it| self.extensions(it.value));
        let extensions_span = find("extensions").map(Property::span);
        for property in &properties {
            if !KNOWN.contains(&property.key) && !URLS.contains(&property.key) {
                let message = format!("a datasource has no property `{}`", property.key);
                self.error(property.span(), message);
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

    fn provider(&mut self, block: Block<'_>, value: Value<'_>) -> Option<String> {
        let remedy = "write `provider = \"postgresql\"`";
        match value.read() {
            ValueKind::String(provider) if provider.is_empty() => {
                self.error_with(value.span(), "`provider` is empty".to_owned(), remedy);
                None
            }
            ValueKind::String(provider) => {
                let postgres = matches!(&*provider, "postgresql" | "postgres");
                if !postgres && !OTHER_PROVIDERS.contains(&&*provider) {
                    self.error_with(
                        value.span(),
                        format!("there is no provider `{provider}`"),
                        remedy,
                    );
                    return None;
                }
                Some(provider.into_owned())
            }
            ValueKind::Call(call) if call.is("env") => {
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
    pub(super) fn setting(&mut self, value: Value<'_>) -> Option<Setting> {
        let found = match value.read() {
            ValueKind::String(text) => {
                let literal = SettingValue::Literal(text.into_owned());
                return Some(Setting { value: literal, span: value.span() });
            }
            ValueKind::Call(call) if call.is("env") => {
                let mut args = call.args();
                let (first, rest) = (args.next(), args.next());
                match first.and_then(super::super::syntax::ast::Arg::value) {
                    Some(argument) if rest.is_none() => match argument.as_string() {
                        Some(name) => {
                            let variable = SettingValue::Env(name.into_owned());
                            return Some(Setting { value: variable, span: value.span() });
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

    fn relation_mode(&mut self, block: Block<'_>, properties: &[Property<'_>]) -> bool {
        let (old, new) =
            (find(properties, "referentialIntegrity"), find(properties, "relationMode"));
        if let Some(old) = old {
            let span = old.span();
            if new.is_some() {
                self.error_with(
                    span.clone(),
                    "`referentialIntegrity` and `relationMode` are the same setting".to_owned(),
                    "keep `relationMode`",
                );
            }
            let warning = "`referentialIntegrity` is the old name of `relationMode`".to_owned();
            self.warning(span, warning, "write `relationMode`");
        }
        let Some(Property { value, .. }) = new.or(old) else { return false };
        let remedy = "write \"foreignKeys\" or \"prisma\"";
        let mode = match value.read() {
            ValueKind::String(mode) => mode,
            ValueKind::Path(mode) => mode.into(),
            _ => {
                self.error_with(value.span(), "the relation mode is a string".to_owned(), remedy);
                return false;
            }
        };
        if !matches!(&*mode, "prisma" | "foreignKeys") {
            // Prisma points at the whole block.
            let message = format!("there is no relation mode `{mode}`");
            self.error_with(block.span(), message, remedy);
        }
        mode == "prisma"
    }

    fn schemas(&mut self, value: Value<'_>) -> Vec<String> {
        let mut names: Vec<(String, Range<usize>)> = Vec::new();
        if value.elements().next().is_none() {
            self.error_with(
                value.span(),
                "`schemas` is empty".to_owned(),
                "name one schema, or leave the line out",
            );
        }
        for element in value.elements() {
            match element.as_string() {
                Some(name) => names.push((name.into_owned(), element.span())),
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

    fn extensions(&mut self, value: Value<'_>) -> Vec<ExtensionEntry> {
        let mut entries = Vec::new();
        for element in value.elements() {
            let span = element.span();
            match element.read() {
                ValueKind::Path(name) => {
                    entries.push(ExtensionEntry {
                        name: name.to_owned(),
                        map: None,
                        schema: None,
                        version: None,
                        span,
                    });
                }
                ValueKind::Call(call) => {
                    let Some(name) = call.name() else { continue };
                    let [map, schema, version] = self.extension_arguments(call);
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
    fn extension_arguments(&mut self, call: Call<'_>) -> [Option<String>; 3] {
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
            found[at] = arg.value().and_then(Value::as_string).map(Into::into);
            if found[at].is_none() {
                self.error(arg.span(), format!("argument `{}` is a string", name.text()));
            }
        }
        found
    }
}
