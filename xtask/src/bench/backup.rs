//! `cargo xtask bench backup`: a backup with proof beside bare `pg_dump` and `pg_restore`, and how much memory it
//! takes to dump gigabytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member, temporary};
use radoub_testing::postgres::{Options, SUPERUSER};
use radoub_testing::secret::PLANTED;

use super::{Measure, Sheet, measure, median, release, shown};
use crate::steps::Failure;

/// How to measure backups.
#[derive(Debug, clap::Args)]
pub(crate) struct BackupArguments {
    /// Megabytes of the large database
    #[arg(long, default_value_t = 2000)]
    large: u64,
    /// How often each is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// A radoub that is built already, instead of building the slim release
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

impl BackupArguments {
    /// As the command line has them when nothing is said but this.
    pub(super) fn of(binary: &Path, large: u64) -> Self {
        Self { large, rounds: 3, binary: Some(binary.to_path_buf()) }
    }
}

/// Megabytes of the database beside bare programs, and of each of the twelve.
const SMALL: u64 = 100;

/// What backup and proof may take against `pg_dump` and `pg_restore`.
const RATIO: f64 = 1.1;

/// What radoub itself may hold in memory, however much it dumps.
const MEMORY: u64 = 64 * 1024 * 1024;

/// What twelve services of a hundred megabytes may take.
const FLEET: Duration = Duration::from_mins(1);

/// Measures, prints the table; fails when a promise is not kept.
pub(crate) fn backup(arguments: &BackupArguments) -> Result<(), Failure> {
    let binary = match &arguments.binary {
        Some(path) => std::path::absolute(path).map_err(Failure::file(path))?,
        None => release()?,
    };
    let options =
        Options::default().setting("shared_buffers", "256MB").setting("max_wal_size", "2GB");
    let cluster = Cluster::try_with(options)
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    let Some(pg_dump) = cluster.binaries().fitting_client("pg_dump") else {
        return Err(Failure::Told("no pg_dump for this server".to_owned()));
    };
    let ground = Ground { cluster, binary, programs: pg_dump, rounds: arguments.rounds };
    let mut promises = Sheet::new(&["promise", "wanted", "measured", ""]);
    let mut broken = 0;
    let mut promise = |what: &str, wanted: String, got: String, kept: bool| {
        broken += usize::from(!kept);
        let mark = if kept { "kept" } else { "BROKEN" };
        promises.row(&[what.to_owned(), wanted, got, mark.to_owned()]);
    };

    let (bare, small) = ground.beside(SMALL)?;
    let ratio = small.duration.as_secs_f64() / bare.as_secs_f64();
    promise(
        &format!("backup with proof of {SMALL} MB, against pg_dump and pg_restore"),
        format!("{RATIO}×"),
        format!("{ratio:.2}× ({} / {})", shown(small.duration), shown(bare)),
        ratio <= RATIO,
    );
    let (bare, large) = ground.beside(arguments.large)?;
    let ratio = large.duration.as_secs_f64() / bare.as_secs_f64();
    promise(
        &format!("backup with proof of {} MB, against pg_dump and pg_restore", arguments.large),
        format!("{RATIO}×"),
        format!("{ratio:.2}× ({} / {})", shown(large.duration), shown(bare)),
        ratio <= RATIO,
    );
    promise(
        &format!("memory while dumping {} MB", arguments.large),
        format!("{} MB", MEMORY / 1_000_000),
        format!("{} MB ({} MB for {SMALL} MB)", large.memory / 1_000_000, small.memory / 1_000_000),
        large.memory <= MEMORY,
    );
    let twelve = ground.twelve()?;
    promise(
        "backup and proof of 12 services of 100 MB",
        shown(FLEET),
        shown(twelve),
        twelve <= FLEET,
    );
    println!("\n{}", promises.text());
    if broken == 0 {
        Ok(())
    } else {
        Err(Failure::Told(format!("{broken} promises are not kept on this machine")))
    }
}

struct Ground {
    cluster: Cluster,
    binary: PathBuf,
    programs: PathBuf,
    rounds: usize,
}

impl Ground {
    /// Fills a database with rows as an ERP has them: numbers, times, words that repeat and words that do not.
    fn fill(&self, database: &str, megabytes: u64) {
        // Measured: a row and its two index entries take about 250 bytes.
        let rows = megabytes * 1_000_000 / 250;
        self.cluster.psql(
            database,
            &format!(
                "CREATE TABLE line AS SELECT n AS id, now() - n * interval '1 minute' AS at, \
                 (n::bigint * 7919) % 100000 AS article, round((random() * 1000)::numeric, 2) AS price, \
                 'delivery note of customer ' || (n::bigint * 104729) % 5000 AS note, md5(n::text) || md5((n + 1)::text) AS token \
                 FROM generate_series(1, {rows}) n; \
                 ALTER TABLE line ADD PRIMARY KEY (id); CREATE INDEX line_article ON line (article); ANALYZE line"
            ),
        );
    }

