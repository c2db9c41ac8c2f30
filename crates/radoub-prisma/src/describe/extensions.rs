//! The `extensions` of the datasource, written with the preview feature `postgresqlExtensions` alone.
//!
//! Those of the schema before stay while they are installed, with the version and the namespace
//! that they have now where they say one. Of the others only those are written that a schema is
//! likely to need, as Prisma has it (public issue 15628; the measured engine cannot be asked,
//! Prisma facts 14.2).

use radoub_schema::model::Extension;

use super::names::sanitized;
use super::{Description, arguments, quoted};
use crate::syntax::SyntaxNode;
use crate::syntax::ast::{Arg, Value, ValueKind};

/// Extensions that are written without having been there.
const LIKELY: [&str; 4] = ["citext", "pgcrypto", "postgis", "uuid-ossp"];

/// An entry of the schema before.
#[derive(Debug)]
pub(super) struct WrittenExtension {
    /// Name in the schema.
    name: String,
    /// Name in the database, where it says so.
    map: Option<String>,
    /// Whether it says in which namespace it is.
    says_schema: bool,
    /// Whether it says which version.
    says_version: bool,
}

impl WrittenExtension {
    /// Reads one.
    pub(super) fn read(value: Value<'_>) -> Self {
        let ValueKind::Call(call) = value.read() else {
            let name = value.text().to_owned();
            return Self { name, map: None, says_schema: false, says_version: false };
        };
        Self {
            name: call.name().map_or("", SyntaxNode::text).to_owned(),
            map: call.arg("map").and_then(Arg::value).and_then(Value::as_string).map(Into::into),
            says_schema: call.arg("schema").is_some(),
            says_version: call.arg("version").is_some(),
        }
    }
}

impl Description<'_> {
    /// The value of the setting; nothing when there is none to write.
    pub(super) fn extensions(&self) -> Option<String> {
        if !self.previous.describes_extensions() {
            return None;
        }
        let installed = &self.found.schema.extensions;
        let mut entries = Vec::new();
        let mut known: Vec<String> = Vec::new();
        for written in self.previous.extensions() {
            let database_name = written.map.as_ref().unwrap_or(&written.name);
            let found = installed.iter().find(|it| it.name.as_str() == database_name);
            known.push(database_name.clone());
            entries.extend(found.map(|it| kept(written, it)));
        }
        let new = installed.iter().filter(|it| {
            let name = it.name.as_str();
            LIKELY.contains(&name) && !known.iter().any(|known| known == name)
        });
        entries.extend(new.map(|extension| {
            let original = extension.name.as_str();
            let name = sanitized(original);
            let map = (name != original).then(|| format!("map: {}", quoted(original)));
            format!("{name}{}", arguments(&map.into_iter().collect::<Vec<_>>()))
        }));
        (!entries.is_empty()).then(|| format!("[{}]", entries.join(", ")))
    }
}

fn kept(written: &WrittenExtension, installed: &Extension) -> String {
    let map = written.map.as_ref().map(|map| format!("map: {}", quoted(map)));
    let mut parts: Vec<String> = map.into_iter().collect();
    if written.says_schema {
        let namespace = installed.namespace.as_ref();
        parts.extend(namespace.map(|it| format!("schema: {}", quoted(it.as_str()))));
    }
    if written.says_version {
        parts.extend(installed.version.as_ref().map(|it| format!("version: {}", quoted(it))));
    }
    format!("{}{}", written.name, arguments(&parts))
}
