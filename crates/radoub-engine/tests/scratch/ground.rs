//! What the tests of the workshop have in common.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use radoub_engine::fleet::{DatabaseUrl, External, Managed, ServiceName};
use radoub_engine::scratch::{Forced, Replay, ReplayStop, Replayed, Workshop, WorkshopSettings};
use radoub_postgres::introspect::Scope;
use radoub_schema::migration::{Migration, MigrationName, MigrationScript};
use radoub_schema::name::Ident;
use radoub_testing::postgres::Cluster;

/// Runs a test's future, as commands do on one thread, and ends it when it hangs.
#[track_caller]
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_mins(3), test).await.expect("the test hangs")
    })
}

/// A service with this database.
pub(crate) fn managed(url: &str) -> Managed {
    Managed {
        schema: PathBuf::from("/fleet/service/prisma/schema.prisma"),
        migrations: PathBuf::from("/fleet/service/prisma/migrations"),
        prisma_version: None,
        followed: 6,
        url: Ok(DatabaseUrl::parse(url).unwrap()),
        container: None,
        shadow_url: None,
        schemas: Vec::new(),
        datasource: "db".to_owned(),
        external: External::default(),
        shadow_init: None,
        seed: None,
    }
}

/// A workshop whose own servers live in `folder`.
pub(crate) fn workshop(folder: &Path, forced: Option<Forced>) -> Workshop {
    Workshop::new(settings(folder, forced))
}

/// The same for a fleet with these databases.
pub(crate) fn workshop_in(folder: &Path, live: &[(ServiceName, DatabaseUrl)]) -> Workshop {
    Workshop::new(WorkshopSettings { live: live.to_vec(), ..settings(folder, None) })
}

fn settings(folder: &Path, forced: Option<Forced>) -> WorkshopSettings {
    WorkshopSettings {
        forced,
        timeout: Some(Duration::from_secs(20)),
        per_server: 4,
        temporary: folder.to_path_buf(),
        search: std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect(),
        live: Vec::new(),
    }
}

pub(crate) fn history(scripts: &[&str]) -> Vec<Migration> {
    let numbered = scripts.iter().enumerate();
    let script = |text: &str| Some(MigrationScript::from_bytes(text.as_bytes()));
    numbered
        .map(|(at, text)| Migration {
            name: MigrationName::new(format!("{at}")),
            script: script(text),
        })
        .collect()
}

pub(crate) fn scope() -> Scope {
    Scope::of([Ident::new("public")])
}

/// Replays a whole history and closes the workshop.
pub(crate) async fn replay(
    workshop: &Workshop,
    managed: &Managed,
    scripts: &[&str],
) -> Result<Replayed, Box<ReplayStop>> {
    let migrations = history(scripts);
    workshop.replay(&Replay::whole(managed, &migrations, scope()), &mut |_| {}).await
}

/// Names of the tables of a state.
pub(crate) fn tables(replayed: &Replayed) -> Vec<String> {
    let tables = replayed.end().schema.tables.iter();
    tables.map(|table| table.name.name.as_str().to_owned()).collect()
}

/// The databases of a server that are not there from the beginning.
pub(crate) fn databases(cluster: &Cluster) -> BTreeSet<String> {
    let sql = "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')";
    cluster.psql("postgres", sql).lines().map(str::to_owned).filter(|it| !it.is_empty()).collect()
}

/// What lies in a folder.
pub(crate) fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}
