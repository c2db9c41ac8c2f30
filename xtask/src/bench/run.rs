//! `cargo xtask bench run`: `apply` of twelve services beside plain psql in parallel, then a backup with proof beside
//! bare `pg_dump` and `pg_restore`.
//!
//! Both apply the same scripts, each in one transaction, as many at a time as radoub has lanes to one server. What
//! radoub does besides is what is measured: it looks at every database, locks it, writes journal and ledger, and reads
//! the row back. psql knows nothing of what is applied already.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::fleet::temporary;
use radoub_testing::postgres::{Options, SUPERUSER};
use radoub_testing::secret::PLANTED;
use tempfile::TempDir;

use super::backup::{BackupArguments, backup};
use super::services::{write, write_compose, write_service};
use super::{Sheet, median, release, shown, succeed};
use crate::steps::Failure;

/// How to measure a run.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArguments {
    /// A radoub that is built already, instead of building the slim release
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// How often each kind of migration is applied by each
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Megabytes of the large database of the backup; 0 leaves the backup out
    #[arg(long, default_value_t = 2000)]
    large: u64,
}

/// Services of the founding fleet.
const SERVICES: usize = 12;

/// What an apply of the whole fleet may take against psql.
const RATIO: f64 = 1.15;

/// As many at a time as radoub works on at one server.
const AT_ONCE: usize = 8;

/// Rows of the table that is there already.
const ROWS: usize = 50_000;

/// A kind of migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One table with an index: next to nothing for the server to do.
    Table,
    /// What Prisma writes for a new part of an application: twenty tables, their indexes and foreign keys.
    Release,
    /// A column, a value in each row and an index on a table with rows.
    Filled,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Table, Self::Release, Self::Filled];

    fn what(self) -> &'static str {
        match self {
            Self::Table => "one empty table",
            Self::Release => "twenty tables with indexes and foreign keys",
            Self::Filled => "a column and an index on 50,000 rows",
        }
    }

    /// Whether the promise is about it. Where the server has nothing to do, looking is most of the work, and psql does
    /// not look: that is shown and not judged.
    fn is_judged(self) -> bool {
        self != Self::Table
    }

    /// The script of one round; `side` keeps the two apart.
    fn script(self, side: &str, round: usize) -> String {
        let table = |name: &str| {
            format!(
                "CREATE TABLE {name} (id serial PRIMARY KEY, name text NOT NULL, parent integer, \
                 made timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);\n\
                 CREATE INDEX {name}_name_idx ON {name} (name);\n"
            )
        };
        match self {
            Self::Table => table(&format!("{side}_table_{round}")),
            Self::Release => {
                let name = |at: usize| format!("{side}_release_{round}_{at}");
                let mut text: String = (0..20).map(|at| table(&name(at))).collect();
                for at in 1..20 {
                    let _ = writeln!(
                        text,
                        "ALTER TABLE {0} ADD CONSTRAINT {0}_parent_fkey FOREIGN KEY (parent) REFERENCES {1} (id) \
                         ON DELETE SET NULL ON UPDATE CASCADE;",
                        name(at),
                        name(at - 1)
                    );
                }
                text
            }
            Self::Filled => format!(
                "ALTER TABLE {side}_filled ADD COLUMN c{round} integer NOT NULL DEFAULT 0;\n\
                 UPDATE {side}_filled SET c{round} = id % 100;\n\
                 CREATE INDEX {side}_filled_c{round}_idx ON {side}_filled (c{round});\n"
            ),
        }
    }
}

/// Measures both parts, each beside the plain programs, before a broken promise is told.
pub(crate) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let binary = match &arguments.binary {
        Some(path) => std::path::absolute(path).map_err(Failure::file(path))?,
        None => release()?,
    };
    let applied = apply(&binary, arguments.rounds.max(1));
    if arguments.large == 0 {
        return applied;
    }
    let backed_up = backup(&BackupArguments::of(&binary, arguments.large));
    applied.and(backed_up)
}

fn apply(binary: &Path, rounds: usize) -> Result<(), Failure> {
    let ground = Ground::prepare(binary)?;
    let mut sheet = Sheet::new(&[
        "migration, applied to 12 services",
        "psql -1 -f, 8 at once",
        "radoub apply",
        "ratio",
        "more per service",
        "wanted",
        "",
    ]);
    let mut broken = 0;
    for kind in Kind::ALL {
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            // In turns, so that neither always finds what the other has left.
            if round % 2 == 0 {
                theirs.push(ground.psql(kind, round)?);
                ours.push(ground.radoub(kind, round)?);
            } else {
                ours.push(ground.radoub(kind, round)?);
                theirs.push(ground.psql(kind, round)?);
            }
        }
        println!("{}", kind.what());
        println!("  psql   {:?}", theirs.iter().map(|it| shown(*it)).collect::<Vec<_>>());
        println!("  radoub {:?}", ours.iter().map(|it| shown(*it)).collect::<Vec<_>>());
        let (theirs, ours) = (median(theirs), median(ours));
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        let is_kept = ratio <= RATIO;
        broken += usize::from(kind.is_judged() && !is_kept);
        let (wanted, mark) = match (kind.is_judged(), is_kept) {
            (false, _) => (String::new(), ""),
            (true, kept) => (format!("≤ {RATIO:.2} ×"), if kept { "kept" } else { "BROKEN" }),
        };
        let services = u32::try_from(SERVICES).unwrap_or(u32::MAX);
        sheet.row(&[
            kind.what().to_owned(),
            shown(theirs),
            shown(ours),
            format!("{ratio:.2} ×"),
            shown(ours.saturating_sub(theirs) / services),
            wanted,
            mark.to_owned(),
        ]);
    }
    println!("\n{}", sheet.text());
    if broken == 0 {
        Ok(())
    } else {
        Err(Failure::Told(format!("{broken} promises are not kept on this machine")))
    }
}

