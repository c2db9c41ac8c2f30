//! What is known of one backup: the file `manifest.json` beside its data, and what is added later when
//! the backup was verified or copied to its second home.
//!
//! Only the form is settled here; [`super::catalogue`] reads and writes the files. No secret is among it.

use jiff::Timestamp;
use radoub_postgres::server::{Grant, Properties, Provider, Setting};
use radoub_postgres::snapshot::{Identity, Table, Writes};
use radoub_schema::migration::Applied;
use radoub_schema::name::ObjectName;
use serde::{Deserialize, Serialize};

/// The version of the format that is written; later ones are refused.
pub const FORMAT: u32 = 1;

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// Its name: service, day and time (UTC).
    pub id: String,
    /// The set of backups that were taken together: day and time, or the run that took them.
    pub set: String,
    /// The fleet.
    pub project: String,
    /// The service.
    pub service: String,
    /// Other services on the same database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// The server.
    pub server: ServerFacts,
    /// The database besides its contents.
    pub database: DatabaseFacts,
    /// When work began, by the clock of this machine.
    pub started_at: Timestamp,
    /// When the data was on disk.
    pub finished_at: Timestamp,
    /// The moment that the data shows, by the server's clock.
    pub snapshot_at: Timestamp,
    /// What made the dump.
    pub program: ProgramFacts,
    /// The data.
    pub data: DataFacts,
    /// Every table with its rows, counted in the snapshot of the dump.
    pub tables: Vec<TableFacts>,
    /// Rows of `_prisma_migrations`, in Prisma's order; `None` when there is no such table.
    pub ledger: Option<Vec<LedgerFacts>>,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerFacts {
    /// Host and port as connected to.
    pub address: String,
    /// `server_version_num`.
    pub version: i32,
    /// The number of the cluster, when the role may ask.
    pub system_identifier: Option<String>,
}

/// A database besides its contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseFacts {
    /// Its name.
    pub name: String,
    /// Object id.
    pub oid: u32,
    /// Bytes on disk, indexes included.
    pub bytes: i64,
    /// Role that owns it.
    pub owner: String,
    /// Encoding.
    pub encoding: String,
    /// `LC_COLLATE`.
    pub collate: String,
    /// `LC_CTYPE`.
    pub ctype: String,
    /// `libc`, `icu` or `builtin`.
    pub provider: String,
    /// Locale of the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Rules on top of an ICU locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// Tablespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
    /// Connections at most.
    pub connection_limit: i32,
    /// Comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Rights: role (empty for everybody), right, a `*` behind it when it may be handed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<(String, String)>>,
    /// Settings: role (empty for every), `name=value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<(String, String)>,
}

/// What made a dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgramFacts {
    /// `pg_dump`.
    pub name: String,
    /// Its version, `15.18`.
    pub version: String,
    /// `host`, or the name of the container.
    pub place: String,
}

/// The stored data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataFacts {
    /// Name of the file, beside the manifest.
    pub file: String,
    /// `custom`: what `pg_restore` reads.
    pub format: String,
    /// `zstd`.
    pub compression: String,
    /// Bytes as stored.
    pub bytes: u64,
    /// Bytes as `pg_dump` wrote them.
    pub plain_bytes: u64,
    /// SHA-256 of the stored bytes, as `sha256sum` prints it.
    pub sha256: String,
    /// For whom it is encrypted: public keys, or the word `passphrase`; empty for nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableFacts {
    /// Namespace.
    pub schema: String,
    /// Name.
    pub name: String,
    /// Rows.
    pub rows: i64,
    /// Rows inserted, updated, deleted since the server began to count.
    pub writes: (i64, i64, i64),
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerFacts {
    /// Name of the migration.
    pub migration: String,
    /// Stored checksum.
    pub checksum: String,
    /// `applied`, `failed` or `rolled-back`.
    pub state: String,
}

/// That a backup was read back whole: the file `verified.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// Version of this format.
    pub format: u32,
    /// When.
    pub at: Timestamp,
    /// On which server: `server` for the service's own, `local` for a temporary one that does not know its roles.
    pub place: String,
    /// Checksum of the bytes that were read, to tell data that was changed afterwards.
    pub sha256: String,
    /// Tables whose rows were counted and found equal.
    pub tables: usize,
    /// Rows in them.
    pub rows: i64,
    /// How long it took.
    pub milliseconds: u64,
}

