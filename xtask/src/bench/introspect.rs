//! A database to SQL, beside the real schema engine's time for the same question, for a database as
//! applications have them and one ten times as large.
//!
//! Both sides connect, read and write in each round, in a process that is warm and a session that is not; they
//! run one after the other in one run, on one server. Connecting has a column of its own:
//! the promise is about introspection. What the engine takes to connect is
//! what it takes to connect and ask for the server's version.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use radoub_testing::oracle::Oracle;
use radoub_testing::postgres::Cluster;
use radoub_testing::shared::shared;
use serde::Deserialize;
use serde_json::json;

use super::{Sheet, median, shown};
use crate::generated::target;
use crate::steps::{Failure, cargo, line, read, run};

/// Tables of the databases.
const SIZES: [usize; 2] = [60, 600];

/// How much faster than the real engine each must be.
const RATIO: f64 = 10.0;

/// What the measured program says.
#[derive(Deserialize)]
struct Measured {
    bytes: usize,
    /// Nanoseconds of each round, of connecting.
    connect: Vec<u64>,
    /// Of reading and writing.
    read: Vec<u64>,
}

/// Measures, prints the table; gives back the promises that are not kept.
pub(super) fn introspect(rounds: usize) -> Result<Vec<String>, Failure> {
    let program = built()?;
    let Some(shared) = shared() else {
        return Err(Failure::Told("the oracle is in ../shared".to_owned()));
    };
    let oracle = Oracle::of(&shared);
    let cluster = Cluster::try_with(Cluster::shared_options())
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    let mut sheet = Sheet::new(&[
        "database",
        "SQL, KB",
        "Prisma: queries",
        "connect",
        "introspect",
        "radoub: queries",
        "connect",
        "introspect",
        "times faster",
        "and with connecting",
    ]);
    let (mut broken, mut counts) = (Vec::new(), Vec::new());
    for size in SIZES {
        let database = cluster.database("introspect");
        database.psql(&script(size));
        let url = database.url();
        let ours = |rounds: usize| -> Result<Measured, Failure> {
            let mut command = Command::new(&program);
            command.arg(format!("--rounds={rounds}")).arg(&url).env_clear();
            let said = read(&mut command)?;
            serde_json::from_str(&said)
                .map_err(|error| Failure::Told(format!("{}: {error}", line(&command))))
        };
        let question = json!({
            "verb": "diff-url",
            "url": url,
            "reverse": true,
            "datasource": [{ "path": "schema.prisma", "content": DATASOURCE }],
        });
        let theirs = |question: &serde_json::Value| {
            oracle.time(question).map_err(|error| Failure::Told(format!("the engine: {error}")))
        };

        // How many statements each sends, told by the server's log.
        let counted = |ask: &dyn Fn() -> Result<(), Failure>| -> Result<usize, Failure> {
            let name = database.name().replace('"', "\"\"");
            database.psql(&format!("ALTER DATABASE \"{name}\" SET log_statement = 'all'"));
            let before = cluster.log().len();
            ask()?;
            let log = cluster.log();
            database.psql(&format!("ALTER DATABASE \"{name}\" RESET log_statement"));
            let lines = log[before..].lines().filter(|line| line.contains(" execute "));
            Ok(lines.filter(|line| line.contains(database.name())).count())
        };
        let their_queries = counted(&|| theirs(&question).map(drop))?;
        let our_queries = counted(&|| ours(1).map(drop))?;
        counts.push(our_queries);

        let measured = ours(rounds)?;
        let nanoseconds =
            |all: &[u64]| median(all.iter().map(|&it| Duration::from_nanos(it)).collect());
        let (connect, mine) = (nanoseconds(&measured.connect), nanoseconds(&measured.read));
        let few = rounds.min(10);
        let often = |question: &serde_json::Value| -> Result<Duration, Failure> {
            Ok(median((0..few).map(|_| theirs(question)).collect::<Result<Vec<_>, _>>()?))
        };
        let version =
            json!({ "verb": "server-version", "url": url, "schema": question["datasource"] });
        let (their_connect, their_whole) = (often(&version)?, often(&question)?);
        let real = their_whole.saturating_sub(their_connect);
        let times = |real: Duration, mine: Duration| {
            real.as_secs_f64() / mine.as_secs_f64().max(f64::EPSILON)
        };
        let ratio = times(real, mine);
        sheet.row(&[
            format!("{size} tables"),
            format!("{}", measured.bytes.div_ceil(1024)),
            their_queries.to_string(),
            shown(their_connect),
            shown(real),
            our_queries.to_string(),
            shown(connect),
            shown(mine),
            format!("{ratio:.0} ×"),
            format!("{:.0} ×", times(their_whole, connect + mine)),
        ]);
        if ratio < RATIO {
            broken.push(format!("{size} tables: {ratio:.1} × instead of {RATIO} ×"));
        }
    }
    if counts.windows(2).any(|pair| pair[0] != pair[1]) {
        broken.push(format!("the number of queries grows with the tables: {counts:?}"));
    }
    println!(
        "\nfrom a database to the SQL that makes it; median of {rounds} rounds in a warm process, each in a session of its own\n"
    );
    print!("{}", sheet.text());
    Ok(broken)
}

