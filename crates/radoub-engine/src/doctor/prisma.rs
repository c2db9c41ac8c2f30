//! Schemas, packages and addresses.

use std::path::Path;

use radoub_prisma::package::{self, LOCK_FILES, Package};

use super::{Check, Doctor, Finding, Notes};
use crate::fleet::place::{joined, line_at, relative};
use crate::fleet::{Managed, Service, UrlProblem};
use crate::schema::{WantedError, wanted};

/// How far above a package its lock file is looked for, its own folder counted.
const MOST_FOLDERS_UP: usize = 8;

pub(super) fn examine(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    for (service, managed) in doctor.managed() {
        packages(doctor, service, managed, notes);
        schema(doctor, service, managed, notes);
        address(doctor, service, managed, notes);
    }
    shared(doctor, notes);
}

/// The lock files that count for a package: name, kind, text and the package's folder as the file calls it.
fn locks_above(folder: &Path) -> Option<(package::LockKind, String, String)> {
    for above in folder.ancestors().take(MOST_FOLDERS_UP) {
        for (name, kind) in LOCK_FILES {
            if let Ok(text) = std::fs::read_to_string(above.join(name)) {
                let within = folder.strip_prefix(above).unwrap_or(Path::new(""));
                let within: Vec<_> =
                    within.components().map(|it| it.as_os_str().to_string_lossy()).collect();
                return Some((kind, text, within.join("/")));
            }
        }
        // Above the repository lies somebody else's.
        if above.join(".git").exists() {
            break;
        }
    }
    None
}

fn packages(doctor: &Doctor<'_>, service: &Service, managed: &Managed, notes: &mut Notes<'_>) {
    let path = service.folder.join("package.json");
    let Ok(text) = std::fs::read_to_string(&path) else { return };
    let Ok(package) = package::package(&text) else { return };
    let shown = relative(doctor.root(), &path);
    let line = |name: &str| {
        let at = text.find(&format!("\"{name}\"")).unwrap_or_default();
        line_at(&text, at)
    };
    let finding = |check| Finding::new(check).of(service.name.as_str());
    let lock = locks_above(&service.folder);
    let binary_lock =
        service.folder.ancestors().take(MOST_FOLDERS_UP).any(|it| it.join("bun.lockb").is_file());
    if lock.is_none() && !binary_lock && !package.dependencies.is_empty() {
        notes.add(finding(Check::PackageLockMissing).in_file(&shown));
    }
    if let Some(version) = managed.prisma_version.as_ref().filter(|it| !it.pinned && !binary_lock)
        && let Some((name, range)) = package.prisma()
    {
        let check = if is_open(range) { Check::PrismaRangeOpen } else { Check::PrismaUnpinned };
        let finding = finding(check).in_line(&shown, line(name));
        notes.add(finding.fact("range", format!("{name} {}", version.text)));
    }
    let installed = |name: &str| installed(&package, lock.as_ref(), name);
    if let (Some(command), Some(client)) = (installed("prisma"), installed("@prisma/client"))
        && command != client
    {
        let finding = finding(Check::PrismaVersionsDiffer).in_line(&shown, line("prisma"));
        notes.add(
            finding
                .fact("prisma", &command)
                .fact("client", &client)
                .run(format!("npm install --save-exact @prisma/client@{command}")),
        );
    }
}

/// What gets installed for a package: as its lock file pins it, or the least that its range allows.
fn installed(
    package: &Package,
    lock: Option<&(package::LockKind, String, String)>,
    name: &str,
) -> Option<String> {
    let range = package.dependencies.get(name)?;
    if let Some((kind, text, folder)) = lock
        && let Some(locked) = package::locks(*kind, text, name).of(folder, range)
    {
        return Some(locked.version.clone());
    }
    let least = range.trim_start_matches(['^', '~', '=', 'v', ' ']);
    least.starts_with(|it: char| it.is_ascii_digit()).then(|| least.to_owned())
}

/// Whether a range has no upper end below the next great release.
fn is_open(range: &str) -> bool {
    let range = range.trim();
    matches!(range, "" | "*" | "x" | "latest" | "next" | "dev" | "rc")
        || (range.starts_with('>') && !range.contains('<'))
}

fn schema(doctor: &Doctor<'_>, service: &Service, managed: &Managed, notes: &mut Notes<'_>) {
    let name = service.name.as_str();
    match wanted(managed, doctor.root(), managed.major()) {
        Err(WantedError::Refused(mistakes)) => {
            let finding = Finding::new(Check::SchemaRefused).of(name).fact("count", mistakes.len());
            let finding = match mistakes.first() {
                Some(first) => finding
                    .in_line(Path::new(&first.file), first.line)
                    .fact("message", first.message.lines().next().unwrap_or_default()),
                None => finding,
            };
            let schema = relative(doctor.root(), &managed.schema);
            notes.add(finding.run(format!("radoub prisma validate --schema {}", schema.display())));
        }
        Err(error) => {
            let finding = Finding::new(Check::SchemaRefused).of(name);
            let finding = finding.in_file(&relative(doctor.root(), &managed.schema));
            notes.add(finding.fact("message", error.to_string()));
        }
        Ok(_) => {}
    }
    // Prisma looks beside `package.json`, and in `.config`.
    let beside = managed.schema.parent().filter(|it| *it != service.folder);
    for extension in ["js", "ts", "mjs", "cjs", "mts", "cts"] {
        let file = beside.map(|folder| joined(folder, &format!("prisma.config.{extension}")));
        if let Some(file) = file.filter(|it| it.is_file()) {
            let finding = Finding::new(Check::ConfigMisplaced).of(name);
            notes.add(finding.in_file(&relative(doctor.root(), &file)));
        }
    }
}

fn address(_doctor: &Doctor<'_>, service: &Service, managed: &Managed, notes: &mut Notes<'_>) {
    let name = service.name.as_str();
    let url = match &managed.url {
        Ok(url) => url,
        // These are about the Compose file.
        Err(UrlProblem::NotPublished { .. } | UrlProblem::Lacks { .. }) => return,
        Err(problem) => {
            let finding = Finding::new(Check::AddressUnknown).of(name);
            notes.add(match problem {
                UrlProblem::NotSet { variable: Some(variable) }
                | UrlProblem::Empty { variable: Some(variable) } => {
                    finding.fact("variable", variable)
                }
                problem => finding.fact("reason", problem),
            });
            return;
        }
    };
    if managed.shadow_url.as_ref().is_some_and(|it| {
        it.server_key() == url.server_key()
            && it.database() == url.database()
            && it.schema() == url.schema()
    }) {
        let finding = Finding::new(Check::ShadowIsMain).of(name);
        notes.add(finding.fact("database", url.database()));
    }
    let near = url.is_socket() || matches!(url.host(), "127.0.0.1" | "::1" | "localhost");
    if url.parameter("sslmode") == Some("disable") && !near {
        notes.add(Finding::new(Check::SslmodeOff).of(name).fact("host", url.host()));
    }
}

/// Services that meet in one database and schema.
fn shared(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    let addresses: Vec<_> = doctor
        .managed()
        .filter_map(|(service, managed)| {
            let url = managed.url.as_ref().ok()?;
            Some((service, (url.server_key(), url.database(), url.schema())))
        })
        .collect();
    for (at, (service, address)) in addresses.iter().enumerate() {
        if let Some((other, _)) = addresses[..at].iter().find(|it| it.1 == *address) {
            let finding = Finding::new(Check::DatabaseShared).of(service.name.as_str());
            notes.add(finding.fact("database", address.1).fact("other", &other.name));
        }
    }
}
