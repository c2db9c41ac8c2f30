//! What a saved plan was made for, and what moved since.
//!
//! A plan is only good for the very files, rows, catalog and server that it was made of. What differs
//! is named, one by one, so that a person sees whether it matters.

use radoub_postgres::survey::Identity;
use radoub_schema::migration::Applied;
use radoub_schema::model::outline::{Difference, Outline};
use serde::{Deserialize, Serialize};

use crate::observe::Observed;
use crate::state::State;

/// What one service was like when its plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bound {
    /// Its state, as in `--json`.
    pub state: String,
    /// Its migrations on disk, in order.
    pub files: Vec<BoundFile>,
    /// The rows of its ledger, by the time they were started; `None` without a ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Vec<BoundRow>>,
    /// Its server and database; `None` when it did not answer, or is not there yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<BoundServer>,
    /// The sum of its catalog's outline, which the plan keeps once for all that share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

/// A migration on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundFile {
    /// Its name.
    pub migration: String,
    /// The checksum of its script; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundRow {
    /// Its id.
    pub id: String,
    /// Its migration.
    pub migration: String,
    /// Its checksum.
    pub checksum: String,
    /// `applied`, `failed` or `rolled-back`.
    pub state: String,
    /// How many statements it counts.
    pub steps: i32,
}

/// A server, and the database on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BoundServer {
    /// Host and port, as connected to.
    pub address: String,
    /// Name of the database.
    pub database: String,
    /// Its object id.
    pub oid: u32,
    /// `server_version_num`.
    pub version: u32,
    /// The number of the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_identifier: Option<String>,
    /// The timeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<String>,
    /// How many bytes of write-ahead log there were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wal_position: Option<u64>,
    /// Where it keeps its data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_directory: Option<String>,
}

/// Something that is not as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// The plan does not name the service, nor one whose database is in the same state.
    NotPlanned,
    /// Other deeds would be done now: another version of radoub sees it otherwise.
    OtherWork,
    /// The state is another one: unreachable now, or created meanwhile.
    State {
        /// As in `--json`.
        was: String,
        /// As in `--json`.
        is: String,
    },
    /// A script was edited.
    FileEdited {
        /// Its migration.
        migration: String,
    },
    /// A migration came to the folder.
    FileAdded {
        /// Which.
        migration: String,
    },
    /// A migration went from the folder.
    FileRemoved {
        /// Which.
        migration: String,
    },
    /// A ledger came into being, or went.
    Ledger {
        /// Whether it is there now.
        is_there: bool,
    },
    /// A row came to the ledger.
    RowAdded {
        /// Its migration.
        migration: String,
        /// `applied`, `failed` or `rolled-back`.
        state: String,
    },
    /// A row went from the ledger.
    RowRemoved {
        /// Its migration.
        migration: String,
    },
    /// A row of the ledger is another one.
    RowChanged {
        /// Its migration.
        migration: String,
    },
    /// The server or the database is another one, though it may have the same name.
    Server {
        /// In what it differs.
        fact: ServerFact,
        /// As it was.
        was: String,
        /// As it is.
        is: String,
    },
    /// The catalog has something more.
    SchemaAdded {
        /// Kind and name.
        what: String,
        /// What it is.
        is: String,
    },
    /// The catalog lacks something.
    SchemaRemoved {
        /// Kind and name.
        what: String,
    },
    /// Something of the catalog is another one.
    SchemaChanged {
        /// Kind and name.
        what: String,
        /// As it was.
        was: String,
        /// As it is.
        is: String,
    },
}

/// In what two servers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServerFact {
    /// Host and port.
    Address,
    /// The name of the database.
    Database,
    /// The object id of the database: it was dropped and made anew.
    Oid,
    /// The version of the server.
    Version,
    /// The number of the cluster: another `initdb`.
    SystemIdentifier,
    /// The timeline: a standby or a backup was promoted.
    Timeline,
    /// The write-ahead log is shorter than it was: an older copy.
    WalPosition,
    /// The folder of the data: a copy in another place.
    DataDirectory,
}

