//! The folder of the journals: one folder a run, and who is at work now.
//!
//! `.radoub/runs/RUN/` holds `journal.jsonl` and `plan.json`. `.radoub/active/RUN.lock` is locked by
//! the process at work, which the system lets go however the process ends; beside it `RUN.json` says
//! who that is. A service has one process at work at a time. Nobody waits in a blocking lock.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::fact::{FORMAT, Fact, Previous, Who};
use super::id::RunId;
use super::line::Sum;
use super::pen::{Pen, Sync};
use super::reader;
use super::story::Story;
use super::{Journal, JournalError};
use crate::fleet::ServiceName;

/// How long the moment may take in which somebody else looks who is at work.
const MOMENT: Duration = Duration::from_secs(5);

/// The journals of a fleet.
#[derive(Debug, Clone)]
pub struct Journals {
    folder: PathBuf,
}

/// Somebody at work on some of the same services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtWork {
    /// Its run.
    pub run: String,
    /// Who.
    pub by: Who,
    /// Since when.
    pub since: jiff::Timestamp,
    /// On which services.
    pub services: BTreeSet<String>,
}

/// Why work cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Somebody else works on some of these services.
    #[error("{} of {} works on {} since {}", .0.by.user, .0.by.host, .0.services.iter().next().map_or("", String::as_str), .0.since)]
    Taken(Box<AtWork>),
    /// The folder cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Why a run cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// There is none, or no file of it.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A record was changed, left out or moved.
    #[error("{}, line {line}: this record is not the one that was written", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
    /// There is no record in it: a crash came before the first.
    #[error("{} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The plan beside it is not the one that the run began with.
    #[error("{} is not the plan that the run began with", path.display())]
    OtherPlan {
        /// The file.
        path: PathBuf,
    },
}

/// The right to work on some services; it ends with the value, or with the process.
#[derive(Debug)]
pub struct Claim {
    journals: Journals,
    run: RunId,
    services: BTreeSet<String>,
    lock: Option<File>,
}

impl Journals {
    /// Those below the state folder of a fleet, `.radoub` by habit. Nothing is made.
    pub fn below(state_folder: &Path) -> Self {
        Self { folder: state_folder.to_path_buf() }
    }

    /// The state folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of one run.
    pub fn folder_of(&self, run: &RunId) -> PathBuf {
        self.folder.join("runs").join(run.as_str())
    }

    fn journal_of(&self, run: &RunId) -> PathBuf {
        self.folder_of(run).join("journal.jsonl")
    }

