//! `cargo xtask bench fleet`: fleets of 12, 100 and 1,000 databases on one temporary server.
//!
//! Every database is a copy of one template with the same history applied, so that building a thousand
//! takes minutes, not hours. Per-service tools (the Prisma CLI, dbmate, psql in a loop) are measured on as many
//! services as a time budget allows; their fleet time is the median of those times the number of services, which is
//! what their loop takes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::fleet::temporary;
use radoub_testing::oracle::{Cli, Place};
use radoub_testing::postgres::{Options, SUPERUSER};
use radoub_testing::secret::PLANTED;
use radoub_testing::shared::shared_or_say;
use tempfile::TempDir;

use super::services::{
    HISTORY, dbmate, history, script, stamp, write, write_compose, write_service,
};
use super::{Measure, Sheet, measure, median, release, shown, succeed};
use crate::steps::Failure;

/// How to measure fleets.
#[derive(Debug, clap::Args)]
pub(crate) struct FleetArguments {
    /// Fewer repetitions and no fleet of 1,000, for the CI
    #[arg(long)]
    quick: bool,
    /// Sizes of the fleets (default: 12, 100 and 1,000)
    #[arg(long, value_delimiter = ',')]
    sizes: Vec<usize>,
    /// A radoub that is built already, instead of building the slim release
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Seconds that each per-service tool may take on a fleet
    #[arg(long, default_value_t = 20)]
    budget: u64,
}

/// The databases as every tool needs them.
const TEMPLATE: &str = "template_fleet";

/// A promise of the project and what was measured for it.
struct Bar {
    what: String,
    wanted: String,
    got: String,
    held: bool,
}

/// Builds the fleets, measures, prints the table; fails when a promise is not kept.
pub(crate) fn fleet(arguments: &FleetArguments) -> Result<(), Failure> {
    let sizes = match (&arguments.sizes[..], arguments.quick) {
        ([], true) => vec![12, 100],
        ([], false) => vec![12, 100, 1000],
        (sizes, _) => sizes.to_vec(),
    };
    let binary = match &arguments.binary {
        Some(path) => path.clone(),
        None => release()?,
    };
    let ground = BenchGround::prepare(binary, arguments)?;
    let mut sheet =
        Sheet::new(&["", "services", "measured", "median each", "whole fleet", "against radoub"]);
    let mut bars = ground.program_bars()?;
    for size in sizes {
        println!("\nbuilding {size} databases");
        let began = Instant::now();
        let stand = Stand::build(&ground, size)?;
        println!("built in {}", shown(began.elapsed()));
        bars.extend(stand.check(&mut sheet)?);
        stand.apply(&mut sheet)?;
        stand.clear()?;
    }
    println!("\n{}", sheet.text());
    println!(
        "`whole fleet` of a tool that was run service by service is its median times the number of services.\n"
    );
    let mut promises = Sheet::new(&["promise", "wanted", "measured", ""]);
    for bar in &bars {
        let mark = if bar.held { "kept" } else { "BROKEN" };
        promises.row(&[bar.what.clone(), bar.wanted.clone(), bar.got.clone(), mark.to_owned()]);
    }
    println!("{}", promises.text());
    let broken = bars.iter().filter(|bar| !bar.held).count();
    if broken == 0 {
        Ok(())
    } else {
        Err(Failure::Told(format!("{broken} promises are not kept on this machine")))
    }
}

/// What all sizes share.
struct BenchGround {
    cluster: Cluster,
    binary: PathBuf,
    shared: Option<PathBuf>,
    dbmate: Option<PathBuf>,
    psql: Option<PathBuf>,
    history: TempDir,
    budget: Duration,
    repetitions: usize,
}

impl BenchGround {
    fn prepare(binary: PathBuf, arguments: &FleetArguments) -> Result<Self, Failure> {
        let options =
            Options::default().setting("max_connections", 400).setting("shared_buffers", "256MB");
        let cluster = Cluster::try_with(options)
            .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
        let history = history()?;
        let psql = cluster.binaries().client("psql");
        if psql.is_none() {
            println!("LEFT OUT: psql, which is not installed");
        }
        let ground = Self {
            shared: shared_or_say("the Prisma CLI in the bench"),
            dbmate: dbmate(),
            psql,
            binary,
            history,
            budget: Duration::from_secs(arguments.budget),
            repetitions: if arguments.quick { 5 } else { 15 },
            cluster,
        };
        ground.make_template()?;
        Ok(ground)
    }

