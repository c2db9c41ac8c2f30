//! `kill -9` at a chosen instant of a way back: every database is in a state that it passes through undisturbed, and
//! `resume`, or the command that the ladder names, then ends the work; called again, the way back does nothing more.
//!
//! Two services with rows and a set of backups from before the change that is to be undone. Their databases are copied
//! anew for each kill, so that each begins alike; folder and backups stay.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{no_partial_backup, pause, wait_for_silence};
use crate::Cluster;
use crate::command::Call;
use crate::fleet::{Fleet, Member};
use crate::oracle::{Row, ledger};
use crate::replay::{same_catalog, same_rows};

/// A way back that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    /// Two `down.sql`, one after the other.
    Down,
    /// The backup of one service.
    Restore,
    /// The backups of both.
    Set,
}

impl Rung {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Down, Self::Restore, Self::Set];

    /// As `--rung` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Restore => "restore",
            Self::Set => "set",
        }
    }
}

/// The service whose change is undone, and the other one of the set.
const SERVICES: [&str; 2] = ["orders", "stock"];

/// Rows that do not compress, so that filling takes its time.
const ROWS: &str = "CREATE TABLE ballast AS SELECT n, sha512(n::text::bytea) || sha512((n + 1)::text::bytea) AS noise \
                    FROM generate_series(1, 10000) n;\n\
                    ALTER TABLE ballast ADD PRIMARY KEY (n);\n";

/// What is undone: name, script, way back. The ways back take a moment, so that instants hit them.
const CHANGES: [(&str, &str, &str); 2] = [
    (
        "20240201000000_role",
        "ALTER TABLE ballast ADD COLUMN role text;\nUPDATE ballast SET role = 'r' WHERE n <= 100;\n",
        "SELECT pg_sleep(0.02);\nALTER TABLE ballast DROP COLUMN role;\nSELECT pg_sleep(0.02);\n",
    ),
    (
        "20240202000000_extra",
        "CREATE TABLE extra (id int PRIMARY KEY);\nINSERT INTO extra SELECT generate_series(1, 1000);\n",
        "SELECT pg_sleep(0.02);\nDROP TABLE extra;\nSELECT pg_sleep(0.02);\n",
    ),
];

/// What one database is at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    catalog: String,
    rows: Vec<Row>,
    data: String,
}

impl State {
    #[track_caller]
    fn of(cluster: &Cluster, database: &str) -> Self {
        let tables = cluster.psql(
            database,
            "SELECT coalesce(string_agg(c.oid::regclass::text, ' ' ORDER BY 1), '') FROM pg_class c \
             WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'",
        );
        let data = tables.split_whitespace().map(|table| {
            let sums = format!("SELECT count(*) || ' ' || md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t");
            format!("{table} {}\n", cluster.psql(database, &sums))
        });
        Self {
            catalog: cluster.catalog(database),
            rows: ledger(cluster, database),
            data: data.collect(),
        }
    }

    fn same(&self, found: &Self) -> Result<(), String> {
        same_catalog(&self.catalog, &found.catalog)?;
        same_rows(&self.rows, &found.rows)?;
        if self.data == found.data {
            return Ok(());
        }
        Err(format!("the rows were to be\n{}and are\n{}", self.data, found.data))
    }
}

/// A fleet with its backups, and copies of its databases as they are when a kill begins.
#[derive(Debug)]
struct Stand<'cluster> {
    fleet: Fleet<'cluster>,
}

/// What undisturbed ways back come to, and how long they take.
#[derive(Debug)]
struct Course {
    rung: Rung,
    duration: Duration,
    /// The states of the first service on the way, the last one at the end.
    passes: Vec<State>,
    /// The state of the second one at the end.
    other: State,
}

/// The experiment, prepared.
#[derive(Debug)]
pub struct Ladder<'cluster> {
    cluster: &'cluster Cluster,
    binary: PathBuf,
    courses: Vec<Course>,
    /// Those that nobody uses for the moment.
    stands: Mutex<Vec<Stand<'cluster>>>,
}

