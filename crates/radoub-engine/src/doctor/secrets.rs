//! Passwords and keys that stand in files, and files with passwords that Git has or would take.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use radoub_postgres::url::DatabaseUrl;

use super::git::Git;
use super::{Check, Doctor, Finding, Notes};
use crate::fleet::folder::read_schema;
use crate::fleet::place::{Place, relative};
use crate::fleet::{Fact, Service};
use crate::start::dockerfile_of;

/// Words in names of variables that hold secrets, and words that take it back.
const SECRET: [&str; 6] = ["PASS", "SECRET", "TOKEN", "APIKEY", "PRIVATE", "CREDENTIAL"];
const NO_SECRET: [&str; 14] = [
    "PUBLIC",
    "EXPIR",
    "TTL",
    "_FILE",
    "_PATH",
    "_ID",
    "_URL",
    "_URI",
    "_HOST",
    "LENGTH",
    "ALGORITHM",
    "ROUNDS",
    "_NAME",
    "_LIFETIME",
];

/// Passwords that are tried first.
const WEAK: [&str; 22] = [
    "postgres",
    "password",
    "passw0rd",
    "admin",
    "root",
    "secret",
    "changeme",
    "change-me",
    "change_me",
    "123456",
    "12345678",
    "1234",
    "test",
    "example",
    "pass",
    "user",
    "prisma",
    "docker",
    "letmein",
    "qwerty",
    "azerty",
    "motdepasse",
];

/// Passwords that stand for none, where an image needs an address only to be built.
const PLACEHOLDERS: [&str; 8] =
    ["dummy", "placeholder", "fake", "build", "x", "password", "pass", "postgres"];

pub(super) fn examine(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    compose_files(doctor, notes);
    for (service, managed) in doctor.managed() {
        let name = service.name.as_str();
        if let Some((path, file)) = dockerfile_of(service, doctor.inventory.compose_of(service)) {
            let shown = relative(doctor.root(), &path);
            for instruction in file.stages.iter().flat_map(|stage| &stage.others) {
                if instruction.keyword == "RUN" {
                    continue;
                }
                for (variable, at) in dockerfile_secrets(&instruction.text) {
                    let finding = Finding::new(Check::SecretInDockerfile).of(name);
                    notes.add(
                        finding.in_line(&shown, instruction.line + at).fact("variable", variable),
                    );
                }
            }
        }
        for file in read_schema(&managed.schema).0 {
            for (at, line) in file.text.lines().enumerate() {
                let key = line.split('=').next().unwrap_or_default().trim();
                let is_url = matches!(key, "url" | "directUrl" | "shadowDatabaseUrl");
                let literal = line.split('"').nth(1).unwrap_or_default();
                if is_url
                    && !line.contains("env(")
                    && DatabaseUrl::parse(literal).is_ok_and(|it| it.password().is_some())
                {
                    let shown = relative(doctor.root(), &file.path);
                    let finding = Finding::new(Check::SchemaHoldsPassword).of(name);
                    notes.add(finding.in_line(&shown, at + 1).fact("variable", key));
                }
            }
        }
        if let Ok(url) = &managed.url
            && url.password_is(|password| is_weak(password, url))
        {
            let finding = Finding::new(Check::PasswordWeak).of(name).fact("role", url.user());
            notes.add(at_url(finding, service));
        }
    }
    env_files(doctor, notes);
}

/// With the place where the service's address was found.
fn at_url(finding: Finding, service: &Service) -> Finding {
    match service.origins.iter().find(|it| it.fact == Fact::Url) {
        Some(origin) => match origin.line {
            Some(line) => finding.in_line(&origin.file, line),
            None if !origin.file.as_os_str().is_empty() => finding.in_file(&origin.file),
            None => finding,
        },
        None => finding,
    }
}

