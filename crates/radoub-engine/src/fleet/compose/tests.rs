//! What `docker-compose config` says of a project, radoub says too (`tests/compose`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{Project, Request, compose_files, load};
use crate::fleet::place::relative;

fn project(root: &Path, environment: &str, files: &str) -> Project {
    let process: BTreeMap<String, String> = environment
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let named: Vec<PathBuf> = files.lines().map(PathBuf::from).collect();
    let (files, _) = compose_files(root, &named, &[], &[], &process).expect("readable settings");
    let files = files.expect("a Compose file");
    let request = Request { root, files: &files, profiles: &[], project_name: None };
    load(request).unwrap_or_else(|error| panic!("{error}"))
}

/// The form of `expected.txt`.
fn shown(root: &Path, project: &Project) -> String {
    let mut services: Vec<_> = project.services.iter().filter(|service| service.active).collect();
    services.sort_by_key(|service| &service.name);
    let mut out = String::new();
    for service in services {
        writeln!(out, "{}", service.name).expect("a String");
        if let Some(build) = &service.build {
            let context =
                build.context.as_deref().map(|context| relative(root, context)).unwrap_or_default();
            let dockerfile = build.dockerfile.as_deref().unwrap_or("-");
            writeln!(out, "  build {} {dockerfile}", context.display()).expect("a String");
        }
        for (name, variable) in &service.environment {
            writeln!(out, "  env {name}={}", variable.value).expect("a String");
        }
        let mut ports: Vec<String> = service
            .ports
            .iter()
            .map(|port| {
                let published =
                    port.published.map_or("-".to_owned(), |(first, _)| first.to_string());
                let protocol = if port.udp { "udp" } else { "tcp" };
                format!(
                    "  port {} {published} {} {protocol}\n",
                    port.host_ip.as_deref().unwrap_or("-"),
                    port.target.0
                )
            })
            .collect();
        ports.sort();
        out.extend(ports);
        let mut binds: Vec<String> = service
            .binds
            .iter()
            .map(|bind| {
                format!("  bind {} {}\n", relative(root, &bind.source).display(), bind.target)
            })
            .collect();
        binds.sort();
        out.extend(binds);
    }
    out
}

#[test]
fn every_project_is_read_as_compose_reads_it() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compose");
    let mut count = 0;
    for entry in std::fs::read_dir(&cases).expect("the cases") {
        let case = entry.expect("a case").path();
        if !case.is_dir() {
            continue;
        }
        let temporary = tempfile::tempdir().expect("a folder");
        let root = temporary.path().join("project");
        copy(&case, &root);
        if root.join("dotenv").exists() {
            std::fs::rename(root.join("dotenv"), root.join(".env")).expect("a name");
        }
        let text = |name: &str| std::fs::read_to_string(case.join(name)).unwrap_or_default();
        let project = project(&root, &text("env"), &text("files"));
        assert_eq!(shown(&root, &project), text("expected.txt"), "{}", case.display());
        count += 1;
    }
    assert!(count >= 8, "only {count} cases");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("a copy");
        }
    }
}
