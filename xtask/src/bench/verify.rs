//! `cargo xtask bench verify`: twelve services looked at, and millions of rows summed up beside psql.
//!
//! The SQL that psql is given is the very one that radoub sent, taken from the server's log; both are measured in
//! turns, in one run.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::docker::{Engine, Image};
use radoub_testing::fleet::temporary;
use radoub_testing::postgres::Options;
use radoub_testing::route::Route;

use super::services::{HISTORY, history, write, write_compose, write_service};
use super::{Sheet, measure, median, release, shown};
use crate::generated::target;
use crate::steps::{Failure, cargo, run};

/// How to measure verification.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArguments {
    /// How many rows are summed up
    #[arg(long, default_value_t = 7_000_000)]
    rows: u64,
    /// How often each is measured
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// A radoub that is built already, instead of building the slim release
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

/// Services that are looked at.
const SERVICES: usize = 12;
/// The image of their containers.
const IMAGE: &str = "radoub-bench/asking-service:1";
/// For how long their containers may take to be well.
const PATIENCE: Duration = Duration::from_mins(1);
/// For how long they have to stay well.
const QUIET: Duration = Duration::from_secs(1);
/// What the look at them may take beyond that.
const BEYOND: Duration = Duration::from_secs(2);
/// What summing up may take against psql.
const RATIO: f64 = 1.1;

/// Tables as applications have them, by how many tenths of the rows each holds.
const TABLES: [(&str, u64); 3] = [("orders", 6), ("lines", 3), ("people", 1)];

/// Measures, prints the table; fails when a promise is not kept.
pub(crate) fn verify(arguments: &VerifyArguments) -> Result<(), Failure> {
    let binary = match &arguments.binary {
        Some(path) => std::path::absolute(path).map_err(Failure::file(path))?,
        None => release()?,
    };
    let options =
        Options::default().setting("max_connections", 200).setting("shared_buffers", "256MB");
    let cluster = Cluster::try_with(options)
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    let mut sheet = Sheet::new(&["", "wanted", "measured", ""]);
    let mut broken = 0;
    let mut promise = |what: String, wanted: String, got: String, held: bool| {
        broken += usize::from(!held);
        sheet.row(&[what, wanted, got, if held { "kept" } else { "BROKEN" }.to_owned()]);
    };

    for (what, engine) in [("services", None), ("containers", Some(engine()?))] {
        let took = twelve(&cluster, &binary, arguments.rounds, engine.as_ref())?;
        promise(
            format!("gate and verify of {SERVICES} {what} beyond {} of quiet", shown(QUIET)),
            format!("≤ {}", shown(BEYOND)),
            shown(took),
            took <= BEYOND,
        );
    }
    let (ours, theirs) = sums(&cluster, &binary, arguments)?;
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64().max(f64::EPSILON);
    promise(
        format!("counts and sums of {} rows, psql {}", arguments.rows, shown(theirs)),
        format!("≤ {RATIO} ×"),
        format!("{} ({ratio:.3} ×)", shown(ours)),
        ratio <= RATIO,
    );
    println!("\nmedians of {} rounds\n\n{}", arguments.rounds, sheet.text());
    if broken == 0 {
        Ok(())
    } else {
        Err(Failure::Told(format!("{broken} promises are not kept on this machine")))
    }
}

/// A Docker engine that has the image of the small service that asks its database.
fn engine() -> Result<Engine, Failure> {
    let program = "radoub-test-service";
    run(&mut cargo(&["build", "--package", "radoub-testing", "--bin", program]))?;
    let engine = Engine::start().map_err(|error| Failure::Told(error.to_string()))?;
    let program = target().join("debug").join(program);
    let start = format!("CMD [{:?}]", program.display().to_string());
    engine.import(&Image::new(IMAGE).program(&program).change(&start));
    Ok(engine)
}

