//! What is remembered of a service before something happens to it: counts and sums of its tables, a few rows, what
//! was wrong with its data already, how fast it answered.
//!
//! A file of JSON in the state folder, for one run or until somebody asks. It holds rows of tables, shortened and
//! without columns that look secret, so only its owner may read it. What is made of it is settled in
//! [`super::compare`].

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use radoub_postgres::census::{Census, Counted, Known, LeftOutBecause};
use radoub_postgres::snapshot::Writes;
use radoub_schema::name::{Ident, ObjectName};
use serde::{Deserialize, Serialize};

use super::data::DataFinding;
use super::times::Times;
use crate::fleet::ServiceName;
use crate::journal::folder::digest;

/// The version of the format that is written; later ones are refused.
pub const FORMAT: u32 = 1;

/// How many memories are kept; older ones go when a new one is written.
const KEPT: usize = 20;

/// What was remembered, of one service or of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Memory {
    /// Version of this format.
    pub format: u32,
    /// The fleet.
    pub project: String,
    /// The services.
    pub services: Vec<Remembered>,
}

/// What was remembered of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remembered {
    /// The service.
    pub service: String,
    /// When, by the clock of its server.
    pub taken_at: Timestamp,
    /// `server_version_num`: sums of other major versions do not compare.
    pub version: i32,
    /// The number of the cluster, when the role may ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_identifier: Option<String>,
    /// Object id of the database.
    pub database: u32,
    /// Whether its containers ran, or sessions of others were open: it may write at any time.
    pub in_use: bool,
    /// Its tables.
    pub tables: Vec<TableMemory>,
    /// Tables that were not counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutTable>,
    /// What was wrong with its data already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
    /// How fast its health route answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableMemory {
    /// Its namespace.
    pub schema: String,
    /// Its name.
    pub table: String,
    /// The columns that tell its rows apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// The largest value of a key that is one integer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upto: Option<i64>,
    /// How many rows.
    pub rows: i64,
    /// The sum over its keys, or over whole rows without a key.
    pub identity: String,
    /// Name, type and sum of each column.
    pub columns: Vec<(String, String, String)>,
    /// Rows inserted, updated and deleted since the server began to count.
    pub writes: (i64, i64, i64),
    /// A few rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Row>,
}

/// A few values of one row, shortened; columns that look secret are not among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The values of its key.
    pub key: Vec<String>,
    /// Names and values; `None` for NULL.
    pub values: Vec<(String, Option<String>)>,
}

/// A table that was not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutTable {
    /// Its quoted name.
    pub table: String,
    /// `unreadable`, `budget`, `locked` or `refused`.
    pub because: String,
    /// What the server said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Bytes on disk.
    pub bytes: i64,
}

impl TableMemory {
    /// Its name.
    pub(super) fn name(&self) -> ObjectName {
        ObjectName::in_namespace(self.schema.as_str(), self.table.as_str())
    }

    fn of(counted: &Counted) -> Self {
        let Writes { inserted, updated, deleted } = counted.writes;
        let names = |all: &[Ident]| all.iter().map(|it| it.as_str().to_owned()).collect();
        let columns = counted.columns.iter();
        let samples = counted.samples.iter().map(|sample| Row {
            key: sample.key.clone(),
            values: sample
                .values
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.clone()))
                .collect(),
        });
        Self {
            schema: counted.name.namespace.as_ref().map_or("", Ident::as_str).to_owned(),
            table: counted.name.name.as_str().to_owned(),
            key: names(&counted.key),
            upto: counted.upto,
            rows: counted.rows,
            identity: counted.identity.clone(),
            columns: columns
                .map(|it| (it.column.as_str().to_owned(), it.form.clone(), it.sum.clone()))
                .collect(),
            writes: (inserted, updated, deleted),
            samples: samples.collect(),
        }
    }
}

impl Remembered {
    /// What a census says, and what else was seen at that time.
    pub(super) fn of(
        service: &ServiceName,
        census: &Census,
        runs: bool,
        faults: Vec<String>,
        times: Option<Times>,
    ) -> Self {
        Self {
            service: service.to_string(),
            taken_at: Timestamp::try_from(census.taken_at).unwrap_or_default(),
            version: census.database.version_number,
            system_identifier: census.database.system_identifier.clone(),
            database: census.database.database_oid,
            in_use: runs || census.others > 0,
            tables: census.tables.iter().map(TableMemory::of).collect(),
            left_out: left_out(census),
            faults,
            times,
        }
    }

    /// Whether this was wrong with the data already.
    pub(crate) fn knows(&self, found: &DataFinding) -> bool {
        self.faults.contains(&found.name())
    }

    /// How many rows there are.
    pub fn rows(&self) -> i64 {
        self.tables.iter().map(|it| it.rows).sum()
    }

    /// What the next census has to know.
    pub(super) fn known(&self) -> BTreeMap<ObjectName, Known> {
        let known = |table: &TableMemory| Known {
            key: table.key.iter().map(|it| Ident::new(it.as_str())).collect(),
            upto: table.upto,
            samples: table.samples.iter().map(|it| it.key.clone()).collect(),
        };
        self.tables.iter().map(|it| (it.name(), known(it))).collect()
    }
}