    /// All runs, the oldest first; none where nothing was ever run.
    ///
    /// # Errors
    ///
    /// [`JournalError`] when the folder is there and cannot be read.
    pub fn runs(&self) -> Result<Vec<RunId>, JournalError> {
        let folder = self.folder.join("runs");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(JournalError { path: folder, source }),
        };
        let mut runs = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| JournalError { path: folder.clone(), source })?;
            let run = entry.file_name().to_str().and_then(RunId::parse);
            // A crash before the first record leaves a folder in which nothing happened.
            runs.extend(run.filter(|run| self.journal_of(run).exists()));
        }
        runs.sort();
        Ok(runs)
    }

    /// What the journal of a run tells.
    ///
    /// # Errors
    ///
    /// [`StoryError`].
    pub fn story(&self, run: &RunId) -> Result<Story, StoryError> {
        let path = self.journal_of(run);
        let bytes = fs::read(&path)
            .map_err(|source| StoryError::Unreadable { path: path.clone(), source })?;
        let read = reader::read(&bytes)
            .map_err(|broken| StoryError::Broken { path: path.clone(), line: broken.line })?;
        let story = Story::new(run.clone(), read.records, read.is_torn, read.sum.0);
        if story.told.is_empty() {
            return Err(StoryError::Empty { path });
        }
        Ok(story)
    }

    /// The plan that a run began with, byte for byte.
    ///
    /// # Errors
    ///
    /// [`StoryError`], also when it is not the one that the journal names.
    pub fn plan(&self, story: &Story) -> Result<Vec<u8>, StoryError> {
        let path = self.folder_of(&story.run).join("plan.json");
        let bytes = fs::read(&path)
            .map_err(|source| StoryError::Unreadable { path: path.clone(), source })?;
        let named = story.opening().map(|opening| opening.plan);
        if named == Some(digest(&bytes).as_str()) {
            Ok(bytes)
        } else {
            Err(StoryError::OtherPlan { path })
        }
    }

    /// Whether the run before this one, in this folder, is the one that it names; `None` when it
    /// names none, or that one was taken away.
    pub fn follows(&self, story: &Story) -> Option<bool> {
        let previous = story.opening()?.previous?;
        let run = RunId::parse(&previous.run)?;
        match self.story(&run) {
            Ok(before) => {
                // A resumed run goes on behind the sum that its follower knew.
                Some(before.sum == previous.sum || before.resumed() > 0)
            }
            Err(StoryError::Unreadable { .. }) => None,
            Err(_) => Some(false),
        }
    }

    /// The run that is at work now on any of these services, if there is one.
    pub fn at_work(&self, services: &BTreeSet<String>) -> Option<AtWork> {
        let entries = fs::read_dir(self.folder.join("active")).ok()?;
        entries.flatten().find_map(|entry| {
            let path = entry.path();
            let run = path.file_name()?.to_str()?.strip_suffix(".lock")?.to_owned();
            let lock = File::options().write(true).open(&path).ok()?;
            match lock.try_lock() {
                Ok(()) => {
                    // Its process is dead: what it left is swept away.
                    drop(lock);
                    let _ = fs::remove_file(path.with_extension("json"));
                    let _ = fs::remove_file(&path);
                    None
                }
                Err(TryLockError::WouldBlock) => {
                    let text = fs::read_to_string(path.with_extension("json")).ok()?;
                    let at_work: AtWork = serde_json::from_str(&text).ok()?;
                    let is_same = at_work.run == run && !at_work.services.is_disjoint(services);
                    is_same.then_some(at_work)
                }
                Err(TryLockError::Error(_)) => None,
            }
        })
    }

    /// Takes away what dead processes have left of their right to work.
    ///
    /// # Errors
    ///
    /// [`JournalError`] when the folder cannot be written.
    pub async fn sweep(&self) -> Result<(), JournalError> {
        if self.folder.join("active").is_dir() {
            let _guard = self.guard().await?;
            self.at_work(&BTreeSet::new());
        }
        Ok(())
    }

    /// Whether a process is at work on this run.
    pub fn is_at_work(&self, run: &RunId) -> bool {
        let path = self.folder.join("active").join(format!("{run}.lock"));
        let Ok(lock) = File::options().write(true).open(path) else { return false };
        matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    /// The newest run whose name begins or ends with this text, or the newest that has begun for `last`.
    ///
    /// # Errors
    ///
    /// [`JournalError`] when the folder cannot be read.
    pub fn find(&self, text: &str) -> Result<Option<RunId>, JournalError> {
        let is_meant = |run: &RunId| {
            text == "last" || run.as_str().starts_with(text) || run.as_str().ends_with(text)
        };
        // A run that was killed before its first record was written has nothing to tell.
        let has_begun = |run: &RunId| {
            text != "last" || !matches!(self.story(run), Err(StoryError::Empty { .. }))
        };
        Ok(self.runs()?.into_iter().rev().find(|run| is_meant(run) && has_begun(run)))
    }

    /// Takes the right to work on these services, for a new run.
    ///
    /// # Errors
    ///
    /// [`ClaimError::Taken`] at once, when somebody else has it for any of them.
    pub async fn claim(
        &self,
        services: impl IntoIterator<Item = ServiceName>,
        by: &Who,
    ) -> Result<Claim, ClaimError> {
        let services = services.into_iter().map(|it| it.to_string()).collect();
        self.make()?;
        let _guard = self.guard().await?;
        let newest = self.runs()?.pop();
        let chance = RandomState::new().hash_one(std::process::id()) & 0xffff;
        let chance = u16::try_from(chance).unwrap_or_default();
        let run = RunId::after(newest.as_ref(), SystemTime::now(), chance);
        self.take(run, services, by).await
    }

    /// Takes the right to go on with a run.
    ///
    /// # Errors
    ///
    /// [`ClaimError::Taken`] at once, when somebody works on it or on any of its services.
    pub async fn claim_again(
        &self,
        run: &RunId,
        services: impl IntoIterator<Item = ServiceName>,
        by: &Who,
    ) -> Result<Claim, ClaimError> {
        let services = services.into_iter().map(|it| it.to_string()).collect();
        self.make()?;
        let _guard = self.guard().await?;
        self.take(run.clone(), services, by).await
    }

    async fn take(
        &self,
        run: RunId,
        services: BTreeSet<String>,
        by: &Who,
    ) -> Result<Claim, ClaimError> {
        if let Some(at_work) = self.at_work(&services) {
            return Err(ClaimError::Taken(Box::new(at_work)));
        }
        let path = self.folder.join("active").join(format!("{run}.lock"));
        let failed = |source| JournalError { path: path.clone(), source };
        let lock = locked(&path).await.map_err(failed)?;
        let at_work = AtWork {
            run: run.to_string(),
            by: by.clone(),
            since: jiff::Timestamp::now(),
            services: services.clone(),
        };
        let claim = Claim { journals: self.clone(), run, services, lock: Some(lock) };
        let text = serde_json::to_string(&at_work).map_err(|error| failed(error.into()))?;
        fs::write(path.with_extension("json"), text).map_err(failed)?;
        Ok(claim)
    }

    /// Makes the folders, and keeps them out of Git.
    fn make(&self) -> Result<(), JournalError> {
        let failed = |path: &Path, source| JournalError { path: path.to_path_buf(), source };
        for folder in ["runs", "active"] {
            let folder = self.folder.join(folder);
            fs::create_dir_all(&folder).map_err(|source| failed(&folder, source))?;
        }
        let ignore = self.folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(|source| failed(&ignore, source))?;
        }
        Ok(())
    }

    /// The short moment in which nobody else looks who is at work, or begins to be.
    async fn guard(&self) -> Result<File, JournalError> {
        let path = self.folder.join("active").join("guard");
        locked(&path).await.map_err(|source| JournalError { path, source })
    }
}