/// What the look at twelve services takes beyond the quiet period: health route asked eleven times, tables probed,
/// counted, summed up and compared, rows without parents and late sequences looked for; with an engine, their
/// containers and logs as well.
fn twelve(
    cluster: &Cluster,
    binary: &Path,
    rounds: usize,
    engine: Option<&Engine>,
) -> Result<Duration, Failure> {
    let folder = temporary();
    let history = history()?;
    let route = Route::answering_after(Duration::from_millis(1));
    let doors = ports()?;
    let (mut services, mut settings) = (Vec::new(), String::new());
    let mut compose = "services:\n".to_owned();
    for (at, port) in doors.iter().enumerate() {
        let (service, database) = (format!("service-{at:02}"), format!("verify_{at:02}"));
        write_service(folder.path(), &service, history.path())?;
        sql(cluster, "postgres", &format!("CREATE DATABASE {database}"))?;
        let health = match engine {
            Some(_) => format!("http://127.0.0.1:{port}/health"),
            None => route.address().to_owned(),
        };
        let _ = writeln!(settings, "[service.{service}]\nhealth = \"{health}\"");
        let _ = write!(
            compose,
            "  {service}:\n    image: {IMAGE}\n    build: ./services/{service}\n    network_mode: host\n    \
             environment:\n      PORT: {port}\n      QUERY: SELECT count(*) FROM step_0\n      DATABASE_URL: {}\n",
            cluster.url(&database)
        );
        services.push((service, database));
    }
    match engine {
        Some(_) => write(&folder.path().join("docker-compose.yml"), &compose)?,
        None => write_compose(folder.path(), cluster.port(), &services)?,
    }
    write(&folder.path().join("radoub.toml"), &settings)?;
    let project = format!("radoub-bench-{}", std::process::id());
    let radoub = |arguments: &[&str]| {
        let mut words = vec!["--project-name", &project];
        words.extend(arguments);
        let environment = engine.map(Engine::environment).unwrap_or_default();
        radoub(binary, folder.path(), &words, &environment)
    };
    radoub(&["apply", "--no-backup", "--no-restart"])?;
    let mut rows = "CREATE TABLE \"Thing\" (id int PRIMARY KEY, name text NOT NULL);".to_owned();
    for at in 0..HISTORY {
        let _ = write!(
            rows,
            "INSERT INTO step_{at} (name) SELECT 'name ' || n FROM generate_series(1, 2000) n;"
        );
    }
    for (_, database) in &services {
        sql(cluster, database, &rows)?;
    }
    if let Some(engine) = engine {
        engine.compose(folder.path(), &project, &["up", "--detach", "--no-build"]);
        let began = Instant::now();
        // They are well when they have asked once.
        while radoub(&["verify", "--quiet", "1"]).is_err() && began.elapsed() < PATIENCE {}
    }
    let quiet = QUIET.as_secs().to_string();
    let look = |more: &[&str]| {
        let mut words = vec!["verify"];
        words.extend(engine.is_none().then_some("--no-containers"));
        words.extend(more);
        radoub(&words)
    };
    look(&["--remember"])?;
    let times = (0..rounds).map(|_| look(&["--since", "last", "--quiet", &quiet]));
    let times = times.collect::<Result<Vec<_>, _>>()?;
    for (_, database) in &services {
        sql(cluster, "postgres", &format!("DROP DATABASE {database} WITH (FORCE)"))?;
    }
    Ok(median(times).saturating_sub(QUIET))
}

/// Ports of this machine that nobody listens on just now, one for each service.
fn ports() -> Result<Vec<u16>, Failure> {
    let failed = |error: std::io::Error| Failure::Told(format!("no port: {error}"));
    let listeners = (0..SERVICES).map(|_| TcpListener::bind("127.0.0.1:0"));
    let listeners = listeners.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let ports = listeners.iter().map(|it| it.local_addr().map(|it| it.port()));
    ports.collect::<Result<_, _>>().map_err(failed)
}

