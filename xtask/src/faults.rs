//! `cargo xtask faults`: the fault matrix with its marks, from the names of the tests.
//!
//! A test is called `fault_NN_…` after the row that it proves. A row without a test is open, and says
//! so; whether the tests pass is for `cargo xtask test` to say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::steps::{Failure, root};

/// How to show the matrix.
#[derive(Debug, clap::Args)]
pub(crate) struct FaultsArguments {
    /// Name the tests of each row
    #[arg(long)]
    tests: bool,
    /// Fail when one of these rows is open
    #[arg(long, value_delimiter = ',', value_name = "ROW")]
    require: Vec<u8>,
}

/// The sections of the matrix, and the first row of each.
const SECTIONS: &[(u8, &str)] = &[
    (1, "Our own process"),
    (14, "Network"),
    (22, "Database server"),
    (36, "Locks and load"),
    (41, "What migrations hold"),
    (49, "Backup, restore, disk, journal"),
    (53, "Services"),
];

/// The rows: what happens, and what has to be true.
const ROWS: &[(u8, &str, &str)] = &[
    (1, "kill -9 within a transactional file", "the server undoes it; resume completes"),
    (
        2,
        "kill -9 between COMMIT and its answer",
        "the row of the same transaction tells; not applied twice",
    ),
    (3, "kill -9 within a file that goes in pieces", "goes on behind what is committed"),
    (
        4,
        "kill -9 while an index is built concurrently",
        "the invalid index is dropped and built anew",
    ),
    (5, "kill -9 while dumping", "a partial dump is no backup"),
    (6, "kill -9 while the journal is written", "the torn tail is cut, the records before stay"),
    (
        7,
        "Ctrl-C, SIGTERM, closed console; once, twice",
        "a safe point and where; cancelled on the server",
    ),
    (8, "out of memory", "memory stays flat; if killed, as 1"),
    (9, "a panic in one service's work", "that one failed, the others reach a safe point"),
    (10, "the clock jumps", "order by sequence, not by time"),
    (11, "two operators start together", "one runs; the other says who, since when, where"),
    (12, "an old prisma migrate deploy at the same time", "its lock is respected; no deadlock"),
    (13, "the machine sleeps in the middle", "the connection is found dead; state looked up"),
    (14, "the connection breaks during a statement", "unknown is unknown: look, then decide"),
    (15, "a server accepts and never answers", "deadlines; host and step named"),
    (16, "loss and delay", "slower, never wrong"),
    (17, "name, port or server not there", "says which address was tried"),
    (18, "TLS absent or certificate wrong", "refused, no downgrade"),
    (19, "a pooler in transaction mode", "refused for what locks"),
    (20, "notifications cannot be delivered", "the run is unaffected"),
    (21, "the object store dies in mid-upload", "not counted as a copy"),
    (22, "the server is killed during DDL", "recovered, looked at, resumed"),
    (23, "the server restarts between waves", "waited for within a budget"),
    (24, "the server's disk is full", "rolled back; told beforehand where possible"),
    (25, "max_connections reached", "fewer lanes, tried again"),
    (26, "read-only, standby, promoted", "told before anything"),
    (27, "another server of the same name", "bound in the plan; refused"),
    (28, "a version that is not supported", "refused unless named"),
    (29, "a missing extension", "told before any wave"),
    (30, "a role without rights", "told with what is lacking"),
    (31, "a missing database", "never made silently"),
    (32, "hostile names", "quoted everywhere"),
    (33, "a replica lags", "throttled; stops before the next wave"),
    (34, "autovacuum against wraparound holds the table", "named; waited for; never cancelled"),
    (35, "collations changed, invalid indexes present", "found before the change"),
    (36, "a long SELECT holds the table", "short tries; nobody queues behind us for long"),
    (37, "an idle transaction holds the table", "named with owner and age; left alone"),
    (38, "a deadlock with the application", "the whole file is tried again"),
    (39, "the lock budget is used up at file 3 of 5", "1 and 2 stay, 3 untouched, the wave stops"),
    (40, "a statement takes far longer than expected", "cancelled, or watched"),
    (41, "an SQL error in statement k", "all undone; file, line, caret"),
    (42, "a new enum value used in its own file", "told; never half done"),
    (43, "CONCURRENTLY, VACUUM among other statements", "own steps, order kept, journalled"),
    (44, "BEGIN and COMMIT within the file", "its boundaries are honoured"),
    (45, "edited, removed, out of order, duplicated", "each its own code"),
    (46, "odd bytes, open quotes, empty or huge files", "a clear error or a right run"),
    (47, "data that a constraint does not take", "foreseen with counts"),
    (48, "drift makes a statement impossible", "told when planning"),
    (49, "a damaged backup", "refused at verify and restore"),
    (50, "our disk is full", "stops before the next deed; the end record fits"),
    (51, "restore busy or killed half way", "aside first, then renamed"),
    (52, "the key of a backup is lost", "verify fails before apply"),
    (53, "a service does not come back", "the wave stops; its last lines and the ladder are told"),
    (54, "health says ok, tables are broken", "inconclusive or failed, not passed"),
    (
        55,
        "the container engine stops answering",
        "database work ends safely; its services are unknown",
    ),
    (56, "a service migrates by itself at boot", "blocked, or noticed"),
];