fn is_weak(password: &str, url: &DatabaseUrl) -> bool {
    let lower = password.to_lowercase();
    WEAK.contains(&lower.as_str())
        || lower == url.user().to_lowercase()
        || lower == url.database().to_lowercase()
}

/// Whether a variable of this name holds a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    // An access key is half a user name.
    let is_key = name.ends_with("_KEY") && !name.ends_with("ACCESS_KEY") || name == "KEY";
    (has(&SECRET) || is_key) && !has(&NO_SECRET)
}

/// How a secret stands in a line.
#[derive(Debug, PartialEq, Eq)]
enum Stands {
    /// In full.
    Written,
    /// As what is taken when a variable is not set: `${A:-b}`.
    Default,
}

/// How the secret of variable `name` stands in what a line gives it; `None` when it does not.
fn stands(name: &str, raw: &str) -> Option<Stands> {
    let raw = raw.trim().trim_matches(['"', '\'']);
    // Of an address the password alone is secret.
    let secret = match raw.split_once("://") {
        Some((_, rest)) => {
            let (user, _) = rest.rsplit_once('@')?;
            // The colon of `${A:-b}` parts nothing.
            let mut depth = 0_usize;
            let at = user.char_indices().find_map(|(at, it)| {
                match it {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    ':' if depth == 0 => return Some(at),
                    _ => {}
                }
                None
            })?;
            &user[at + 1..]
        }
        None if is_secret(name) => raw,
        None => return None,
    };
    let is_path = secret.starts_with('/') || secret.starts_with("./");
    if secret.is_empty() || is_path || matches!(secret, "true" | "false" | "yes" | "no" | "trust") {
        return None;
    }
    if !secret.contains('$') {
        return Some(Stands::Written);
    }
    let default = secret.split(":-").nth(1).or_else(|| secret.split_once('-').map(|it| it.1))?;
    let default = default.split('}').next().unwrap_or_default();
    (secret.contains("${")
        && !default.is_empty()
        && !default.starts_with('$')
        && !secret.contains(":?"))
    .then_some(Stands::Default)
}

fn compose_files(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    let Some(project) = &doctor.inventory.compose else { return };
    let texts: Vec<(PathBuf, String)> = project
        .files
        .iter()
        .filter_map(|path| {
            Some((relative(doctor.root(), path), std::fs::read_to_string(path).ok()?))
        })
        .collect();
    let mut seen: BTreeSet<(Place, String)> = BTreeSet::new();
    for service in project.services.iter().filter(|it| it.active) {
        for (name, variable) in &service.environment {
            let Some((_, text)) = texts.iter().find(|it| it.0 == variable.place.file) else {
                continue;
            };
            let line = text.lines().nth(variable.place.line.saturating_sub(1)).unwrap_or_default();
            let Some(at) = line.find(name.as_str()) else { continue };
            let rest = line[at + name.len()..].trim_start_matches(['"', '\'']).trim_start();
            let Some(raw) = rest.strip_prefix([':', '=']) else { continue };
            // An anchor is read once for all who share it.
            if variable.value.is_empty() || !seen.insert((variable.place.clone(), name.clone())) {
                continue;
            }
            let check = match stands(name, raw) {
                Some(Stands::Written) => Check::SecretInCompose,
                Some(Stands::Default) => Check::SecretDefaultInCompose,
                None => continue,
            };
            let finding = Finding::new(check).of(service.name.as_str()).at(&variable.place);
            notes.add(finding.fact("variable", name));
        }
    }
}

/// The variables of an `ENV` or `ARG` that hold a secret, with their line in it.
fn dockerfile_secrets(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let words = crate::fleet::compose::model::split(line);
        let pairs: Vec<(String, String)> = if words.first().is_some_and(|it| it.contains('=')) {
            let pairs = words.iter().filter_map(|it| it.split_once('='));
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        } else if words.len() == 2 {
            vec![(words[0].clone(), words[1].clone())]
        } else {
            Vec::new()
        };
        for (name, value) in pairs {
            let stands_for_none = |it: &str| PLACEHOLDERS.contains(&it.to_lowercase().as_str());
            let is_placeholder = match DatabaseUrl::parse(&value) {
                Ok(url) => url.password_is(stands_for_none),
                Err(_) => stands_for_none(&value),
            };
            if stands(&name, &value) == Some(Stands::Written) && !is_placeholder {
                found.push((name, at));
            }
        }
    }
    found
}

