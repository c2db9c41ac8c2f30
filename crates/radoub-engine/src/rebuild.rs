//! Whether a service's image is older than what its client is generated from, so that a restart alone would start
//! the client of yesterday on the tables of today.
//!
//! Only looks: images are built by [`crate::runtime::Compose`], when a plan says so.

use std::path::Path;
use std::time::SystemTime;

use ignore::WalkBuilder;
use serde::{Deserialize, Serialize};

use crate::fleet::compose::model::Build;
use crate::fleet::discover::Inventory;
use crate::fleet::{Prisma, Service};
use crate::runtime::{Docker, RuntimeError, is_of};
use crate::start::dockerfile_path;

/// When the image of a service is built anew before it is restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rebuild {
    /// When it is older than the schema or its migrations. Only a guess: file times may be those of a checkout. So
    /// a build that fails is told, and the image that is there is started.
    #[default]
    Auto,
    /// Always; a build that fails stops the work on the service before its database is touched.
    Always,
    /// Never.
    Never,
}

/// A build that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Due {
    /// The Compose services to build: the service, its workers and replicas.
    pub services: Vec<String>,
    /// Somebody asked for it, so it has to work.
    pub is_asked: bool,
}

/// The build that is due before a service is restarted, if one is: its Compose service says `build`, the Dockerfile
/// is there, and the image of one of its containers is older than the newest file of its schema and migrations, or
/// somebody wants it.
///
/// # Errors
///
/// [`RuntimeError`].
pub async fn due(
    inventory: &Inventory,
    service: &Service,
    engine: &Docker,
    wanted: Rebuild,
) -> Result<Option<Due>, RuntimeError> {
    let services = built(inventory, service);
    if services.is_empty() || wanted == Rebuild::Never {
        return Ok(None);
    }
    let is_asked = wanted == Rebuild::Always;
    if is_asked {
        return Ok(Some(Due { services, is_asked }));
    }
    let Prisma::Managed(managed) = &service.prisma else { return Ok(None) };
    let Some(newest) = newest(&managed.schema, &managed.migrations) else { return Ok(None) };
    let containers = engine.containers().await?;
    // What is built here is the service's own.
    for container in containers.iter().filter(|it| services.contains(&it.service)) {
        if engine.image_made(&container.image).await?.is_some_and(|made| made < newest) {
            return Ok(Some(Due { services, is_asked }));
        }
    }
    Ok(None)
}

/// The Compose services of a member that are built here.
fn built(inventory: &Inventory, service: &Service) -> Vec<String> {
    let Some(project) = &inventory.compose else { return Vec::new() };
    let own = project.services.iter().filter(|it| is_of(service, &it.name));
    let is_built = |build: &Build| dockerfile_path(build).is_some_and(|path| path.is_file());
    own.filter(|it| it.build.as_ref().is_some_and(is_built)).map(|it| it.name.clone()).collect()
}

/// When the schema or its migrations changed last; `None` when none of it can be seen.
fn newest(schema: &Path, migrations: &Path) -> Option<SystemTime> {
    let changed = |root: &Path| {
        let walk = WalkBuilder::new(root).standard_filters(false).build();
        let files = walk.flatten().filter(|it| it.file_type().is_some_and(|kind| kind.is_file()));
        files.filter_map(|it| it.metadata().ok()?.modified().ok()).max()
    };
    // A schema may be a folder, with the migrations in it or beside it.
    changed(schema).max(changed(migrations))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_newest_file_of_schema_and_migrations_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |path: &str, seconds| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            let file = File::create(&path).expect("a file");
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            file.set_modified(time).expect("a time");
            path
        };
        let schema = at("schema.prisma", 1000);
        at("migrations/1_init/migration.sql", 2000);
        at("package.json", 9000);
        let newest = |schema: &Path, migrations: &str| {
            let newest = super::newest(schema, &folder.path().join(migrations))?;
            Some(newest.duration_since(SystemTime::UNIX_EPOCH).expect("a later time").as_secs())
        };
        assert_eq!(newest(&schema, "migrations"), Some(2000));
        assert_eq!(newest(&schema, "nowhere"), Some(1000));
        assert_eq!(newest(&folder.path().join("none.prisma"), "nowhere"), None);
    }
}
