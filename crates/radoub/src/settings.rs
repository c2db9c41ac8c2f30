//! Settings, resolved once: flag over variable over `radoub.toml` over default.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use radoub_engine::journal::fact::Who;

use crate::cli::{Lang, Shared};

/// The environment of the process, read once. Values that are not UTF-8 are left out: neither
/// Compose nor Prisma can use them.
pub(crate) fn environment() -> BTreeMap<String, String> {
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
}

/// The folders of the search path, for programs of the system.
pub(crate) fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect()
}

/// The language: `--lang` or `RADOUB_LANG`, else the locale of the system, else English.
pub(crate) fn language(asked: Option<Lang>) -> Lang {
    asked.unwrap_or_else(|| match sys_locale::get_locale() {
        Some(locale) if locale.to_ascii_lowercase().starts_with("fr") => Lang::Fr,
        _ => Lang::En,
    })
}

/// The language before the arguments are understood, so that their errors speak it too.
pub(crate) fn early_language(arguments: &[OsString]) -> Lang {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    let mut asked = std::env::var("RADOUB_LANG").ok();
    while let Some(word) = words.next() {
        if let Some(value) = word.strip_prefix("--lang=") {
            asked = Some(value.to_owned());
        } else if word == "--lang" {
            asked = words.next().map(str::to_owned);
        }
    }
    match asked.as_deref() {
        Some("fr") => Lang::Fr,
        Some("en") => Lang::En,
        _ => language(None),
    }
}

/// The folder radoub was pointed at, absolute.
pub(crate) fn folder(shared: &Shared) -> std::io::Result<PathBuf> {
    std::path::absolute(shared.dir.as_deref().unwrap_or_else(|| Path::new(".")))
}

/// Who runs this, and on which machine, as far as the system says.
pub(crate) fn who(environment: &BTreeMap<String, String>) -> Who {
    let first = |names: &[&str]| {
        names.iter().find_map(|name| environment.get(*name).filter(|it| !it.is_empty()).cloned())
    };
    let host = || std::fs::read_to_string("/etc/hostname").ok().map(|it| it.trim().to_owned());
    Who {
        user: first(&["SUDO_USER", "USER", "USERNAME", "LOGNAME"]).unwrap_or_default(),
        host: first(&["COMPUTERNAME", "HOSTNAME"]).or_else(host).unwrap_or_default(),
        pid: std::process::id(),
    }
}
