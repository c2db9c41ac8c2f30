//! How backups are made and kept, as `[backup]` of `radoub.toml` says; paths absolute, defaults filled in.
//!
//! Secrets are not read here: only where they lie is known ([`SecretSource`]). [`super::key`] and [`super::store`] read them
//! when they are needed.

use std::path::{Path, PathBuf};

use crate::fleet::file::{BackupSection, StoreSection, ViaWord};
use crate::fleet::place::joined;
use crate::secret::SecretSource;

/// The folder of the catalogue, relative to the fleet.
pub const DEFAULT_FOLDER: &str = ".radoub/backups";

/// How backups are made and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Folder of the catalogue, absolute.
    pub folder: PathBuf,
    /// Where `pg_dump` runs.
    pub via: Via,
    /// Folder of `pg_dump` and `pg_restore`, absolute; `None` for the usual places.
    pub programs: Option<PathBuf>,
    /// Level of zstd, 1 to 19.
    pub level: i32,
    /// Databases dumped at once.
    pub jobs: usize,
    /// What `prune` leaves.
    pub retention: Retention,
    /// For whom backups are encrypted; `None` for nobody.
    pub encryption: Option<Encryption>,
    /// A second home.
    pub store: Option<StoreSettings>,
}

/// Where `pg_dump` runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// On this machine when it has one that fits the server's version, else in the server's container.
    Auto,
    /// On this machine.
    Host,
    /// In the Compose container of the server.
    Container,
}

/// What `prune` leaves: a backup goes when both bounds let it go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// How many of each service stay at least.
    pub keep: usize,
    /// For how many days one stays at least.
    pub days: u32,
}

impl Default for Retention {
    /// Seven of each service, and all of the last thirty days.
    fn default() -> Self {
        Self { keep: 7, days: 30 }
    }
}

/// For whom backups are encrypted, and where the key that opens them lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Encryption {
    /// Public keys.
    pub recipients: Vec<String>,
    /// File with more of them.
    pub recipients_file: Option<PathBuf>,
    /// The secret key.
    pub identity: Option<SecretSource>,
    /// A passphrase that does both.
    pub passphrase: Option<SecretSource>,
}

/// A second home of backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSettings {
    /// Which.
    pub place: StorePlace,
    /// Address of a store that is not Amazon's.
    pub endpoint: Option<String>,
    /// Region.
    pub region: String,
    /// Variable with the access key.
    pub access_key_env: String,
    /// Variable with its secret.
    pub secret_key_env: String,
}

/// Which second home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorePlace {
    /// A bucket, and what the names in it start with (no slash at either end).
    Bucket {
        /// Its name.
        bucket: String,
        /// What comes before each name; may be empty.
        prefix: String,
    },
    /// A folder, absolute.
    Folder(PathBuf),
}

impl StorePlace {
    /// The place as it was written, without secrets: `s3://bucket/prefix`, or the folder.
    pub fn shown(&self) -> String {
        match self {
            Self::Bucket { bucket, prefix } if prefix.is_empty() => format!("s3://{bucket}"),
            Self::Bucket { bucket, prefix } => format!("s3://{bucket}/{prefix}"),
            Self::Folder(folder) => folder.display().to_string(),
        }
    }
}

impl Settings {
    /// Without `radoub.toml`: `.radoub/backups` in the fleet's folder, no encryption.
    pub fn default_in(root: &Path) -> Self {
        Self::of(&BackupSection::default(), root)
    }