/// Prints the matrix.
pub(crate) fn faults(arguments: &FaultsArguments) -> Result<(), Failure> {
    let tests = tests()?;
    print!("{}", matrix(&tests, arguments.tests));
    let open: Vec<String> = arguments
        .require
        .iter()
        .filter(|row| !tests.contains_key(row))
        .map(ToString::to_string)
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(Failure::Told(format!("these rows are open: {}", open.join(", "))))
}

/// The matrix as the page of the reference.
pub(crate) fn page() -> Result<String, Failure> {
    let tests = tests()?;
    Ok(format!(
        "# The fault matrix\n\nEach row is a fault that is made for real in tests named after it \
         (`fault_NN_…`); rows without one are open. `cargo xtask faults --tests` names them.\n\n\
         ```text\n{}```\n",
        matrix(&tests, false)
    ))
}

fn matrix(tests: &BTreeMap<u8, Vec<String>>, named: bool) -> String {
    let mut text = String::new();
    for (row, fault, expected) in ROWS {
        if let Some((_, section)) = SECTIONS.iter().find(|(first, _)| first == row) {
            text.push_str(&format!("{}{section}\n", if *row == 1 { "" } else { "\n" }));
        }
        let own = tests.get(row).map(Vec::as_slice).unwrap_or_default();
        let mark = if own.is_empty() { "open" } else { "✔" };
        text.push_str(&format!("{row:>4}  {mark:<4}  {fault:<50}  {expected}\n"));
        if named {
            text.extend(own.iter().map(|test| format!("              {test}\n")));
        }
    }
    let proven = ROWS.iter().filter(|(row, ..)| tests.contains_key(row)).count();
    let count: usize = tests.values().map(Vec::len).sum();
    text.push_str(&format!("\n{proven} of {} rows are proven, by {count} tests\n", ROWS.len()));
    text
}

/// The tests of each row, by name.
fn tests() -> Result<BTreeMap<u8, Vec<String>>, Failure> {
    let mut tests: BTreeMap<u8, Vec<String>> = BTreeMap::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().map_err(Failure::file(&folder))? {
            let path = entry.map_err(Failure::file(&folder))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                read(&path, &mut tests)?;
            }
        }
    }
    for names in tests.values_mut() {
        names.sort();
    }
    Ok(tests)
}

fn read(path: &Path, tests: &mut BTreeMap<u8, Vec<String>>) -> Result<(), Failure> {
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    for rest in text.split("fn fault_").skip(1) {
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        let name = name.unwrap_or_default();
        if let Some(row) = name.get(..2).and_then(|digits| digits.parse().ok()) {
            tests.entry(row).or_default().push(format!("fault_{name}"));
        }
    }
    Ok(())
}
