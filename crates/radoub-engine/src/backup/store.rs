//! The second home of backups: a bucket that speaks S3, or another folder.
//!
//! A copy is its data and then its manifest, so that what broke off is never taken for a backup; parts of a
//! broken upload are given up in the store too. The first copy is not touched by anything here.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};

use super::catalogue::{Catalogue, CatalogueError, Kept, private_file};
use super::key::Environment;
use super::manifest::{FORMAT, Manifest, Stored};
use super::settings::{StorePlace, StoreSettings};
use crate::failure::{Failure, FailureCode};
use crate::translate;

/// Bytes of a part of an upload, at least; S3 takes ten thousand parts, and none below five megabytes.
const PART: u64 = 8 * 1024 * 1024;
const PARTS_AT_MOST: u64 = 9_000;

/// A second home.
#[derive(Debug)]
pub(crate) struct Store {
    objects: Arc<dyn ObjectStore>,
    prefix: String,
    shown: String,
}

impl Store {
    /// Opens the store; nothing is asked of it yet.
    pub(crate) fn open(
        settings: &StoreSettings,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let shown = settings.place.shown();
        let failed = |reason: String| failure(&shown, reason);
        let (objects, prefix): (Arc<dyn ObjectStore>, String) = match &settings.place {
            StorePlace::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
                let store = LocalFileSystem::new_with_prefix(folder);
                let store = store.map_err(|error| failed(innermost(&error)))?;
                (Arc::new(store.with_fsync(true)), String::new())
            }
            StorePlace::Bucket { bucket, prefix } => {
                let variable = |name: &String| {
                    let value = environment.get(name).filter(|it| !it.is_empty());
                    value.ok_or_else(|| failed(format!("the variable {name} is not set")))
                };
                radoub_postgres::tls::install_provider();
                let retry = RetryConfig {
                    max_retries: 3,
                    retry_timeout: Duration::from_mins(1),
                    ..RetryConfig::default()
                };
                let options = ClientOptions::new()
                    .with_connect_timeout(Duration::from_secs(5))
                    .with_timeout(Duration::from_mins(2));
                let mut builder = AmazonS3Builder::new()
                    .with_client_options(options)
                    .with_retry(retry)
                    .with_bucket_name(bucket)
                    .with_region(&settings.region)
                    .with_access_key_id(variable(&settings.access_key_env)?)
                    .with_secret_access_key(variable(&settings.secret_key_env)?);
                if let Some(token) = environment.get("AWS_SESSION_TOKEN") {
                    builder = builder.with_token(token);
                }
                if let Some(endpoint) = &settings.endpoint {
                    builder = builder
                        .with_endpoint(endpoint)
                        .with_allow_http(endpoint.starts_with("http://"));
                }
                let store = builder.build().map_err(|error| failed(innermost(&error)))?;
                (Arc::new(store), prefix.clone())
            }
        };
        Ok(Self { objects, prefix, shown })
    }

    fn path(&self, id: &str, file: &str) -> Path {
        let parts = self.prefix.split('/').filter(|it| !it.is_empty()).chain([id, file]);
        parts.collect()
    }

    /// Brings a backup there.
    pub(crate) async fn put(&self, kept: &Kept) -> Result<Stored, Failure> {
        let id = &kept.manifest.id;
        for file in kept.files() {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let to = self.path(id, &name);
            self.upload(&file, &to).await.map_err(|reason| failure(&self.shown, reason))?;
        }
        Ok(self.note())
    }

    /// The note that a backup lies here.
    pub(crate) fn note(&self) -> Stored {
        Stored { format: FORMAT, at: Timestamp::now(), place: self.shown.clone() }
    }

    async fn upload(&self, file: &FilePath, to: &Path) -> Result<(), String> {
        let mut source = File::open(file).map_err(|error| error.to_string())?;
        let size = source.metadata().map_err(|error| error.to_string())?.len();
        let part = PART.max(size / PARTS_AT_MOST);
        if size <= part {
            let bytes = read_part(&mut source, part).map_err(|error| error.to_string())?;
            let put = self.objects.put(to, PutPayload::from(bytes)).await;
            return put.map(drop).map_err(|error| innermost(&error));
        }
        let mut upload = self.objects.put_multipart(to).await.map_err(|error| innermost(&error))?;
        let sent = async {
            loop {
                let bytes = read_part(&mut source, part).map_err(|error| error.to_string())?;
                if bytes.is_empty() {
                    return upload.complete().await.map(drop).map_err(|error| innermost(&error));
                }
                let put = upload.put_part(PutPayload::from(bytes)).await;
                put.map_err(|error| innermost(&error))?;
            }
        };
        let sent = sent.await;
        if sent.is_err() {
            // A store that is gone cannot be told; what it keeps of parts is cleared by its own rules.
            let _ = upload.abort().await;
        }
        sent
    }

    /// The manifests of all backups there.
    pub(crate) async fn list(&self) -> Result<Vec<Manifest>, Failure> {
        let failed = |error: &object_store::Error| failure(&self.shown, innermost(error));
        let prefix: Path = self.prefix.split('/').filter(|it| !it.is_empty()).collect();
        let listing = self.objects.list(Some(&prefix)).try_collect::<Vec<_>>().await;
        let mut manifests = Vec::new();
        for object in listing.map_err(|error| failed(&error))? {
            if object.location.filename() != Some("manifest.json") {
                continue;
            }
            let got = self.objects.get(&object.location).await.map_err(|error| failed(&error))?;
            let bytes = got.bytes().await.map_err(|error| failed(&error))?;
            let manifest: Manifest = serde_json::from_slice(&bytes)
                .map_err(|error| failure(&self.shown, format!("{}: {error}", object.location)))?;
            manifests.push(manifest);
        }
        manifests.sort_by(|one, two| one.id.cmp(&two.id));
        Ok(manifests)
    }

    /// Brings a backup back into the catalogue.
    pub(crate) async fn fetch(
        &self,
        catalogue: &Catalogue,
        manifest: Manifest,
    ) -> Result<Kept, Failure> {
        let failed = |error: &object_store::Error| failure(&self.shown, innermost(error));
        let kept = |error: &CatalogueError| translate::catalogue_failure(error);
        let partial = catalogue.begin_again(&manifest.id).map_err(|error| kept(&error))?;
        let path = partial.path(&manifest.data.file);
        let written = |source: io::Error| {
            translate::catalogue_failure(&CatalogueError::Write { path: path.clone(), source })
        };
        let mut file = private_file(&path).map_err(written)?;
        let from = self.path(&manifest.id, &manifest.data.file);
        let got = self.objects.get(&from).await.map_err(|error| failed(&error))?;
        let mut parts = got.into_stream();
        while let Some(part) = parts.try_next().await.map_err(|error| failed(&error))? {
            io::Write::write_all(&mut file, &part).map_err(written)?;
        }
        file.sync_all().map_err(written)?;
        partial.finish(manifest).map_err(|error| kept(&error))
    }

    /// Removes a backup there, manifest first; one that is not there is as good.
    pub(crate) async fn remove(&self, manifest: &Manifest) -> Result<(), Failure> {
        for file in ["manifest.json", &manifest.data.file] {
            match self.objects.delete(&self.path(&manifest.id, file)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(failure(&self.shown, innermost(&error))),
            }
        }
        Ok(())
    }
}

fn read_part(source: &mut File, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    source.by_ref().take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What the store says, without the layers of the library around it.
fn innermost(error: &object_store::Error) -> String {
    translate::root_cause(error)
}

fn failure(place: &str, reason: String) -> Failure {
    let values = vec![("place", place.to_owned()), ("reason", reason)];
    Failure::new(FailureCode::StoreFailed, values)
}
