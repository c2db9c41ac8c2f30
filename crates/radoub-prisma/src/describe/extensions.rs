//! The `extensions` of the datasource, written with the preview feature `postgresqlExtensions` alone.
//!
//! Those of the schema before stay while they are installed, with the version and the namespace
//! that they have now where they say one. Of the others only those are written that a schema is
//! likely to need, as Prisma has it (public issue 15628; the measured engine cannot be asked,
//! Prisma facts 14.2).

use radoub_schema::model::Extension;

use super::names::sanitized;
use super::{Description, arguments, quoted};
use crate::syntax::ast::{Arg, Value, ValueKind};

/// Extensions that are written without having been there.
const LIKELY: [&str; 4] = ["citext", "pgcrypto", "postgis", "uuid-ossp"];

impl Description<'_> {
    /// The value of the setting; nothing when there is none to write.
    pub(super) fn extensions(&self) -> Option<String> {
        if !self.previous.describes_extensions() {
            return None;
        }
        let installed = &self.found.schema.extensions;
        let mut entries = Vec::new();
        let mut known: Vec<String> = Vec::new();
        for value in self.previous.extensions() {
            let (name, map) = entry_names(value);
            let database_name = map.clone().unwrap_or_else(|| name.clone());
            let found = installed.iter().find(|it| it.name.as_str() == database_name);
            known.push(database_name);
            entries.extend(found.map(|it| kept(value, &name, map.as_deref(), it)));
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

/// The name of an entry in the schema, and in the database where it says so.
fn entry_names(value: &Value) -> (String, Option<String>) {
    match value.kind() {
        ValueKind::Call(call) => {
            let name = call.name().map_or_else(String::new, |name| name.text().to_owned());
            let map = call.args().find(|arg| is_named(arg, "map"));
            (name, map.and_then(|arg| arg.value()).and_then(|value| value.as_string()))
        }
        _ => (value.text(), None),
    }
}

fn kept(value: &Value, name: &str, map: Option<&str>, installed: &Extension) -> String {
    let says = |key: &str| match value.kind() {
        ValueKind::Call(call) => call.args().any(|arg| is_named(&arg, key)),
        _ => false,
    };
    let mut parts: Vec<String> =
        map.map(|map| format!("map: {}", quoted(map))).into_iter().collect();
    if says("schema") {
        let namespace = installed.namespace.as_ref();
        parts.extend(namespace.map(|it| format!("schema: {}", quoted(it.as_str()))));
    }
    if says("version") {
        parts.extend(installed.version.as_ref().map(|it| format!("version: {}", quoted(it))));
    }
    format!("{name}{}", arguments(&parts))
}

fn is_named(arg: &Arg, key: &str) -> bool {
    arg.name().is_some_and(|name| name.text() == key)
}