    /// The database that all others are copies of: history, Prisma's ledger and dbmate's.
    fn make_template(&self) -> Result<(), Failure> {
        self.sql("postgres", &format!("CREATE DATABASE {TEMPLATE}"))?;
        let folder = temporary();
        write_service(folder.path(), "template", self.history.path())?;
        write_compose(
            folder.path(),
            self.cluster.port(),
            &[("template".to_owned(), TEMPLATE.to_owned())],
        )?;
        let applied = self.radoub(folder.path(), &["apply"])?;
        if applied.code != 0 {
            return Err(Failure::Told(format!(
                "radoub apply of the template ended with {}",
                applied.code
            )));
        }
        let mut sql =
            "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)".to_owned();
        for at in 0..HISTORY {
            let _ = write!(sql, "; INSERT INTO schema_migrations VALUES ('{}')", stamp(at));
        }
        self.sql(TEMPLATE, &sql)
    }

    fn sql(&self, database: &str, sql: &str) -> Result<(), Failure> {
        self.cluster
            .query(database, sql)
            .map(drop)
            .map_err(|error| Failure::Told(format!("{database}: {error}")))
    }

    fn radoub(&self, folder: &Path, arguments: &[&str]) -> Result<Measure, Failure> {
        measure(Command::new(&self.binary).args(arguments).current_dir(folder).env_clear())
    }

    /// The promises that need no fleet: cold start and size.
    fn program_bars(&self) -> Result<Vec<Bar>, Failure> {
        let mut starts = Vec::new();
        for _ in 0..20 {
            starts.push(measure(Command::new(&self.binary).arg("--version").env_clear())?.duration);
        }
        let start = median(starts);
        let size = fs::metadata(&self.binary).map_err(Failure::file(&self.binary))?.len();
        Ok(vec![
            Bar {
                what: "cold start (--version)".to_owned(),
                wanted: "≤ 20 ms".to_owned(),
                got: shown(start),
                held: start <= Duration::from_millis(20),
            },
            Bar {
                what: "slim program, stripped".to_owned(),
                wanted: "≤ 20 MB".to_owned(),
                got: megabytes(size),
                held: size <= 20_000_000,
            },
        ])
    }
}

/// One fleet of one size.
struct Stand<'ground> {
    ground: &'ground BenchGround,
    folder: TempDir,
    services: Vec<(String, String)>,
}

impl<'ground> Stand<'ground> {
    fn build(ground: &'ground BenchGround, size: usize) -> Result<Self, Failure> {
        let folder = temporary();
        let services: Vec<(String, String)> =
            (0..size).map(|at| (format!("service-{at:04}"), format!("bench_{at:04}"))).collect();
        // Copying files beats writing every page to the log, which the server does since 15 unless told.
        let strategy =
            if ground.cluster.version().major >= 15 { " STRATEGY file_copy" } else { "" };
        for (service, database) in &services {
            write_service(folder.path(), service, ground.history.path())?;
            ground.sql(
                "postgres",
                &format!("CREATE DATABASE {database} TEMPLATE {TEMPLATE}{strategy}"),
            )?;
        }
        write_compose(folder.path(), ground.cluster.port(), &services)?;
        Ok(Self { ground, folder, services })
    }

    fn clear(self) -> Result<(), Failure> {
        for (_, database) in &self.services {
            self.ground.sql("postgres", &format!("DROP DATABASE {database} WITH (FORCE)"))?;
        }
        Ok(())
    }

    fn service(&self, at: usize) -> (PathBuf, String) {
        let (service, database) = &self.services[at];
        (self.folder.path().join("services").join(service), self.ground.cluster.url(database))
    }

    /// Runs a per-service tool on one service after another until the budget is spent; the times it took.
    fn one_by_one(
        &self,
        mut call: impl FnMut(usize) -> Result<Command, Failure>,
    ) -> Result<Vec<Duration>, Failure> {
        let began = Instant::now();
        let mut times = Vec::new();
        for at in 0..self.services.len() {
            if at > 0 && began.elapsed() > self.ground.budget {
                break;
            }
            let mut command = call(at)?;
            let measured = measure(&mut command)?;
            if measured.code != 0 {
                return Err(Failure::Told(format!(
                    "`{}` ended with {}",
                    crate::steps::line(&command),
                    measured.code
                )));
            }
            times.push(measured.duration);
        }
        Ok(times)
    }