    fn fleet(&self, services: usize, megabytes: u64) -> Fleet<'_> {
        let mut fleet = Fleet::on(&self.cluster);
        for number in 0..services {
            let name = format!("service{number:02}");
            fleet.add(Member::new(&name));
            self.fill(fleet.database(&name).name(), megabytes);
        }
        fleet
    }

    fn radoub(&self, fleet: &Fleet<'_>, arguments: &[&str]) -> Result<Measure, Failure> {
        let mut command = Command::new(&self.binary);
        let measured = measure(command.args(arguments).current_dir(fleet.path()))?;
        if measured.code == 0 {
            Ok(measured)
        } else {
            Err(Failure::Told(format!(
                "radoub {} ended with {}",
                arguments.join(" "),
                measured.code
            )))
        }
    }

    /// Bare programs, one after the other, and radoub, each the median of the rounds.
    fn beside(&self, megabytes: u64) -> Result<(Duration, Measure), Failure> {
        println!("filling {megabytes} MB");
        let fleet = self.fleet(1, megabytes);
        let database = fleet.database("service00").name().to_owned();
        let folder = temporary();
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            bare.push(self.bare(&database, folder.path())?);
            ours.push(self.radoub(&fleet, &["backup"])?);
            let backups = fleet.path().join(".radoub");
            fs::remove_dir_all(&backups).map_err(Failure::file(&backups))?;
        }
        let memory = ours.iter().map(|it| it.memory).max().unwrap_or(0);
        let duration = median(ours.iter().map(|it| it.duration).collect());
        println!("  bare {:?}", bare.iter().map(|it| shown(*it)).collect::<Vec<_>>());
        println!("  ours {:?}", ours.iter().map(|it| shown(it.duration)).collect::<Vec<_>>());
        Ok((median(bare), Measure { duration, memory, code: 0 }))
    }

    fn bare(&self, database: &str, folder: &Path) -> Result<Duration, Failure> {
        let file = folder.join("bare.dump");
        let copy = format!("{database}_bare");
        let began = Instant::now();
        let mut dump = self.program("pg_dump");
        Self::run(
            dump.args(["--format=custom", "--file"]).arg(&file).args(["--dbname", database]),
        )?;
        self.cluster.create_database(&copy);
        let mut restore = self.program("pg_restore");
        Self::run(restore.args(["--exit-on-error", "--dbname", &copy]).arg(&file))?;
        let took = began.elapsed();
        self.cluster.psql("postgres", &format!("DROP DATABASE \"{copy}\""));
        Ok(took)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.with_file_name(name));
        command.env("PGHOST", "127.0.0.1").env("PGPORT", self.cluster.port().to_string());
        command.env("PGUSER", SUPERUSER).env("PGPASSWORD", PLANTED);
        command
    }

    fn run(command: &mut Command) -> Result<(), Failure> {
        let measured = measure(command)?;
        if measured.code == 0 {
            Ok(())
        } else {
            Err(Failure::Told(format!("{command:?} ended with {}", measured.code)))
        }
    }

    fn twelve(&self) -> Result<Duration, Failure> {
        println!("filling 12 × {SMALL} MB");
        let fleet = self.fleet(12, SMALL);
        Ok(self.radoub(&fleet, &["backup"])?.duration)
    }
}
