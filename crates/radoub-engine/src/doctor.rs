//! Looks a fleet over, from its files to its databases, and says what is or will be wrong: what, where, by which facts.
//!
//! Every check really looks; what could not be looked at is said too. Causes, consequences and remedies are words
//! of the command. Nothing is changed here; what a person writes into a log is explained in [`explain`].

mod check;
mod compose;
mod containers;
mod database;
mod environment;
pub mod explain;
mod git;
mod health;
mod image;
pub mod mend;
mod migrations;
mod prisma;
mod secrets;
mod server;
mod start;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::fleet::discover::Inventory;
use crate::fleet::place::Place;
use crate::fleet::{Fleet, Managed, Prisma, Service};
use crate::observe::Look;
use crate::runtime::{Docker, RuntimeError};
use crate::scratch::Workshop;

pub use check::{Area, Check, Selection, Severity};

/// What to look over, and with what.
#[derive(Debug)]
pub struct Doctor<'a> {
    /// The fleet and its Compose project, whole.
    pub inventory: &'a Inventory,
    /// The services that were asked for.
    pub fleet: &'a Fleet,
    /// The environment of the process.
    pub environment: &'a BTreeMap<String, String>,
    /// The folders of the search path.
    pub search: &'a [PathBuf],
    /// Where journals and backups are kept.
    pub state_folder: &'a Path,
    /// The container engine; `None` when none was asked for or none is needed.
    pub runtime: Result<Option<&'a Docker>, &'a RuntimeError>,
    /// How the databases are reached.
    pub look: Look,
    /// Where histories are replayed; `None` to leave that out.
    pub workshop: Option<&'a Workshop>,
    /// Which checks are wanted.
    pub selection: &'a Selection,
    /// What counts as too much.
    pub thresholds: Thresholds,
}

/// What counts as too old, too full or too long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// A clock may be that far ahead or behind.
    pub clock: Duration,
    /// A transaction may be open that long.
    pub transaction: Duration,
    /// A transaction may do nothing that long.
    pub idle: Duration,
    /// So many per cent of the connections may be in use.
    pub connections: u32,
    /// So many per cent of a sequence may be used.
    pub sequence: u32,
    /// So old may the oldest row be that is not frozen; the server stops at two thousand million.
    pub frozen_age: i64,
    /// So many bytes of log may a slot that nobody reads hold back.
    pub slot: u64,
    /// The day on which releases are judged; today when `None`.
    pub today: Option<jiff::civil::Date>,
    /// Room for a backup, as a multiple of what the databases take.
    pub backup: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            clock: Duration::from_secs(30),
            transaction: Duration::from_mins(5),
            idle: Duration::from_mins(1),
            connections: 80,
            sequence: 80,
            frozen_age: 1_000_000_000,
            slot: 0,
            today: None,
            backup: 1.0,
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which check found it.
    pub check: Check,
    /// The service, of the fleet or of the Compose file.
    pub service: Option<String>,
    /// Where it is written, relative to the fleet's root.
    pub file: Option<PathBuf>,
    /// Line in that file, from 1.
    pub line: Option<usize>,
    /// What was seen, by name; never a secret.
    pub facts: Vec<(&'static str, String)>,
    /// The one command that mends it, where there is one.
    pub command: Option<String>,
}

impl Finding {
    /// A finding of this check.
    pub(crate) fn new(check: Check) -> Self {
        Self { check, service: None, file: None, line: None, facts: Vec::new(), command: None }
    }

    pub(crate) fn of(mut self, service: impl Into<String>) -> Self {
        self.service = Some(service.into());
        self
    }

    pub(crate) fn at(self, place: &Place) -> Self {
        self.in_line(&place.file, place.line)
    }

    pub(crate) fn in_line(mut self, file: &Path, line: usize) -> Self {
        self.file = Some(file.to_path_buf());
        self.line = Some(line);
        self
    }