/// That a backup lies in its second home too: the file `stored.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stored {
    /// Version of this format.
    pub format: u32,
    /// Since when.
    pub at: Timestamp,
    /// Where, without secrets.
    pub place: String,
}

impl ServerFacts {
    /// The facts of a server.
    pub fn of(address: String, identity: &Identity) -> Self {
        Self {
            address,
            version: identity.version_number,
            system_identifier: identity.system_identifier.clone(),
        }
    }
}

impl DatabaseFacts {
    /// The facts of a database.
    pub fn of(name: &str, properties: &Properties) -> Self {
        let right = |grant: &Grant| {
            let option = if grant.grantable { "*" } else { "" };
            (grant.role.clone(), format!("{}{option}", grant.privilege))
        };
        Self {
            name: name.to_owned(),
            oid: properties.oid,
            bytes: properties.bytes,
            owner: properties.owner.clone(),
            encoding: properties.encoding.clone(),
            collate: properties.collate.clone(),
            ctype: properties.ctype.clone(),
            provider: properties.provider.as_str().to_owned(),
            locale: properties.locale.clone(),
            rules: properties.rules.clone(),
            tablespace: properties.tablespace.clone(),
            connection_limit: properties.connection_limit,
            comment: properties.comment.clone(),
            grants: properties.grants.as_ref().map(|it| it.iter().map(right).collect()),
            settings: properties
                .settings
                .iter()
                .map(|it| (it.role.clone(), it.line.clone()))
                .collect(),
        }
    }

    /// The same for the door to the database.
    pub fn properties(&self) -> Properties {
        let grant = |(role, right): &(String, String)| Grant {
            role: role.clone(),
            privilege: right.trim_end_matches('*').to_owned(),
            grantable: right.ends_with('*'),
        };
        Properties {
            oid: self.oid,
            owner: self.owner.clone(),
            encoding: self.encoding.clone(),
            collate: self.collate.clone(),
            ctype: self.ctype.clone(),
            provider: Provider::of(&self.provider),
            locale: self.locale.clone(),
            rules: self.rules.clone(),
            tablespace: self.tablespace.clone(),
            connection_limit: self.connection_limit,
            comment: self.comment.clone(),
            grants: self.grants.as_ref().map(|it| it.iter().map(grant).collect()),
            settings: self
                .settings
                .iter()
                .map(|(role, line)| Setting { role: role.clone(), line: line.clone() })
                .collect(),
            bytes: self.bytes,
        }
    }
}

impl TableFacts {
    /// The facts of a counted table.
    pub fn of(table: &Table) -> Self {
        let Writes { inserted, updated, deleted } = table.writes;
        Self {
            schema: table.namespace().to_owned(),
            name: table.name.name.as_str().to_owned(),
            rows: table.rows.unwrap_or(0),
            writes: (inserted, updated, deleted),
        }
    }

    /// Its name, quoted.
    pub fn object(&self) -> ObjectName {
        ObjectName::in_namespace(self.schema.as_str(), self.name.as_str())
    }

    /// Its name for people: without the namespace when that is `public`.
    pub fn shown(&self) -> String {
        match self.schema.as_str() {
            "public" => self.name.clone(),
            schema => format!("{schema}.{}", self.name),
        }
    }
}

impl LedgerFacts {
    /// The facts of a row.
    pub fn of(row: &Applied) -> Self {
        let state = match (row.is_standing(), row.is_failed()) {
            (false, _) => "rolled-back",
            (true, true) => "failed",
            (true, false) => "applied",
        };
        Self {
            migration: row.name.to_string(),
            checksum: row.checksum.clone(),
            state: state.to_owned(),
        }
    }
}

impl Manifest {
    /// Rows of all tables.
    pub fn rows(&self) -> i64 {
        self.tables.iter().map(|it| it.rows).sum()
    }

    /// Whether it is a backup of this service's database, under this or another name of the service.
    pub fn is_of(&self, service: &str) -> bool {
        self.service == service || self.also.iter().any(|it| it == service)
    }
}