/// The tables that a census does not speak of.
pub(super) fn left_out(census: &Census) -> Vec<LeftOutTable> {
    let word = |because: &LeftOutBecause| match because {
        LeftOutBecause::Unreadable => ("unreadable", None),
        LeftOutBecause::Budget => ("budget", None),
        LeftOutBecause::Locked => ("locked", None),
        LeftOutBecause::Refused(said) => ("refused", Some(said.clone())),
    };
    let of = census.left_out.iter().map(|it| {
        let (because, said) = word(&it.because);
        LeftOutTable {
            table: it.name.to_string(),
            because: because.to_owned(),
            said,
            bytes: it.bytes,
        }
    });
    of.collect()
}

/// Why a memory cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The file or folder cannot be used.
    #[error("cannot use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is none, or was changed.
    #[error("{} is not what was remembered: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Nothing was ever remembered.
    #[error("nothing is remembered in {}", folder.display())]
    Nothing {
        /// Where it would be.
        folder: PathBuf,
    },
}

/// Where memories are kept: a folder of files, the newest last by name.
#[derive(Debug, Clone)]
pub struct Memories {
    folder: PathBuf,
}

impl Memories {
    /// Those below a state folder, or below the folder of a run. Nothing is made.
    pub fn below(folder: &Path) -> Self {
        Self { folder: folder.join("memory") }
    }

    /// Writes a memory under a name of its own; gives the path and the SHA-256 of its bytes.
    ///
    /// # Errors
    ///
    /// [`MemoryError::File`].
    pub fn write(&self, name: &str, memory: &Memory) -> Result<(PathBuf, String), MemoryError> {
        let path = self.folder.join(format!("{name}.json"));
        let failed = |source| MemoryError::File { path: path.clone(), source };
        fs::create_dir_all(&self.folder).map_err(failed)?;
        let bytes = serde_json::to_vec(memory).map_err(|error| failed(error.into()))?;
        let part = path.with_extension("part");
        let write = || -> io::Result<()> {
            let mut file = private(&part)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&part, &path)
        };
        write().map_err(failed)?;
        Ok((path.clone(), digest(&bytes)))
    }

    /// Writes a memory under the time of now, and takes the oldest ones away.
    ///
    /// # Errors
    ///
    /// [`MemoryError::File`].
    pub fn remember(&self, memory: &Memory) -> Result<PathBuf, MemoryError> {
        let name = Timestamp::now().strftime("%Y%m%d_%H%M%S_%3f").to_string();
        let (path, _) = self.write(&name, memory)?;
        let files = self.files()?;
        for old in files.iter().rev().skip(KEPT) {
            fs::remove_file(old)
                .map_err(|source| MemoryError::File { path: old.clone(), source })?;
        }
        Ok(path)
    }

    /// For each of these services the newest of what is remembered of it.
    ///
    /// # Errors
    ///
    /// [`MemoryError`], [`MemoryError::Nothing`] when there is nothing of any of them.
    pub fn last(&self, services: &[&str]) -> Result<Vec<Remembered>, MemoryError> {
        let mut found: Vec<Remembered> = Vec::new();
        for path in self.files()?.into_iter().rev() {
            if found.len() == services.len() {
                break;
            }
            for one in read(&path, None)?.services {
                let is_wanted = services.contains(&one.service.as_str());
                if is_wanted && !found.iter().any(|it| it.service == one.service) {
                    found.push(one);
                }
            }
        }
        if found.is_empty() {
            return Err(MemoryError::Nothing { folder: self.folder.clone() });
        }
        Ok(found)
    }

    /// The files, the oldest first.
    fn files(&self) -> Result<Vec<PathBuf>, MemoryError> {
        let failed = |source| MemoryError::File { path: self.folder.clone(), source };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(failed(source)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|it| it == "json") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Reads a memory; with the SHA-256 of its bytes when that is known.
///
/// # Errors
///
/// [`MemoryError`].
pub fn read(path: &Path, sha256: Option<&str>) -> Result<Memory, MemoryError> {
    let bytes =
        fs::read(path).map_err(|source| MemoryError::File { path: path.to_path_buf(), source })?;
    let malformed = |reason: String| MemoryError::Malformed { path: path.to_path_buf(), reason };
    if sha256.is_some_and(|it| it != digest(&bytes)) {
        return Err(malformed("it was changed".to_owned()));
    }
    let memory: Memory =
        serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
    if memory.format > FORMAT {
        return Err(malformed(format!("it has format {}", memory.format)));
    }
    Ok(memory)
}

/// The name of a service as a file may have it.
pub(crate) fn file_name(service: &ServiceName) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let plain: String =
        service.as_str().chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    if plain == service.as_str() {
        plain
    } else {
        // `a/b` and `a_b` are two services.
        format!("{plain}-{}", &digest(service.as_str().as_bytes())[..8])
    }
}

/// A new file that only its owner may read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