    fn add(
        &self,
        sheet: &mut Sheet,
        what: &str,
        times: &[Duration],
        against: Duration,
    ) -> Duration {
        let each = median(times.to_vec());
        let whole = each * u32::try_from(self.services.len()).unwrap_or(u32::MAX);
        sheet.row(&[
            what.to_owned(),
            self.services.len().to_string(),
            times.len().to_string(),
            shown(each),
            shown(whole),
            ratio(whole, against),
        ]);
        whole
    }

    /// `check`, and what others offer for the question whether a database is up to date.
    fn check(&self, sheet: &mut Sheet) -> Result<Vec<Bar>, Failure> {
        let size = self.services.len();
        let repetitions = if size >= 1000 { 3 } else { self.ground.repetitions };
        let mut times = Vec::new();
        let mut memory = 0;
        for _ in 0..repetitions {
            let measured = self.ground.radoub(self.folder.path(), &["check"])?;
            if measured.code != 0 {
                return Err(Failure::Told(format!(
                    "radoub check of {size} ended with {}",
                    measured.code
                )));
            }
            times.push(measured.duration);
            memory = measured.memory.max(memory);
        }
        let ours = median(times.clone());
        sheet.row(&[
            "radoub check".to_owned(),
            size.to_string(),
            format!("{repetitions} runs"),
            String::new(),
            shown(ours),
            format!("1 ({})", megabytes(memory)),
        ]);
        let mut bars = Vec::new();
        if let Some(shared) = &self.ground.shared {
            let projects = self.projects(shared);
            let times = self
                .one_by_one(|at| Ok(projects[at % projects.len()].call(&["migrate", "status"])))?;
            let whole = self.add(sheet, "prisma migrate status, in a loop", &times, ours);
            if size == 12 {
                let times_faster = whole.as_secs_f64() / ours.as_secs_f64();
                bars.push(Bar {
                    what: "check of 12 against the CLI in a loop".to_owned(),
                    wanted: "≥ 100 ×".to_owned(),
                    got: format!("{times_faster:.0} ×"),
                    held: times_faster >= 100.0,
                });
            }
        }
        if let Some(dbmate) = &self.ground.dbmate {
            let folder = Self::dbmate_history()?;
            let times = self.one_by_one(|at| {
                let mut command = Command::new(dbmate);
                command
                    .args(["--no-dump-schema", "--migrations-dir"])
                    .arg(folder.path())
                    .arg("status");
                command
                    .env_clear()
                    .env("DATABASE_URL", format!("{}?sslmode=disable", self.service(at).1));
                Ok(command)
            })?;
            self.add(sheet, "dbmate status, in a loop", &times, ours);
        }
        if self.ground.psql.is_some() {
            let question =
                "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL";
            let times = self.one_by_one(|at| self.psql(at, question))?;
            self.add(sheet, "psql -c SELECT, in a loop", &times, ours);
            self.add_whole(sheet, "psql -c SELECT, all at once", self.at_once(question)?, ours);
        }
        let (what, limit) = match size {
            12 => ("check of 12", Duration::from_millis(300)),
            1000 => ("check of 1,000", Duration::from_secs(10)),
            _ => return Ok(bars),
        };
        bars.push(Bar {
            what: what.to_owned(),
            wanted: format!("≤ {}", shown(limit)),
            got: shown(ours),
            held: ours <= limit,
        });
        if size == 12 {
            bars.push(Bar {
                what: "memory for 12".to_owned(),
                wanted: "≤ 30 MB".to_owned(),
                got: megabytes(memory),
                held: memory <= 30_000_000,
            });
        }
        Ok(bars)
    }