impl ServerFact {
    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Database => "database",
            Self::Oid => "oid",
            Self::Version => "version",
            Self::SystemIdentifier => "system-identifier",
            Self::Timeline => "timeline",
            Self::WalPosition => "wal-position",
            Self::DataDirectory => "data-directory",
        }
    }
}

impl Moved {
    /// The name in `--json` and in the keys of the locale files.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NotPlanned => "not-planned",
            Self::OtherWork => "other-work",
            Self::State { .. } => "state",
            Self::FileEdited { .. } => "file-edited",
            Self::FileAdded { .. } => "file-added",
            Self::FileRemoved { .. } => "file-removed",
            Self::Ledger { is_there: true } => "ledger-added",
            Self::Ledger { is_there: false } => "ledger-removed",
            Self::RowAdded { .. } => "row-added",
            Self::RowRemoved { .. } => "row-removed",
            Self::RowChanged { .. } => "row-changed",
            Self::Server { .. } => "server",
            Self::SchemaAdded { .. } => "schema-added",
            Self::SchemaRemoved { .. } => "schema-removed",
            Self::SchemaChanged { .. } => "schema-changed",
        }
    }
}

fn row(applied: &Applied) -> BoundRow {
    let state = match (applied.rolled_back_at, applied.finished_at) {
        (Some(_), _) => "rolled-back",
        (None, Some(_)) => "applied",
        (None, None) => "failed",
    };
    BoundRow {
        id: applied.id.clone(),
        migration: applied.name.to_string(),
        checksum: applied.checksum.clone(),
        state: state.to_owned(),
        steps: applied.applied_steps_count,
    }
}

impl Bound {
    /// What a service is like now.
    pub fn of(one: &Observed) -> Self {
        let files = one.on_disk.migrations.iter().map(|migration| BoundFile {
            migration: migration.name.to_string(),
            checksum: migration.script.as_ref().map(|it| it.checksum().to_string()),
        });
        let identity = one.survey.as_ref().map_or_else(Identity::default, |it| it.identity.clone());
        let server = one.database.as_ref().map(|database| BoundServer {
            address: database.server.clone(),
            database: database.name.clone(),
            oid: database.oid,
            version: database.version,
            system_identifier: database.system_identifier.clone(),
            timeline: identity.timeline,
            wal_position: identity.wal_position,
            data_directory: identity.data_directory,
        });
        Self {
            state: one.state.as_str().to_owned(),
            files: files.collect(),
            ledger: one.ledger.as_ref().map(|rows| rows.iter().map(row).collect()),
            server,
            schema: one.outline.as_ref().map(|it| it.fingerprint().to_string()),
        }
    }

    /// Whether another database is in the same state: same files, same rows (their ids aside), same
    /// catalog, same major version of the server.
    pub fn is_like(&self, other: &Self) -> bool {
        let rows = |bound: &Self| {
            let row = |row: &BoundRow| {
                (row.migration.clone(), row.checksum.clone(), row.state.clone(), row.steps)
            };
            bound.ledger.as_ref().map(|rows| rows.iter().map(row).collect::<Vec<_>>())
        };
        let major = |bound: &Self| bound.server.as_ref().map(|it| it.version / 10_000);
        self.schema.is_some()
            && self.schema == other.schema
            && self.files == other.files
            && rows(self) == rows(other)
            && major(self) == major(other)
    }

    /// What of a service is not as it was; `outline` is the catalog as it was.
    pub fn moved(&self, now: &Observed, outline: Option<&Outline>) -> Vec<Moved> {
        let is = Self::of(now);
        let mut moved = Vec::new();
        // Everything else follows from a service that does not answer.
        let lost =
            [State::Unreachable, State::Invalid, State::NotApplicable, State::DatabaseMissing];
        if self.state != is.state && lost.iter().any(|it| it.as_str() == is.state) {
            return vec![Moved::State { was: self.state.clone(), is: is.state }];
        }
        if let (Some(was), Some(is)) = (&self.server, &is.server) {
            moved.extend(was.moved(is));
        } else if self.server.is_some() != is.server.is_some() {
            moved.push(Moved::State { was: self.state.clone(), is: is.state.clone() });
        }
        moved.extend(self.files_moved(&is));
        moved.extend(self.rows_moved(&is));
        if let (Some(was), Some(is)) = (outline, &now.outline) {
            moved.extend(was.differences(is).into_iter().map(|it| match it {
                Difference::Added { what, is } => Moved::SchemaAdded { what, is },
                Difference::Removed { what } => Moved::SchemaRemoved { what },
                Difference::Changed { what, was, is } => Moved::SchemaChanged { what, was, is },
            }));
        }
        moved
    }