const DATASOURCE: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url      = \"postgresql://localhost/db\"\n}\n";

/// Builds the program that is measured, as a release has it, and gives its path.
fn built() -> Result<PathBuf, Failure> {
    run(&mut cargo(&[
        "build",
        "--release",
        "--package",
        "radoub-postgres",
        "--example",
        "introspect",
    ]))?;
    let name = format!("introspect{}", std::env::consts::EXE_SUFFIX);
    Ok(target().join("release").join("examples").join(name))
}

/// Tables as applications have them: fifteen columns, three indexes, a foreign key; an enum type for ten
/// of them.
fn script(tables: usize) -> String {
    let mut text = String::new();
    for at in 0..tables {
        let (level, before) = (at / 10, at.saturating_sub(1));
        if at % 10 == 0 {
            let _ =
                writeln!(text, "CREATE TYPE \"Level{level}\" AS ENUM ('LOW', 'MIDDLE', 'HIGH');");
        }
        let _ = write!(
            text,
            "CREATE TABLE \"Table{at}\" (\n  \"id\" SERIAL PRIMARY KEY,\n  \"code\" VARCHAR(40) NOT NULL,\n  \
             \"title\" TEXT NOT NULL DEFAULT 'untitled',\n  \"text\" TEXT,\n  \"amount\" DECIMAL(12,2) NOT NULL DEFAULT 0,\n  \
             \"rate\" DOUBLE PRECISION,\n  \"count\" INTEGER NOT NULL DEFAULT 1,\n  \"big\" BIGINT,\n  \
             \"active\" BOOLEAN NOT NULL DEFAULT true,\n  \"level\" \"Level{level}\" NOT NULL DEFAULT 'LOW',\n  \
             \"tags\" TEXT[] DEFAULT ARRAY[]::TEXT[],\n  \"data\" JSONB NOT NULL DEFAULT '{{}}',\n  \
             \"createdAt\" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,\n  \"updatedAt\" TIMESTAMP(3) NOT NULL,\n  \
             \"beforeId\" INTEGER REFERENCES \"Table{before}\" ON DELETE SET NULL ON UPDATE CASCADE\n);\n\
             CREATE UNIQUE INDEX \"Table{at}_code_key\" ON \"Table{at}\"(\"code\");\n\
             CREATE INDEX \"Table{at}_title_createdAt_idx\" ON \"Table{at}\"(\"title\", \"createdAt\" DESC);\n\
             CREATE INDEX \"Table{at}_beforeId_idx\" ON \"Table{at}\"(\"beforeId\");\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn a_script_has_as_many_tables_as_asked() {
        assert_eq!(script(60).matches("CREATE TABLE").count(), 60);
    }
}