    /// What the section says; `folder` is where its paths start from.
    pub(crate) fn of(section: &BackupSection, folder: &Path) -> Self {
        let path = |text: &String| joined(folder, text);
        let secret = |file: &Option<String>, name: &Option<String>, words: &Option<Vec<String>>| {
            let file = file.as_ref().map(|it| SecretSource::File(path(it)));
            let variable = || name.clone().map(SecretSource::Variable);
            let command =
                || words.clone().map(|it| SecretSource::Command(it, folder.to_path_buf()));
            file.or_else(variable).or_else(command)
        };
        let encryption = Encryption {
            recipients: section.recipients.clone(),
            recipients_file: section.recipients_file.as_ref().map(path),
            identity: secret(
                &section.identity_file,
                &section.identity_env,
                &section.identity_command,
            ),
            passphrase: secret(
                &section.passphrase_file,
                &section.passphrase_env,
                &section.passphrase_command,
            ),
        };
        let usual = Retention::default();
        Self {
            folder: joined(folder, section.dir.as_deref().unwrap_or(DEFAULT_FOLDER)),
            via: match section.via {
                None | Some(ViaWord::Auto) => Via::Auto,
                Some(ViaWord::Host) => Via::Host,
                Some(ViaWord::Container) => Via::Container,
            },
            programs: section.programs.as_ref().map(path),
            level: i32::from(section.compression.unwrap_or(3).clamp(1, 19)),
            jobs: section.jobs.unwrap_or(2).max(1),
            retention: Retention {
                keep: section.keep.unwrap_or(usual.keep).max(1),
                days: section.keep_days.unwrap_or(usual.days),
            },
            encryption: (encryption != Encryption::default()).then_some(encryption),
            store: section.store.as_ref().map(|store| StoreSettings::of(store, folder)),
        }
    }
}

impl StoreSettings {
    fn of(section: &StoreSection, folder: &Path) -> Self {
        let place = if let Some(rest) = section.url.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_matches('/').to_owned();
            StorePlace::Bucket { bucket: bucket.to_owned(), prefix }
        } else {
            let path = section.url.strip_prefix("file://").unwrap_or(&section.url);
            StorePlace::Folder(joined(folder, path))
        };
        let or =
            |value: &Option<String>, usual: &str| value.clone().unwrap_or_else(|| usual.to_owned());
        Self {
            place,
            endpoint: section.endpoint.clone(),
            region: or(&section.region, "us-east-1"),
            access_key_env: or(&section.access_key_env, "AWS_ACCESS_KEY_ID"),
            secret_key_env: or(&section.secret_key_env, "AWS_SECRET_ACCESS_KEY"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        let section: BackupSection = toml::from_str(text).unwrap();
        Settings::of(&section, Path::new("/fleet"))
    }

    #[test]
    fn without_a_word_backups_lie_beside_the_fleet() {
        let usual = Settings::default_in(Path::new("/fleet"));
        assert_eq!(usual.folder, Path::new("/fleet/.radoub/backups"));
        assert_eq!((usual.via, usual.level, usual.jobs), (Via::Auto, 3, 2));
        assert_eq!(usual.retention, Retention { keep: 7, days: 30 });
        assert_eq!((usual.encryption, usual.store), (None, None));
    }

    #[test]
    fn every_word_of_the_section_has_its_effect() {
        let said = settings(
            "dir = '../b'\nvia = 'container'\ncompression = 9\nkeep = 2\nkeep_days = 0\n\
             recipients = ['age1x']\nidentity_env = 'KEY'\n\
             [store]\nurl = 's3://bucket/a/b/'\nendpoint = 'http://127.0.0.1:9000'\n",
        );
        assert_eq!(said.folder, Path::new("/b"));
        assert_eq!((said.via, said.level), (Via::Container, 9));
        let encryption = said.encryption.unwrap();
        assert_eq!(encryption.recipients, ["age1x"]);
        assert_eq!(encryption.identity, Some(SecretSource::Variable("KEY".to_owned())));
        assert_eq!(said.store.unwrap().place.shown(), "s3://bucket/a/b");
    }

    #[test]
    fn a_store_may_be_a_folder() {
        for (url, folder) in [("file:///mnt/b", "/mnt/b"), ("copies", "/fleet/copies")] {
            let said = settings(&format!("[store]\nurl = '{url}'\n"));
            assert_eq!(said.store.unwrap().place, StorePlace::Folder(PathBuf::from(folder)));
        }
    }
}