    fn files_moved(&self, now: &Self) -> Vec<Moved> {
        let mut moved = Vec::new();
        for was in &self.files {
            let migration = was.migration.clone();
            match now.files.iter().find(|it| it.migration == was.migration) {
                None => moved.push(Moved::FileRemoved { migration }),
                Some(is) if is.checksum != was.checksum => {
                    moved.push(Moved::FileEdited { migration });
                }
                Some(_) => {}
            }
        }
        let is_new = |it: &&BoundFile| !self.files.iter().any(|was| was.migration == it.migration);
        let new = now.files.iter().filter(is_new);
        moved.extend(new.map(|it| Moved::FileAdded { migration: it.migration.clone() }));
        moved
    }

    fn rows_moved(&self, now: &Self) -> Vec<Moved> {
        let (was, is) = match (&self.ledger, &now.ledger) {
            (None, None) => return Vec::new(),
            (Some(_), None) => return vec![Moved::Ledger { is_there: false }],
            (None, Some(rows)) => (&Vec::new(), rows),
            (Some(was), Some(is)) => (was, is),
        };
        let mut moved = Vec::new();
        if self.ledger.is_none() {
            moved.push(Moved::Ledger { is_there: true });
        }
        for old in was {
            let migration = old.migration.clone();
            match is.iter().find(|it| it.id == old.id) {
                None => moved.push(Moved::RowRemoved { migration }),
                Some(new) if new != old => moved.push(Moved::RowChanged { migration }),
                Some(_) => {}
            }
        }
        let is_new = |it: &&BoundRow| !was.iter().any(|old| old.id == it.id);
        moved.extend(is.iter().filter(is_new).map(|it| Moved::RowAdded {
            migration: it.migration.clone(),
            state: it.state.clone(),
        }));
        moved
    }
}

impl BoundServer {
    /// In what another server differs from this one. What either does not tell is not compared.
    pub fn moved(&self, is: &Self) -> Vec<Moved> {
        let mut moved = Vec::new();
        let mut compare = |fact, was: Option<String>, is: Option<String>| {
            if let (Some(was), Some(is)) = (was, is)
                && was != is
            {
                moved.push(Moved::Server { fact, was, is });
            }
        };
        let identifier = |it: &Self| it.system_identifier.clone();
        // One server may be reached under several addresses; where it says who it is, that counts.
        if identifier(self).is_none() || identifier(self) != identifier(is) {
            compare(ServerFact::Address, Some(self.address.clone()), Some(is.address.clone()));
        }
        compare(ServerFact::Database, Some(self.database.clone()), Some(is.database.clone()));
        compare(ServerFact::SystemIdentifier, identifier(self), identifier(is));
        compare(ServerFact::Version, Some(self.version.to_string()), Some(is.version.to_string()));
        compare(ServerFact::Oid, Some(self.oid.to_string()), Some(is.oid.to_string()));
        compare(ServerFact::Timeline, self.timeline.clone(), is.timeline.clone());
        let folder = |it: &Self| it.data_directory.clone();
        compare(ServerFact::DataDirectory, folder(self), folder(is));
        // Of another cluster it says nothing.
        let is_same = identifier(self) == identifier(is) && self.timeline == is.timeline;
        if let (true, Some(was), Some(is)) = (is_same, self.wal_position, is.wal_position)
            && is < was
        {
            let (was, is) = (was.to_string(), is.to_string());
            moved.push(Moved::Server { fact: ServerFact::WalPosition, was, is });
        }
        moved
    }
}