/// Twelve services with a short history and a table with rows for each side.
struct Ground<'binary> {
    cluster: Cluster,
    binary: &'binary Path,
    psql: PathBuf,
    folder: TempDir,
    services: Vec<(String, String)>,
}

impl<'binary> Ground<'binary> {
    fn prepare(binary: &'binary Path) -> Result<Self, Failure> {
        let options =
            Options::default().setting("shared_buffers", "256MB").setting("max_wal_size", "4GB");
        let cluster = Cluster::try_with(options)
            .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
        let Some(psql) = cluster.binaries().client("psql") else {
            return Err(Failure::Told("psql is not installed".to_owned()));
        };
        let folder = temporary();
        let services: Vec<(String, String)> = (0..SERVICES)
            .map(|at| (format!("service-{at:02}"), format!("bench_{at:02}")))
            .collect();
        let history = super::services::history()?;
        for (service, database) in &services {
            cluster.create_database(database);
            write_service(folder.path(), service, history.path())?;
        }
        write_compose(folder.path(), cluster.port(), &services)?;
        let ground = Self { cluster, binary, psql, folder, services };
        ground.apply()?;
        for (_, database) in &ground.services {
            for side in ["psql", "radoub"] {
                ground.cluster.psql(
                    database,
                    &format!(
                        "CREATE TABLE {side}_filled AS SELECT n AS id, md5(n::text) AS name FROM generate_series(1, {ROWS}) n; \
                         ALTER TABLE {side}_filled ADD PRIMARY KEY (id)"
                    ),
                );
            }
        }
        Ok(ground)
    }

    /// `apply` of what is pending; the backup before it is measured apart.
    fn apply(&self) -> Result<Duration, Failure> {
        let mut command = Command::new(self.binary);
        command.args(["apply", "--no-backup", "--allow", "rewrite-table", "--allow", "long-lock"]);
        let began = Instant::now();
        succeed(command.current_dir(self.folder.path()).env_clear())?;
        Ok(began.elapsed())
    }

    fn radoub(&self, kind: Kind, round: usize) -> Result<Duration, Failure> {
        let number = Kind::ALL.iter().position(|it| *it == kind).unwrap_or_default();
        for (service, _) in &self.services {
            let migrations =
                self.folder.path().join("services").join(service).join("prisma/migrations");
            let name = format!("2025010{}{round:06}_round", number + 1);
            write(&migrations.join(name).join("migration.sql"), &kind.script("radoub", round))?;
        }
        self.apply()
    }

    fn psql(&self, kind: Kind, round: usize) -> Result<Duration, Failure> {
        let file = self.folder.path().join("round.sql");
        write(&file, &kind.script("psql", round))?;
        let waiting = Mutex::new(self.services.iter());
        let began = Instant::now();
        let failures: Vec<Failure> = thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_ONCE)
                .map(|_| {
                    scope.spawn(|| {
                        loop {
                            let next =
                                waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                            let (_, database) = next?;
                            if let Err(failure) = self.psql_once(database, &file) {
                                return Some(failure);
                            }
                        }
                    })
                })
                .collect();
            workers.into_iter().filter_map(|worker| worker.join().ok().flatten()).collect()
        });
        match failures.into_iter().next() {
            Some(failure) => Err(failure),
            None => Ok(began.elapsed()),
        }
    }

    fn psql_once(&self, database: &str, file: &Path) -> Result<(), Failure> {
        let mut command = Command::new(&self.psql);
        command.args(["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"]);
        command.args(["-p", &self.cluster.port().to_string(), "-U", SUPERUSER, "-d", database]);
        command.arg("-f").arg(file).env_clear().env("PGPASSWORD", PLANTED);
        succeed(&mut command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_apply_the_same_but_for_the_names() {
        for kind in Kind::ALL {
            let ours = kind.script("radoub", 3);
            assert!(ours.contains("radoub_"), "{ours}");
            assert_eq!(ours.replace("radoub_", "psql_"), kind.script("psql", 3));
        }
    }
}