/// `.env` files that hold a secret, and what Git makes of them.
fn env_files(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    let root = doctor.root();
    let mut folders: Vec<&Path> = vec![root];
    folders.extend(doctor.inventory.fleet.compose_files.iter().filter_map(|it| it.parent()));
    folders.extend(doctor.fleet.services.iter().map(|it| it.folder.as_path()));
    let names = [".env", ".env.local", ".env.production", ".env.prod", ".env.docker"];
    let mut files: BTreeSet<PathBuf> =
        folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name))).collect();
    for service in doctor.inventory.compose.iter().flat_map(|it| &it.services) {
        let written = service.environment.values().map(|it| root.join(&it.place.file));
        files.extend(
            written.filter(|it| it.extension().is_none_or(|it| it != "yml" && it != "yaml")),
        );
    }
    let files: Vec<PathBuf> = files.into_iter().filter(|it| holds_secret(it)).collect();
    if files.is_empty() {
        return;
    }
    let git = match Git::of(root) {
        Ok(Some(git)) => git,
        Ok(None) => return,
        Err(reason) => return notes.unexamined("unexamined-git", None, reason),
    };
    let tracked = git.tracked(&files);
    let ignored = git.ignored(&files);
    for file in &files {
        let shown = relative(root, file);
        if tracked.contains(file) {
            let command = format!("git rm --cached {}", shown.display());
            notes.add(Finding::new(Check::EnvFileTracked).in_file(&shown).run(command));
        } else if !ignored.contains(file) {
            notes.add(Finding::new(Check::EnvFileNotIgnored).in_file(&shown));
        }
    }
}

fn holds_secret(file: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(file) else { return false };
    text.lines().any(|line| {
        let line = line.trim().trim_start_matches("export ");
        let pair = line.split_once('=').filter(|_| !line.starts_with('#'));
        pair.is_some_and(|(name, value)| stands(name.trim(), value).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_told_from_what_only_looks_like_one() {
        let cases = [
            ("DB_PASSWORD", " hunter2", Some(Stands::Written)),
            ("DB_PASSWORD", "${DB_PASSWORD}", None),
            ("DB_PASSWORD", "${DB_PASSWORD:?is required}", None),
            ("DB_PASSWORD", "${DB_PASSWORD:-hunter2}", Some(Stands::Default)),
            ("DB_PASSWORD_FILE", "/run/secrets/x", None),
            ("DATABASE_URL", "postgresql://u:hunter2@db/x", Some(Stands::Written)),
            ("DATABASE_URL", "postgresql://${U:-u}:${P:?P is required}@db/x", None),
            ("DATABASE_URL", "postgresql://u:${P:-hunter2}@db/x", Some(Stands::Default)),
            ("DATABASE_URL", "postgresql://u@db/x", None),
            ("REDIS_URL", "redis://:${P}@redis", None),
            ("JWT_EXPIRES_IN", "15m", None),
            ("TOKEN_TTL", "3600", None),
            ("STRIPE_SECRET_KEY", "sk_live_x", Some(Stands::Written)),
            ("API_URL", "http://api:3000", None),
            ("S3_ACCESS_KEY", "minio", None),
            ("S3_SECRET_ACCESS_KEY", "hunter2", Some(Stands::Written)),
            ("NODE_ENV", "production", None),
        ];
        for (name, raw, expected) in cases {
            assert_eq!(stands(name, raw), expected, "{name}={raw}");
        }
    }
}