    pub(crate) fn in_file(mut self, file: &Path) -> Self {
        self.file = Some(file.to_path_buf());
        self
    }

    pub(crate) fn fact(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    pub(crate) fn run(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }
}

/// Something that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unexamined {
    /// What: a key of the locale files, `unexamined-…`.
    pub what: &'static str,
    /// Whose.
    pub service: Option<String>,
    /// Why, in the words of whoever refused; may be empty.
    pub reason: String,
}

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examined {
    /// What is wrong, the gravest first.
    pub findings: Vec<Finding>,
    /// What could not be looked at.
    pub unexamined: Vec<Unexamined>,
}

impl Examined {
    /// The gravest of the findings.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|it| it.check.severity()).min()
    }
}

/// What has been found so far; passes over what nobody wants to know.
struct Notes<'a> {
    selection: &'a Selection,
    examined: Examined,
}

impl Notes<'_> {
    fn add(&mut self, finding: Finding) {
        if self.selection.wants(finding.check) && !self.examined.findings.contains(&finding) {
            self.examined.findings.push(finding);
        }
    }

    fn unexamined(&mut self, what: &'static str, service: Option<&str>, reason: impl Into<String>) {
        let service = service.map(str::to_owned);
        let unexamined = Unexamined { what, service, reason: reason.into() };
        if !self.examined.unexamined.contains(&unexamined) {
            self.examined.unexamined.push(unexamined);
        }
    }

    fn wants_area(&self, areas: &[Area]) -> bool {
        self.selection.wants_any(|check| areas.contains(&check.area()))
    }
}

impl Doctor<'_> {
    /// The services that have to do with Prisma Migrate.
    fn managed(&self) -> impl Iterator<Item = (&Service, &Managed)> {
        self.fleet.services.iter().filter_map(|service| match &service.prisma {
            Prisma::Managed(managed) => Some((service, managed.as_ref())),
            Prisma::NotApplicable(_) => None,
        })
    }

    fn root(&self) -> &Path {
        &self.fleet.root
    }
}

/// Looks the fleet over.
pub async fn examine(doctor: &Doctor<'_>) -> Examined {
    let mut notes = Notes { selection: doctor.selection, examined: Examined::default() };
    if notes.wants_area(&[Area::Start, Area::Image]) {
        start::examine(doctor, &mut notes);
        image::examine(doctor, &mut notes);
    }
    compose::examine(doctor, &mut notes);
    if notes.wants_area(&[Area::Secrets]) {
        secrets::examine(doctor, &mut notes);
    }
    if notes.wants_area(&[Area::Prisma]) {
        prisma::examine(doctor, &mut notes);
    }
    if notes.wants_area(&[Area::Health]) {
        health::examine(doctor, &mut notes);
    }
    if notes.wants_area(&[Area::Migrations]) {
        migrations::examine(doctor, &mut notes);
        migrations::replay(doctor, &mut notes).await;
    }
    let of_databases = [
        Area::Database,
        Area::Server,
        Area::Migrations,
        Area::Containers,
        Area::Health,
        Area::Environment,
    ];
    let seen = if notes.wants_area(&of_databases) {
        database::see(doctor, &mut notes).await
    } else {
        Vec::new()
    };
    server::examine(doctor, &seen, &mut notes);
    if notes.wants_area(&[Area::Environment]) {
        environment::examine(doctor, &seen, &mut notes).await;
    }
    let mut examined = notes.examined;
    let place = |it: &Finding| {
        let of_fleet = |name: &String| {
            doctor.fleet.services.iter().position(|known| known.name.as_str() == name)
        };
        it.service.as_ref().map(|name| (of_fleet(name).unwrap_or(usize::MAX), name.clone()))
    };
    examined.findings.sort_by_key(|it| {
        (it.check.severity(), it.check, place(it), it.file.clone(), it.line, it.facts.clone())
    });
    examined
}