impl<'cluster> Ladder<'cluster> {
    /// Takes each way back once, undisturbed.
    #[track_caller]
    pub fn prepare(cluster: &'cluster Cluster, binary: &Path) -> Self {
        let mut ladder = Self {
            cluster,
            binary: binary.to_owned(),
            courses: Vec::new(),
            stands: Mutex::default(),
        };
        let stand = ladder.stand();
        for rung in Rung::ALL {
            stand.begin(cluster);
            let states =
                || SERVICES.map(|name| State::of(cluster, stand.fleet.database(name).name()));
            let [first, _] = states();
            let mut passes = vec![first];
            if rung == Rung::Down {
                // The state in between: the newer one is taken back, the older is not.
                let half = ["--to", CHANGES[0].0];
                ladder.call(&stand, &[&way_back(rung)[..], &half].concat()).run().expect(0);
                passes.push(states()[0].clone());
                stand.begin(cluster);
            }
            let duration = ladder.call(&stand, &way_back(rung)).run().expect(0).duration;
            let [last, other] = states();
            passes.push(last);
            ladder.courses.push(Course { rung, duration, passes, other });
        }
        ladder.give_back(stand);
        ladder
    }

    #[track_caller]
    fn stand(&self) -> Stand<'cluster> {
        let mut fleet = Fleet::on(self.cluster);
        for name in SERVICES {
            fleet.add(Member::new(name).migration("20240101000000_init", ROWS));
        }
        let stand = Stand { fleet };
        self.call(&stand, &["apply"]).run().expect(0);
        self.call(&stand, &["backup", "--set", "before"]).run().expect(0);
        for (name, script, down) in CHANGES {
            let folder = format!("services/orders/prisma/migrations/{name}");
            stand.fleet.write(&format!("{folder}/migration.sql"), script);
            stand.fleet.write(&format!("{folder}/down.sql"), down);
        }
        self.call(&stand, &["apply"]).run().expect(0);
        stand.fleet.database("stock").psql("DELETE FROM ballast WHERE n % 3 = 0");
        for name in SERVICES {
            let database = stand.fleet.database(name).name();
            let rename = format!("ALTER DATABASE \"{database}\" RENAME TO \"{database}_changed\"");
            self.cluster.psql("postgres", &rename);
        }
        stand
    }

    fn give_back(&self, stand: Stand<'cluster>) {
        self.stands.lock().unwrap_or_else(PoisonError::into_inner).push(stand);
    }

    fn call(&self, stand: &Stand<'_>, arguments: &[&str]) -> Call {
        Call::of(&self.binary).args(arguments).env("RADOUB_LANG", "en").dir(stand.fleet.path())
    }

    /// Kills at `instant`, a fraction of the undisturbed way back, and looks.
    ///
    /// # Errors
    ///
    /// What was not as it should be.
    #[track_caller]
    pub fn kill_at(&self, rung: Rung, instant: f64) -> Result<(), String> {
        let waiting = self.stands.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let stand = waiting.unwrap_or_else(|| self.stand());
        stand.begin(self.cluster);
        let course = self.courses.iter().find(|it| it.rung == rung).expect("every rung was taken");
        let looked = self.kill_and_look(&stand, course, instant);
        self.give_back(stand);
        looked.map_err(|told| format!("--rung {}: {told}", rung.as_str()))
    }

    /// Whether nothing of all the killed ways back is left on the server once one more restore has swept it.
    ///
    /// # Errors
    ///
    /// The names of what is left.
    #[track_caller]
    pub fn swept(&self) -> Result<(), String> {
        let stand = self.stand();
        stand.begin(self.cluster);
        self.succeed(&stand, &way_back(Rung::Restore))?;
        super::swept(self.cluster)
    }

    fn kill_and_look(
        &self,
        stand: &Stand<'_>,
        course: &Course,
        instant: f64,
    ) -> Result<(), String> {
        let databases = SERVICES.map(|name| stand.fleet.database(name).name());
        let states = || databases.map(|it| State::of(self.cluster, it));
        let [_, untouched] = states();
        let earlier = newest_run(stand);
        let mut running = self.call(stand, &way_back(course.rung)).start();
        pause(course.duration.mul_f64(instant));
        running.kill();
        running.wait();

        // At once: whatever it says, it has to answer.
        let answer = self.call(stand, &["check"]).run();
        if !matches!(answer.code, Some(0 | 1)) {
            return Err(format!("the first check:\n{}", answer.text()));
        }
        for database in databases {
            wait_for_silence(self.cluster, database)?;
        }
        let [mut first, mut second] = states();
        let end = course.passes.last().expect("a way has an end");
        if course.passes.iter().all(|state| state.same(&first).is_err()) {
            return Err(format!("in none of the states on the way: {:?}", end.same(&first)));
        }
        // Every second one is ended by the run that was killed, when it has written down that it began.
        let run = newest_run(stand).filter(|run| Some(run) != earlier.as_ref());
        if let Some(run) = run.filter(|_| instant.to_bits().is_multiple_of(2)) {
            let resume = ["resume", &run, "--yes", "--allow-delete-data", "--wait", "30"];
            self.succeed(stand, &resume)?;
            [first, second] = states();
            end.same(&first).map_err(|told| format!("after resume: {told}"))?;
        }
        let has_come = end.same(&first).is_ok();
        let expected = if has_come { &course.other } else { &untouched };
        expected.same(&second).map_err(|told| format!("the other service: {told}"))?;

        if let Some(command) = self.named(stand, course.rung)? {
            if has_come {
                return Err(format!("all is undone, and `{}` is asked for", command.join(" ")));
            }
            self.succeed(stand, &command)?;
        } else if !has_come {
            return Err("something is left to undo, and no command is named".to_owned());
        }
        let after = states();
        end.same(&after[0])?;
        course.other.same(&after[1]).map_err(|told| format!("the other service: {told}"))?;
        // The same words once more undo nothing more.
        self.succeed(stand, &way_back(course.rung))?;
        if states() != after {
            return Err("called again, it undid something more".to_owned());
        }
        self.left(stand, &databases)
    }

    /// The command that the ladder names for this rung, made to ask nothing.
    fn named(&self, stand: &Stand<'_>, rung: Rung) -> Result<Option<Vec<String>>, String> {
        let answer = self.call(stand, &["rollback", SERVICES[0]]).run();
        if !matches!(answer.code, Some(0 | 1)) {
            return Err(format!("the ladder:\n{}", answer.text()));
        }
        let mut named =
            answer.stdout.lines().filter_map(|line| line.trim().strip_prefix("→ radoub "));
        let named = named.find(|line| line.contains(&format!("--rung {}", rung.as_str())));
        let quietly = ["--yes", "--disconnect"];
        Ok(named.map(|line| line.split_whitespace().chain(quietly).map(str::to_owned).collect()))
    }

    fn succeed<A: AsRef<str>>(&self, stand: &Stand<'_>, arguments: &[A]) -> Result<(), String> {
        let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
        let answer = self.call(stand, &arguments).run();
        if answer.code == Some(0) { Ok(()) } else { Err(answer.text()) }
    }

    /// Whether a lock, a transaction, a database that is being filled or half a backup is left.
    fn left(&self, stand: &Stand<'_>, databases: &[&str; 2]) -> Result<(), String> {
        for database in databases {
            wait_for_silence(self.cluster, database)?;
            let half = format!(
                "SELECT coalesce(string_agg(datname, ', '), '') FROM pg_database d \
                 WHERE shobj_description(d.oid, 'pg_database') LIKE 'radoub: %\"database\":\"{database}\"%' \
                 AND shobj_description(d.oid, 'pg_database') NOT LIKE '%\"purpose\":\"replaced\"%'"
            );
            let half = self.cluster.psql("postgres", &half);
            if !half.is_empty() {
                return Err(format!("left on the server: {half}"));
            }
        }
        no_partial_backup(stand.fleet.path())
    }
}