    /// `apply` of one more migration everywhere; what it costs beside psql is judged by `bench run`. The Prisma CLI gets its own migration after that on as many
    /// services as time allows, psql one more.
    fn apply(&self, sheet: &mut Sheet) -> Result<(), Failure> {
        let size = self.services.len();
        let mut times = Vec::new();
        let repetitions = if size > 100 { 1 } else { 3 };
        for round in 0..repetitions {
            self.write_migration(HISTORY + round)?;
            let measured = self.ground.radoub(self.folder.path(), &["apply", "--no-backup"])?;
            if measured.code != 0 {
                return Err(Failure::Told(format!(
                    "radoub apply of {size} ended with {}",
                    measured.code
                )));
            }
            times.push(measured.duration);
        }
        let ours = median(times);
        sheet.row(&[
            "radoub apply, one migration".to_owned(),
            size.to_string(),
            format!("{repetitions} runs"),
            String::new(),
            shown(ours),
            "1".to_owned(),
        ]);
        let next = HISTORY + repetitions;
        if let Some(shared) = &self.ground.shared {
            self.write_migration(next)?;
            let projects = self.projects(shared);
            let times: Vec<Duration> = projects
                .iter()
                .map(|project| {
                    measure(&mut project.call(&["migrate", "deploy"]))
                        .map(|measured| measured.duration)
                })
                .collect::<Result<_, _>>()?;
            self.add(sheet, "prisma migrate deploy, in a loop", &times, ours);
        }
        if self.ground.psql.is_some() {
            let times = self.one_by_one(|at| self.psql(at, &script(next + 1)))?;
            self.add(sheet, "psql -c SCRIPT, in a loop", &times, ours);
            let mut times = Vec::new();
            for round in 0..repetitions {
                times.push(self.at_once(&script(next + 2 + round))?);
            }
            let theirs = median(times);
            self.add_whole(sheet, "psql -c SCRIPT, all at once", theirs, ours);
        }
        Ok(())
    }

    /// Projects of the real CLI for the first services: making one takes time, so there are few.
    fn projects(&self, shared: &Path) -> Vec<Cli> {
        let count = self.services.len().min(4);
        let project = |at: usize| {
            let (folder, url) = self.service(at);
            let (migrations, schema) =
                (folder.join("prisma/migrations"), folder.join("prisma/schema.prisma"));
            Cli::of(shared, Place { url: &url, migrations: &migrations, schema: &schema })
        };
        (0..count).map(project).collect()
    }

    fn psql(&self, at: usize, sql: &str) -> Result<Command, Failure> {
        let program = self
            .ground
            .psql
            .as_ref()
            .ok_or_else(|| Failure::Told("psql is not installed".to_owned()))?;
        let mut command = Command::new(program);
        let port = self.ground.cluster.port().to_string();
        command.args([
            "-X",
            "-At",
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            SUPERUSER,
            "-d",
            &self.services[at].1,
        ]);
        command.args(["-c", sql]).env_clear().env("PGPASSWORD", PLANTED);
        Ok(command)
    }

    /// One psql per service, as many at a time as radoub has lanes to one server.
    fn at_once(&self, sql: &str) -> Result<Duration, Failure> {
        let waiting = std::sync::Mutex::new(0..self.services.len());
        let began = Instant::now();
        let failures: Vec<Failure> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        loop {
                            let next = waiting
                                .lock()
                                .unwrap_or_else(std::sync::PoisonError::into_inner)
                                .next();
                            let at = next?;
                            if let Err(failure) =
                                self.psql(at, sql).and_then(|mut command| succeed(&mut command))
                            {
                                return Some(failure);
                            }
                        }
                    })
                })
                .collect();
            workers.into_iter().filter_map(|worker| worker.join().ok().flatten()).collect()
        });
        if let Some(failure) = failures.into_iter().next() {
            return Err(failure);
        }
        Ok(began.elapsed())
    }

    /// A row of something that was done to the whole fleet at once.
    fn add_whole(&self, sheet: &mut Sheet, what: &str, whole: Duration, against: Duration) {
        let size = self.services.len().to_string();
        sheet.row(&[
            what.to_owned(),
            size.clone(),
            size,
            String::new(),
            shown(whole),
            ratio(whole, against),
        ]);
    }

    fn write_migration(&self, at: usize) -> Result<(), Failure> {
        for (service, _) in &self.services {
            let folder =
                self.folder.path().join("services").join(service).join("prisma/migrations");
            write(&folder.join(format!("{}_step/migration.sql", stamp(at))), &script(at))?;
        }
        Ok(())
    }

    fn dbmate_history() -> Result<TempDir, Failure> {
        let folder = temporary();
        for at in 0..HISTORY {
            let text = format!("-- migrate:up\n{}\n-- migrate:down\n", script(at));
            write(&folder.path().join(format!("{}_step.sql", stamp(at))), &text)?;
        }
        Ok(folder)
    }
}

fn ratio(whole: Duration, against: Duration) -> String {
    if against.is_zero() {
        String::new()
    } else {
        format!("{:.1} ×", whole.as_secs_f64() / against.as_secs_f64())
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}
