//! This machine: programs, the container engine, clocks, room on the disk, the proxy.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::database::Seen;
use super::{Check, Doctor, Finding, Notes};
use crate::fleet::child;
use crate::runtime::Compose;

/// How long a program may take to tell its version.
const DEADLINE: Duration = Duration::from_secs(5);

pub(super) async fn examine(doctor: &Doctor<'_>, seen: &[Seen<'_>], notes: &mut Notes<'_>) {
    if let Err(error) = &doctor.runtime {
        notes.add(Finding::new(Check::DockerUnreachable).fact("reason", error));
    }
    if doctor.inventory.compose.is_some()
        && Compose::find(doctor.root(), "", &[], doctor.environment).await.is_err()
    {
        notes.add(Finding::new(Check::ComposeCommandMissing));
    }
    pg_dump(doctor, seen, notes);
    for it in seen {
        let (Some(checkup), Ok(url)) = (&it.checkup, &it.managed.url) else { continue };
        let ahead = checkup.server.clock_ahead;
        if ahead.abs() > doctor.thresholds.clock.as_secs_f64() {
            let finding = Finding::new(Check::ClockSkew).fact("server", url.server_key());
            #[expect(clippy::cast_possible_truncation, reason = "whole seconds are told")]
            notes.add(finding.fact("seconds", ahead.round() as i64));
        }
    }
    disk(doctor, seen, notes);
    proxy(doctor, notes);
}

fn pg_dump(doctor: &Doctor<'_>, seen: &[Seen<'_>], notes: &mut Notes<'_>) {
    let name = format!("pg_dump{}", std::env::consts::EXE_SUFFIX);
    let Some(program) = doctor.search.iter().map(|it| it.join(&name)).find(|it| it.is_file())
    else {
        notes.add(Finding::new(Check::PgDumpMissing));
        return;
    };
    let mut command = Command::new(&program);
    command.arg("--version");
    let said = match child::output(command, DEADLINE) {
        Ok(said) => said,
        Err(error) => return notes.unexamined("unexamined-pg-dump", None, error.to_string()),
    };
    let version = said.split_whitespace().find(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    let Some(version) = version else { return };
    let own: i32 =
        version.split(['.', 'b', 'r']).next().and_then(|it| it.parse().ok()).unwrap_or_default();
    let newest = seen.iter().filter_map(|it| {
        let number = it.checkup.as_ref()?.server.version_number;
        Some((number / 10_000, it.managed.url.as_ref().ok()?.server_key().to_string()))
    });
    if let Some((server, address)) = newest.max()
        && own > 0
        && own < server
    {
        let finding = Finding::new(Check::PgDumpOlder).fact("found", version);
        notes.add(finding.fact("version", server).fact("server", address));
    }
}

/// The folder, or the nearest above it that is there.
fn existing(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|it| it.is_dir()).map(Path::to_path_buf)
}

fn disk(doctor: &Doctor<'_>, seen: &[Seen<'_>], notes: &mut Notes<'_>) {
    let Some(folder) = existing(doctor.state_folder) else { return };
    let shown = doctor.state_folder.display().to_string();
    if let Err(error) = can_write(&folder) {
        let finding = Finding::new(Check::StateFolderReadonly).fact("path", &shown);
        notes.add(finding.fact("reason", error));
    }
    let bytes: u64 =
        seen.iter().filter_map(|it| it.checkup.as_ref()).map(|it| it.database.bytes).sum();
    match fs4::available_space(&folder) {
        Ok(free) => {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_sign_loss,
                clippy::cast_possible_truncation,
                reason = "room is guessed"
            )]
            let wanted = (bytes as f64 * doctor.thresholds.backup) as u64;
            if free < wanted {
                let finding = Finding::new(Check::DiskSpaceShort).fact("path", &shown);
                notes.add(finding.fact("free", free).fact("wanted", wanted));
            }
        }
        Err(error) => notes.unexamined("unexamined-disk", None, error.to_string()),
    }
}

/// Tries it, for rights alone do not tell.
fn can_write(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".radoub-doctor-{}", std::process::id()));
    std::fs::File::create_new(&probe)?;
    std::fs::remove_file(&probe)
}

/// A proxy that local addresses are not kept from.
fn proxy(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    let get = |names: &[&'static str]| {
        names.iter().find_map(|name| {
            doctor.environment.get(*name).filter(|it| !it.is_empty()).map(|it| (*name, it.as_str()))
        })
    };
    let Some((name, _)) =
        get(&["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
    else {
        return;
    };
    let exceptions = get(&["no_proxy", "NO_PROXY"]).map(|it| it.1).unwrap_or_default();
    let spared = exceptions
        .split(',')
        .map(str::trim)
        .any(|it| matches!(it, "*" | "localhost" | "127.0.0.1"));
    if !spared {
        notes.add(Finding::new(Check::ProxyWithoutExceptions).fact("variable", name));
    }
}
