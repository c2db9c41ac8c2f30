//! Dockerfiles of the services, and the shell scripts that run in containers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::compose::floats;
use super::{Check, Doctor, Finding, Notes};
use crate::fleet::place::relative;
use crate::start::{Dockerfile, StartDeed, deed_of, dockerfile_of, shell_commands};

pub(super) fn examine(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    let mut scripts = BTreeSet::new();
    for service in &doctor.fleet.services {
        let name = service.name.as_str();
        if let Some((path, file)) = dockerfile_of(service, doctor.inventory.compose_of(service)) {
            dockerfile(name, &relative(doctor.root(), &path), &file, notes);
        }
        for script in doctor.inventory.start_of(service).scripts {
            scripts.insert(doctor.root().join(script.file));
        }
    }
    let services = doctor.inventory.compose.iter().flat_map(|it| &it.services);
    for bind in services.filter(|it| it.active).flat_map(|it| &it.binds) {
        scripts.extend(shell_scripts(&bind.source));
    }
    for script in scripts {
        let Ok(bytes) = std::fs::read(&script) else { continue };
        let shown = relative(doctor.root(), &script);
        if bytes.starts_with(b"\xef\xbb\xbf") {
            notes.add(Finding::new(Check::ScriptByteOrderMark).in_line(&shown, 1));
        }
        if let Some(at) = bytes.windows(2).position(|pair| pair == b"\r\n") {
            let line = bytes[..at].split(|byte| *byte == b'\n').count();
            notes.add(Finding::new(Check::ScriptCarriageReturns).in_line(&shown, line));
        }
    }
}

/// A script that is mounted, or those of a folder that is.
fn shell_scripts(source: &Path) -> Vec<PathBuf> {
    let is_script = |path: &Path| path.extension().is_some_and(|it| it == "sh") && path.is_file();
    if is_script(source) {
        return vec![source.to_path_buf()];
    }
    let Ok(entries) = std::fs::read_dir(source) else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|it| it.path());
    paths.filter(|it| is_script(it)).collect()
}

fn dockerfile(service: &str, path: &Path, file: &Dockerfile, notes: &mut Notes<'_>) {
    let finding = |check, line| Finding::new(check).of(service).in_line(path, line);
    for (image, line) in file.images() {
        if image != "scratch" && floats(image) {
            notes.add(finding(Check::BaseImageUnpinned, line).fact("image", image));
        }
    }
    for instruction in file.stages.iter().flat_map(|stage| &stage.others) {
        for (at, line) in instruction.text.lines().enumerate() {
            let number = instruction.line + at;
            if let Some(mirror) = value_of(line, "PRISMA_ENGINES_MIRROR")
                && !mirror.contains("binaries.prisma.sh")
            {
                notes.add(finding(Check::EngineMirror, number).fact("mirror", mirror));
            }
            if value_of(line, "PRISMA_ENGINES_CHECKSUM_IGNORE_MISSING")
                .is_some_and(|it| !matches!(it.as_str(), "0" | "false"))
            {
                notes.add(finding(Check::EngineChecksumOff, number));
            }
        }
        if instruction.keyword != "RUN" {
            continue;
        }
        for (words, line, tolerated) in shell_commands(&instruction.text) {
            let number = instruction.line + line - 1;
            if deed_of(&words) == Some(StartDeed::Generate) && tolerated {
                let finding = finding(Check::GenerateFailureIgnored, number);
                notes.add(finding.fact("command", words.join(" ")));
            }
            if installs_anything(&words) {
                let finding = finding(Check::InstallUnlocked, number);
                notes.add(finding.fact("command", words.join(" ")));
            }
        }
    }
}

/// The value that a line of `ENV`, `ARG` or a shell gives a variable.
fn value_of(line: &str, name: &str) -> Option<String> {
    let behind = line.split(name).nth(1)?;
    let behind = behind.strip_prefix(['=', ' '])?;
    let value = behind.split([' ', ';', '&']).next().unwrap_or_default();
    let value = value.trim_matches(['"', '\'', '\\']);
    (!value.is_empty()).then(|| value.to_owned())
}

/// `npm install` and `yarn install` of the whole package, which may change what the lock file says.
fn installs_anything(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((manager, rest)) = words.split_first() else { return false };
    let names = rest.iter().filter(|it| !it.starts_with('-')).skip(1).count();
    let flag = |flag: &str| rest.contains(&flag);
    match (*manager, rest.iter().find(|it| !it.starts_with('-')).copied()) {
        ("npm", Some("install" | "i")) => names == 0 && !flag("-g") && !flag("--global"),
        ("yarn", None | Some("install")) => {
            !rest.iter().any(|it| it.starts_with("--frozen") || it.starts_with("--immutable"))
                && !flag("--version")
        }
        _ => false,
    }
}
