//! `[backup]` of `radoub.toml`, as written; what it means is settled in [`crate::backup::settings`].

use schemars::JsonSchema;
use serde::Deserialize;

/// Backups: where they are kept, for how long, for whom they are encrypted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BackupSection {
    /// Folder of the catalogue, relative to this file; `.radoub/backups` otherwise.
    pub(crate) dir: Option<String>,
    /// Where pg_dump runs: on this machine (`host`), in the Compose container of the server
    /// (`container`), or on whichever has one that fits the server's version (`auto`).
    pub(crate) via: Option<ViaWord>,
    /// Folder with pg_dump and pg_restore, relative to this file; the usual places otherwise.
    pub(crate) programs: Option<String>,
    /// Level of zstd, from 1 (fast) to 19 (small); 3 otherwise.
    #[schemars(range(min = 1, max = 19))]
    pub(crate) compression: Option<u8>,
    /// How many databases are dumped at once; 2 otherwise.
    #[schemars(range(min = 1))]
    pub(crate) jobs: Option<usize>,
    /// How many backups of each service `radoub backup prune` leaves at least.
    #[schemars(range(min = 1))]
    pub(crate) keep: Option<usize>,
    /// For how many days `radoub backup prune` leaves a backup at least.
    pub(crate) keep_days: Option<u32>,
    /// Public keys (`age1…`) that backups are encrypted for.
    pub(crate) recipients: Vec<String>,
    /// File with such keys, a line each, relative to this file.
    pub(crate) recipients_file: Option<String>,
    /// File with the secret key that opens backups, as `age-keygen` writes it, relative to this file.
    pub(crate) identity_file: Option<String>,
    /// Variable that holds that key.
    pub(crate) identity_env: Option<String>,
    /// Program and arguments that print that key within ten seconds; no shell is involved.
    pub(crate) identity_command: Option<Vec<String>>,
    /// File with a passphrase that encrypts and opens backups, relative to this file.
    pub(crate) passphrase_file: Option<String>,
    /// Variable that holds that passphrase.
    pub(crate) passphrase_env: Option<String>,
    /// Program and arguments that print that passphrase within ten seconds.
    pub(crate) passphrase_command: Option<Vec<String>>,
    /// A second home of backups: a bucket or another folder.
    pub(crate) store: Option<StoreSection>,
}

/// Where pg_dump runs.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ViaWord {
    /// On whichever has one that fits.
    Auto,
    /// On this machine.
    Host,
    /// In the Compose container of the server.
    Container,
}

/// A second home of backups.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreSection {
    /// `s3://bucket/prefix`, or a folder, relative to this file.
    pub(crate) url: String,
    /// Address of a store that speaks S3 and is not Amazon's: `https://minio.example.org`.
    pub(crate) endpoint: Option<String>,
    /// Region of the bucket; `us-east-1` otherwise.
    pub(crate) region: Option<String>,
    /// Variable that holds the access key; `AWS_ACCESS_KEY_ID` otherwise.
    pub(crate) access_key_env: Option<String>,
    /// Variable that holds its secret; `AWS_SECRET_ACCESS_KEY` otherwise.
    pub(crate) secret_key_env: Option<String>,
}