/// The newest run of a fleet whose journal has its first record.
fn newest_run(stand: &Stand<'_>) -> Option<String> {
    let runs = std::fs::read_dir(stand.fleet.path().join(".radoub/runs")).ok()?;
    let has_begun = |folder: &std::fs::DirEntry| {
        let journal = std::fs::read_to_string(folder.path().join("journal.jsonl"));
        journal.is_ok_and(|text| text.contains("run-started"))
    };
    let runs = runs.flatten().filter(has_begun);
    runs.filter_map(|it| it.file_name().into_string().ok()).max()
}

/// The call of a way back that asks nothing.
fn way_back(rung: Rung) -> [&'static str; 6] {
    let more = if rung == Rung::Down { "--allow-delete-data" } else { "--disconnect" };
    ["rollback", SERVICES[0], "--rung", rung.as_str(), "--yes", more]
}

impl Stand<'_> {
    /// Copies the databases anew and drops what earlier ways back have put aside.
    #[track_caller]
    fn begin(&self, cluster: &Cluster) {
        for name in SERVICES {
            let database = self.fleet.database(name).name();
            let stale = format!(
                "SELECT coalesce(string_agg(datname, ' '), '') FROM pg_database \
                 WHERE datname = '{database}' OR datname LIKE '{database}\\_replaced\\_%'"
            );
            for stale in cluster.psql("postgres", &stale).split_whitespace() {
                cluster.psql("postgres", &format!("DROP DATABASE \"{stale}\" WITH (FORCE)"));
            }
            let copy = format!("CREATE DATABASE \"{database}\" TEMPLATE \"{database}_changed\"");
            cluster.psql("postgres", &copy);
        }
    }
}