/// What counting and summing up takes radoub, all of its `verify --remember` included, and what the same questions
/// take in psql.
fn sums(
    cluster: &Cluster,
    binary: &Path,
    arguments: &VerifyArguments,
) -> Result<(Duration, Duration), Failure> {
    let folder = temporary();
    let history = temporary();
    write(&history.path().join("migration_lock.toml"), radoub_testing::fleet::LOCK_FILE)?;
    write_service(folder.path(), "big", history.path())?;
    write_compose(folder.path(), cluster.port(), &[("big".to_owned(), "big".to_owned())])?;
    write(&folder.path().join("radoub.toml"), "[verify]\ncensus_seconds = 3600\n")?;
    sql(cluster, "postgres", "CREATE DATABASE big")?;
    println!("filling {} rows", arguments.rows);
    for (table, tenths) in TABLES {
        sql(cluster, "big", &filled(table, arguments.rows * tenths / 10))?;
    }
    sql(cluster, "big", "CREATE TABLE \"Thing\" (id int PRIMARY KEY, name text NOT NULL)")?;
    sql(cluster, "big", "VACUUM ANALYZE")?;

    sql(cluster, "big", "ALTER DATABASE big SET log_statement = 'all'")?;
    let before = cluster.log().len();
    let ask = ["verify", "--no-containers", "--remember"];
    radoub(binary, folder.path(), &ask, &[])?;
    let log = cluster.log();
    let asked = questions(&log[before..]);
    sql(cluster, "big", "ALTER DATABASE big RESET log_statement")?;
    if asked.len() != TABLES.len() + 1 {
        return Err(Failure::Told(format!("the log has {} questions: {asked:#?}", asked.len())));
    }
    let script = folder.path().join("sums.sql");
    let text = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n{};\nCOMMIT;\n",
        asked.join(";\n")
    );
    fs::write(&script, text).map_err(Failure::file(&script))?;
    let Some(psql) = cluster.binaries().client("psql") else {
        return Err(Failure::Told("psql is not installed".to_owned()));
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..arguments.rounds {
        ours.push(radoub(binary, folder.path(), &ask, &[])?);
        let mut command = Command::new(&psql);
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&script);
        let measured = measure(command.arg(cluster.url("big")))?;
        if measured.code != 0 {
            return Err(Failure::Told(format!("psql ended with {}", measured.code)));
        }
        theirs.push(measured.duration);
    }
    sql(cluster, "postgres", "DROP DATABASE big WITH (FORCE)")?;
    Ok((median(ours), median(theirs)))
}

/// A table of eight columns with so many rows.
fn filled(table: &str, rows: u64) -> String {
    format!(
        "CREATE TABLE {table} (id serial PRIMARY KEY, code varchar(40) NOT NULL, title text, amount numeric(12,2) NOT NULL, \
         active boolean NOT NULL, made timestamp(3) NOT NULL, owner uuid NOT NULL, count integer NOT NULL);\n\
         INSERT INTO {table} (code, title, amount, active, made, owner, count) \
         SELECT 'code ' || n, 'a title of some words ' || n, n / 7.0, n % 2 = 0, \
         timestamp '2024-01-01' + n * interval '1 second', md5(n::text)::uuid, n % 100 FROM generate_series(1, {rows}) n"
    )
}

/// The questions for counts and sums that a log shows.
fn questions(log: &str) -> Vec<&str> {
    let at = |line: &str| line.find("SELECT pg_catalog.count(*), ");
    let asked = log.lines().filter_map(|line| Some(&line[at(line)?..]));
    asked.filter(|it| it.contains("FROM ONLY")).collect()
}

fn sql(cluster: &Cluster, database: &str, sql: &str) -> Result<(), Failure> {
    let asked = cluster.query(database, sql);
    asked.map(drop).map_err(|error| Failure::Told(format!("{database}: {error}")))
}

/// Runs radoub, which is to find nothing; how long it took.
fn radoub(
    binary: &Path,
    folder: &Path,
    arguments: &[&str],
    environment: &[(&str, String)],
) -> Result<Duration, Failure> {
    let mut command = Command::new(binary);
    command.args(arguments).current_dir(folder).env_clear();
    let environment = environment.iter().map(|(name, value)| (name, value));
    let measured = measure(command.envs(environment))?;
    if measured.code == 0 {
        return Ok(measured.duration);
    }
    Err(Failure::Told(format!("radoub {} ended with {}", arguments.join(" "), measured.code)))
}

#[cfg(test)]
mod tests {
    use super::questions;

    #[test]
    fn the_questions_of_a_census_are_found_in_a_log() {
        let log = "LOG:  execute <unnamed>: SELECT pg_catalog.count(*), 1 FROM ONLY t\n\
                   LOG:  execute <unnamed>: SELECT pg_catalog.count(*) FROM s\nDETAIL: x\n";
        assert_eq!(questions(log), ["SELECT pg_catalog.count(*), 1 FROM ONLY t"]);
    }
}
