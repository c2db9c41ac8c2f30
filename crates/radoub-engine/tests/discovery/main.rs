//! Discovery on small trees: each case is files, and what is found in them.

mod compose;
mod endpoints;
mod fleet_file;
mod packages;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use radoub_engine::fleet::discover::{Settings, config_file, discover};
use radoub_engine::fleet::docker::{Container, Containers};
use radoub_engine::fleet::{Fleet, NotApplicable, Prisma, Service};

const SCHEMA: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n";
const POSTGRES: &str = "  postgres:\n    image: postgres:15\n    ports: ['127.0.0.1:15432:5432']\n";

/// Compose text of a service, files, and what is found.
type Placed<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// What a case is found with, besides its files.
#[derive(Default)]
struct With<'a> {
    environment: &'a [(&'a str, &'a str)],
    files: &'a [&'a str],
    profiles: &'a [&'a str],
    below: &'a str,
}

/// A container engine that knows two containers.
#[derive(Debug)]
struct Known;

impl Containers for Known {
    fn published(&self, container: Container<'_>, port: u16) -> Option<SocketAddr> {
        (container.service == "ephemeral")
            .then(|| SocketAddr::from(([127, 0, 0, 1], port + 40_000)))
    }

    fn address(&self, container: Container<'_>, _: u16) -> Option<IpAddr> {
        (container.service == "bridged").then(|| IpAddr::from([172, 18, 0, 7]))
    }
}

fn written(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    root
}

fn discovered(root: &Path, with: &With<'_>) -> Result<Fleet, String> {
    let environment: BTreeMap<String, String> = with
        .environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let root = root.join(with.below);
    let files: Vec<PathBuf> = with.files.iter().map(PathBuf::from).collect();
    let profiles: Vec<String> = with.profiles.iter().map(|name| (*name).to_owned()).collect();
    let config = config_file(&root);
    let settings = Settings {
        root: &root,
        compose_files: &files,
        env_files: &[],
        profiles: &profiles,
        project_name: None,
        environment: &environment,
        config_file: config.as_deref(),
        containers: &Known,
    };
    // The temporary folder has another name every time.
    discover(&settings)
        .map_err(|error| error.to_string().replace(&root.display().to_string(), "ROOT"))
}

fn line(service: &Service) -> String {
    let also = if service.also.is_empty() {
        String::new()
    } else {
        format!(" (also {})", service.also.join(", "))
    };
    let group = service.group.as_ref().map(|group| format!(" [{group}]")).unwrap_or_default();
    let state = match &service.prisma {
        Prisma::Managed(managed) => match &managed.url {
            Ok(url) => format!("{}:{}/{}", url.host(), url.port(), url.database()),
            Err(problem) => format!("! {problem}"),
        },
        Prisma::NotApplicable(NotApplicable::NoSchema) => "no schema".to_owned(),
        Prisma::NotApplicable(other) => format!("{other:?}"),
    };
    format!("{} {state}{also}{group}", service.name)
}

fn found_with(files: &[(&str, &str)], with: &With<'_>) -> String {
    let root = written(files);
    match discovered(root.path(), with) {
        Ok(fleet) => fleet.services.iter().map(line).collect::<Vec<_>>().join("\n"),
        Err(error) => error,
    }
}

fn found(files: &[(&str, &str)]) -> String {
    found_with(files, &With::default())
}
