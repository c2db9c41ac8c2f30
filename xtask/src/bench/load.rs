//! `cargo xtask bench load`: fifty clients read and write a table that a migration changes while somebody else holds
//! it, and nobody waits behind us for longer than a statement of ours may queue.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
use radoub_testing::command::Call;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::load::Load;
use radoub_testing::postgres::Options;

use super::{release, shown};
use crate::steps::Failure;

/// How to put the load on.
#[derive(Debug, clap::Args)]
pub(crate) struct LoadArguments {
    /// How many clients
    #[arg(long, default_value_t = 50)]
    clients: usize,
    /// For how many seconds somebody holds the table
    #[arg(long, default_value_t = 9)]
    held: u64,
    /// A radoub that is built already, instead of building the slim release
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

/// How long a statement of ours may queue.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// What is granted for the clock and the scheduler.
const GRACE: Duration = Duration::from_millis(50);

/// What the clients ask.
const STATEMENTS: [&str; 3] = [
    "SELECT count(*) FROM account WHERE id < 100",
    "UPDATE account SET balance = balance + 1 WHERE id = 1 + floor(random() * 10000)",
    "INSERT INTO entry (account, amount) SELECT 1 + floor(random() * 10000), 1",
];

/// The upper ends of the columns of the histogram, in milliseconds.
const ENDS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 500, 1000, 2050];

/// Measures, prints the histogram; fails when somebody waited for too long.
pub(crate) fn load(arguments: &LoadArguments) -> Result<(), Failure> {
    let binary = match &arguments.binary {
        Some(path) => std::path::absolute(path).map_err(Failure::file(path))?,
        None => release()?,
    };
    let options = Options::default().setting("max_connections", "200");
    let cluster = Cluster::try_with(options)
        .map_err(|error| Failure::Told(format!("no test server: {error}")))?;
    let mut fleet = Fleet::on(&cluster);
    let init = "CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL);\n\
                CREATE TABLE entry (account int REFERENCES account, amount int);\n\
                INSERT INTO account SELECT n, 0 FROM generate_series(1, 10000) n;\n";
    fleet.add(Member::new("bank").migration("20240101000000_init", init));
    let radoub = |arguments: &[&str]| {
        Call::of(&binary).dir(fleet.path()).env("RADOUB_LANG", "en").args(arguments)
    };
    radoub(&["apply"]).run().expect(0);
    let folder = fleet.migrations("bank").join("20240201000000_more");
    let script = "ALTER TABLE account ADD COLUMN holder TEXT;\nALTER TABLE entry ADD COLUMN at TIMESTAMP(3);\n";
    std::fs::create_dir(&folder).map_err(Failure::file(&folder))?;
    let path = folder.join("migration.sql");
    std::fs::write(&path, script).map_err(Failure::file(&path))?;

    let database = fleet.database("bank");
    let undisturbed = Load::start(&database.url(), &STATEMENTS, arguments.clients);
    wait(Duration::from_secs(3));
    let undisturbed = times(undisturbed)?;

    let holding =
        format!("BEGIN; SELECT count(*) FROM account; SELECT pg_sleep({}); COMMIT", arguments.held);
    let clients = Load::start(&database.url(), &STATEMENTS, arguments.clients);
    let (answer, holder) = thread::scope(|scope| {
        let holder = scope.spawn(|| database.query(&holding));
        wait(Duration::from_secs(1));
        let call = radoub(&["apply", "--json", "--lock-timeout", "2", "--lock-budget", "60"]);
        let answer = call.run();
        (answer, holder.join().expect("no panic").map(drop))
    });
    holder.map_err(|error| Failure::Told(format!("nobody held the table: {error:?}")))?;
    let beside = times(clients)?;
    let document = answer.expect(0).json();
    let retries = &document["services"][0]["retries"];

    println!(
        "\n{} clients; a transaction holds the table for {} s; apply stepped back {retries} times\n",
        arguments.clients, arguments.held
    );
    println!("{}", histogram(&undisturbed, &beside));
    let longest = beside.iter().max().copied().unwrap_or_default();
    println!(
        "longest: {} alone, {} beside radoub",
        shown(undisturbed.iter().max().copied().unwrap_or_default()),
        shown(longest)
    );
    if longest <= LOCK_TIMEOUT + GRACE {
        Ok(())
    } else {
        Err(Failure::Told(format!(
            "a client waited {}, more than {}",
            shown(longest),
            shown(LOCK_TIMEOUT + GRACE)
        )))
    }
}

fn times(load: Load) -> Result<Vec<Duration>, Failure> {
    load.end().map_err(|error| Failure::Told(format!("a client was refused: {error}")))
}

/// How many questions took how long, alone and beside radoub.
fn histogram(alone: &[Duration], beside: &[Duration]) -> String {
    let mut text = format!("{:>12}  {:>10}  {:>12}\n", "up to", "alone", "beside radoub");
    let mut from = 0;
    let count = |times: &[Duration], from: u64, to: u64| {
        let within = |it: &&Duration| {
            (from..to).contains(&u64::try_from(it.as_millis()).unwrap_or(u64::MAX))
        };
        times.iter().filter(within).count()
    };
    for end in ENDS.into_iter().chain([u64::MAX]) {
        let name = if end == u64::MAX { "more".to_owned() } else { format!("{end} ms") };
        let _ = writeln!(
            text,
            "{name:>12}  {:>10}  {:>12}",
            count(alone, from, end),
            count(beside, from, end)
        );
        from = end;
    }
    text
}

fn wait(time: Duration) {
    let end = Instant::now() + time;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        thread::park_timeout(left);
    }
}