/// Makes and locks a file that nobody holds for longer than a moment.
async fn locked(path: &Path) -> io::Result<File> {
    let file = File::options().write(true).create(true).truncate(true).open(path)?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if begun.elapsed() > MOMENT => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

impl Claim {
    /// The run.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The services.
    pub fn services(&self) -> &BTreeSet<String> {
        &self.services
    }

    /// Begins the run: writes the plan and the first record, with room for the last.
    ///
    /// # Errors
    ///
    /// [`JournalError`]; nothing was done then.
    pub fn begin(self, begin: &Begin<'_>) -> Result<Journal, JournalError> {
        let folder = self.journals.folder_of(&self.run);
        let path = self.journals.journal_of(&self.run);
        let failed = |source| JournalError { path: path.clone(), source };
        let previous = self.previous();
        fs::create_dir(&folder).map_err(failed)?;
        let write = || -> io::Result<Pen> {
            let mut plan = File::create_new(folder.join("plan.json"))?;
            plan.write_all(begin.plan)?;
            plan.sync_all()?;
            let file = File::create_new(&path)?;
            let mut pen = Pen::new(file, 0, 0, Sum::first())?;
            let fact = Fact::RunStarted {
                format: FORMAT,
                run: self.run.to_string(),
                command: begin.command.to_owned(),
                radoub: env!("CARGO_PKG_VERSION").to_owned(),
                project: begin.project.to_owned(),
                by: begin.by.clone(),
                plan: digest(begin.plan),
                previous,
            };
            pen.write(&[(None, fact)], Sync::Now)?;
            sync_folder(&folder)?;
            sync_folder(&self.journals.folder.join("runs"))?;
            Ok(pen)
        };
        match write() {
            Ok(pen) => Ok(Journal::open(self, path, pen)),
            Err(source) => {
                // A run without its first record never was.
                let _ = fs::remove_dir_all(&folder);
                Err(failed(source))
            }
        }
    }

    /// Goes on with a run: cuts off what was torn, and says so in the journal.
    ///
    /// # Errors
    ///
    /// [`JournalError`].
    pub fn go_on(self, by: &Who) -> Result<Journal, JournalError> {
        let path = self.journals.journal_of(&self.run);
        let failed = |source| JournalError { path: path.clone(), source };
        let bytes = fs::read(&path).map_err(failed)?;
        let read = reader::read(&bytes).map_err(|_| failed(io::ErrorKind::InvalidData.into()))?;
        let file = File::options().read(true).write(true).open(&path).map_err(failed)?;
        let count = read.records.len() as u64;
        let mut pen = Pen::new(file, read.end, count, read.sum).map_err(failed)?;
        let radoub = env!("CARGO_PKG_VERSION").to_owned();
        let resumed = Fact::RunResumed { radoub, by: by.clone() };
        pen.write(&[(None, resumed)], Sync::Now).map_err(failed)?;
        Ok(Journal::open(self, path, pen))
    }

    fn previous(&self) -> Option<Previous> {
        let runs = self.journals.runs().ok()?;
        let run = runs.into_iter().rev().find(|run| *run < self.run)?;
        let sum = self.journals.story(&run).ok()?.sum;
        Some(Previous { run: run.to_string(), sum })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let path = self.journals.folder.join("active").join(format!("{}.lock", self.run));
        // Who leaves cannot be told of trouble any more; what stays is swept by the next one.
        let _ = fs::remove_file(path.with_extension("json"));
        drop(self.lock.take());
        let _ = fs::remove_file(&path);
    }
}

/// What a run begins with.
#[derive(Debug, Clone, Copy)]
pub struct Begin<'a> {
    /// The command.
    pub command: &'a str,
    /// Name of the fleet.
    pub project: &'a str,
    /// Who.
    pub by: &'a Who,
    /// The plan, as it is to be kept beside the journal.
    pub plan: &'a [u8],
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Brings the entries of a folder to disk; Windows does that by itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
