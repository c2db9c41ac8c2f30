//! The real Prisma engine, asked from Rust: `../shared/oracle` in batch mode, one long-lived Node
//! process per [`Oracle`], and the real Prisma CLI in [`Cli`].
//!
//! The oracle lies in a folder that may be read-only, so it is copied once per machine into the
//! temporary folder and its packages are installed there with `npm ci`.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::fleet;

/// What the engine or the server said against a request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, thiserror::Error)]
#[error("{} {message}", code.as_deref().unwrap_or("(no code)"))]
pub struct Refusal {
    /// `P3018`, `P1012`, `ORACLE_PANIC`, …
    pub code: Option<String>,
    /// In its own words.
    pub message: String,
    /// What the server said, when a script failed.
    pub database: Option<ServerError>,
}

/// An error of the server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ServerError {
    /// SQLSTATE.
    pub sqlstate: Option<String>,
    /// The message.
    pub message: Option<String>,
}

/// The answer to `diagnose`: what `migrate status` prints from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// Applied with another checksum than the file has.
    pub edited_migration_names: Vec<String>,
    /// Started, not finished, not rolled back.
    pub failed_migration_names: Vec<String>,
    /// Whether there is a `_prisma_migrations`.
    pub has_migrations_table: bool,
    /// How the two histories differ; `None` when they are in sync.
    pub history: Option<History>,
}

/// How the migrations folder and the applied history differ.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "diagnostic", rename_all = "camelCase")]
pub enum History {
    /// Something is pending.
    #[serde(rename_all = "camelCase")]
    DatabaseIsBehind {
        /// What.
        unapplied_migration_names: Vec<String>,
    },
    /// Something was applied that the folder does not have.
    #[serde(rename_all = "camelCase")]
    MigrationsDirectoryIsBehind {
        /// What.
        unpersisted_migration_names: Vec<String>,
    },
    /// Both.
    #[serde(rename_all = "camelCase")]
    HistoriesDiverge {
        /// The migration before the first pending one.
        last_common_migration_name: Option<String>,
        /// Applied, not in the folder.
        unpersisted_migration_names: Vec<String>,
        /// In the folder, not applied.
        unapplied_migration_names: Vec<String>,
    },
}

/// What a migration would cost, as the engine counts it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// What would be lost, or may fail.
    pub warnings: Vec<Told>,
    /// What cannot be done.
    pub unexecutable_steps: Vec<Told>,
}

/// One sentence about one step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The sentence.
    pub message: String,
    /// The number of the step, from 0.
    pub step_index: usize,
}

/// One row of `_prisma_migrations`, without what differs between two runs (id, times).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `migration_name`.
    pub name: String,
    /// `checksum`.
    pub checksum: String,
    /// Whether `finished_at` is set.
    pub finished: bool,
    /// Whether `rolled_back_at` is set.
    pub rolled_back: bool,
    /// `applied_steps_count`.
    pub steps: i64,
    /// `logs`.
    pub logs: Option<String>,
}

/// A running engine. Requests from several threads wait for each other; use one per thread to work in
/// parallel.
#[derive(Debug)]
pub struct Oracle {
    folder: PathBuf,
    process: Mutex<Option<Process>>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// Where a service's files and database are, for the requests that need all three.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// URL of the database.
    pub url: &'a str,
    /// Migrations folder; need not exist.
    pub migrations: &'a Path,
    /// Schema, file or folder.
    pub schema: &'a Path,
}

impl Oracle {
    /// Makes one from the oracle of `shared`; the Node process starts with the first request.
    ///
    /// The first call on a machine installs its packages, which takes some seconds and the network.
    #[track_caller]
    pub fn of(shared: &Path) -> Self {
        Self { folder: installed(&shared.join("oracle")), process: Mutex::new(None) }
    }

    /// The folder it is installed in, with its library `lib.mjs`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Sends one request of batch mode (see the oracle's README) and gives its `result`.
    ///
    /// # Errors
    ///
    /// [`Refusal`], what the engine said. A request that ends the process (a panic of the engine) is a
    /// refusal with the code `ORACLE_PANIC`; the next request starts a new one.
    #[track_caller]
    pub fn ask(&self, request: &Value) -> Result<Value, Refusal> {
        self.exchange(request).map(|answer| answer["result"].clone())
    }

    /// How long the engine itself took for a request, without the way there and back; it counts whole
    /// milliseconds.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    #[track_caller]
    pub fn time(&self, request: &Value) -> Result<Duration, Refusal> {
        let answer = self.exchange(request)?;
        Ok(Duration::from_millis(answer["ms"].as_u64().unwrap_or_default()))
    }

    /// Sends one request and gives the whole answer.
    #[track_caller]
    fn exchange(&self, request: &Value) -> Result<Value, Refusal> {
        let mut slot = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let process = slot.get_or_insert_with(|| self.start());
        let mut line = request.to_string();
        line.push('\n');
        let mut answer = String::new();
        let asked = process
            .stdin
            .write_all(line.as_bytes())
            .and_then(|()| process.stdout.read_line(&mut answer));
        match asked {
            Ok(read) if read > 0 => {}
            Ok(_) | Err(_) => {
                *slot = None;
                return Err(Refusal {
                    code: Some("ORACLE_PANIC".to_owned()),
                    message: "the process ended".to_owned(),
                    database: None,
                });
            }
        }
        let answer: Value = serde_json::from_str(&answer)
            .unwrap_or_else(|error| panic!("the oracle answered {answer}: {error}"));
        if answer["ok"] == json!(true) {
            return Ok(answer);
        }
        let refusal: Refusal = serde_json::from_value(answer["error"].clone())
            .unwrap_or_else(|error| panic!("the oracle refused with {}: {error}", answer["error"]));
        if refusal.code.as_deref() == Some("ORACLE_PANIC") {
            *slot = None;
        }
        Err(refusal)
    }

    fn start(&self) -> Process {
        let mut child = Command::new("node")
            .arg("prisma-oracle.mjs")
            .arg("batch")
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("node does not start: {error}"));
        let stdin = child.stdin.take().expect("piped");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        Process { child, stdin, stdout }
    }

    #[track_caller]
    fn at(&self, verb: &str, place: Place<'_>, more: Value) -> Result<Value, Refusal> {
        let mut request = json!({
            "verb": verb,
            "url": place.url,
            "migrations": absolute(place.migrations),
            "schema": absolute(place.schema),
        });
        if let (Value::Object(request), Value::Object(more)) = (&mut request, more) {
            request.extend(more);
        }
        self.ask(&request)
    }

    /// `diagnoseMigrationHistory`: what `migrate status` prints from.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    #[track_caller]
    pub fn diagnose(&self, place: Place<'_>) -> Result<Diagnosis, Refusal> {
        let answer = self.at("diagnose", place, json!({}))?;
        Ok(serde_json::from_value(answer.clone())
            .unwrap_or_else(|error| panic!("diagnose answered {answer}: {error}")))
    }

    /// `migrate deploy`; gives the names of the applied migrations.
    ///
    /// # Errors
    ///
    /// [`Refusal`]: `P3018` with the server's error when a script failed, `P3009` when one had failed
    /// before.
    #[track_caller]
    pub fn deploy(&self, place: Place<'_>) -> Result<Vec<String>, Refusal> {
        let answer = self.at("deploy", place, json!({}))?;
        Ok(serde_json::from_value(answer["appliedMigrationNames"].clone())
            .unwrap_or_else(|error| panic!("deploy answered {answer}: {error}")))
    }

    /// `db push`, with `--accept-data-loss` when `force`.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    #[track_caller]
    pub fn push(&self, place: Place<'_>, force: bool) -> Result<Value, Refusal> {
        self.at("push", place, json!({ "force": force }))
    }

    /// What `migrate dev` decides first: the reason why the database must be reset, or nothing.
    ///
    /// # Errors
    ///
    /// [`Refusal`]: `P3006` when a migration does not run on an empty database.
    #[track_caller]
    pub fn dev_diagnostic(&self, place: Place<'_>) -> Result<Option<String>, Refusal> {
        let answer = self.at("dev-diagnostic", place, json!({}))?;
        Ok(answer["action"]["reason"].as_str().map(str::to_owned))
    }

    /// The next migration as `migrate dev` writes it; nothing when there is nothing to do and it is no
    /// `draft` (`--create-only`).
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    #[track_caller]
    pub fn create_migration(
        &self,
        place: Place<'_>,
        draft: bool,
    ) -> Result<Option<String>, Refusal> {
        let answer = self.at("create-migration", place, json!({ "name": "x", "draft": draft }))?;
        Ok(answer["migrationScript"].as_str().map(str::to_owned))
    }

    /// What the next migration would cost the rows that are there.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    #[track_caller]
    pub fn evaluate_data_loss(&self, place: Place<'_>) -> Result<Cost, Refusal> {
        let answer = self.at("evaluate-data-loss", place, json!({}))?;
        Ok(serde_json::from_value(answer.clone())
            .unwrap_or_else(|error| panic!("evaluate-data-loss answered {answer}: {error}")))
    }

    /// `migrate reset`, without applying anything.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    #[track_caller]
    pub fn reset(&self, place: Place<'_>) -> Result<(), Refusal> {
        self.at("reset", place, json!({})).map(drop)
    }

    /// `migrate resolve --applied`.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    #[track_caller]
    pub fn resolve_applied(&self, place: Place<'_>, name: &str) -> Result<(), Refusal> {
        self.at("resolve-applied", place, json!({ "name": name })).map(drop)
    }

    /// `migrate resolve --rolled-back`.
    ///
    /// # Errors
    ///
    /// [`Refusal`].
    #[track_caller]
    pub fn resolve_rolled_back(&self, place: Place<'_>, name: &str) -> Result<(), Refusal> {
        self.at("resolve-rolled-back", place, json!({ "name": name })).map(drop)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The rows of `_prisma_migrations` of a database, oldest first; empty when there is no such table.
#[track_caller]
pub fn ledger(cluster: &crate::Cluster, database: &str) -> Vec<Row> {
    if cluster.psql(database, "SELECT to_regclass('_prisma_migrations') IS NOT NULL") != "t" {
        return Vec::new();
    }
    let rows = cluster
        .query(
            database,
            "SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, applied_steps_count, logs \
             FROM _prisma_migrations ORDER BY started_at, migration_name",
        )
        .unwrap_or_else(|error| panic!("the ledger of {database}: {error}"));
    rows.into_iter()
        .map(|row| {
            let text = |at: usize| row[at].clone().unwrap_or_default();
            Row {
                name: text(0),
                checksum: text(1),
                finished: text(2) == "t",
                rolled_back: text(3) == "t",
                steps: text(4).parse().unwrap_or(-1),
                logs: row[5].clone(),
            }
        })
        .collect()
}

/// The real Prisma CLI (Node, WebAssembly engine) in a project of its own.
#[derive(Debug)]
pub struct Cli {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Cli {
    /// Makes a project with this schema, these migrations and this database, by `oracle/cli/setup.sh`.
    ///
    /// The packages are installed once per machine; every project links to them.
    #[track_caller]
    pub fn of(shared: &Path, place: Place<'_>) -> Self {
        let oracle = shared.join("oracle");
        let packages = cli_packages(&oracle);
        let folder = fleet::temporary();
        #[cfg(unix)]
        std::os::unix::fs::symlink(
            packages.join("node_modules"),
            folder.path().join("node_modules"),
        )
        .unwrap_or_else(|error| panic!("a link to the CLI's packages: {error}"));
        #[cfg(not(unix))]
        fleet::copy(&packages.join("node_modules"), &folder.path().join("node_modules"));
        setup(&oracle, folder.path(), place);
        let script = fs::read_to_string(folder.path().join("env.sh"))
            .unwrap_or_else(|error| panic!("env.sh: {error}"));
        Self { variables: exports(&script), folder }
    }

    /// The call of `prisma` with these arguments, ready to run or to be timed.
    pub fn call(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("node");
        command
            .arg("node_modules/prisma/build/index.js")
            .args(arguments)
            .current_dir(self.folder.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// The folder of the project.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Installs the packages of [`Cli`] now, so that no test has to wait for them.
#[track_caller]
pub fn install_cli(shared: &Path) {
    cli_packages(&shared.join("oracle"));
}

/// `export A='b'` and `export A=b C=d` of a shell script that has nothing else.
fn exports(script: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in script.lines().filter_map(|line| line.strip_prefix("export ")) {
        if line.contains('\'') {
            if let Some((name, value)) = line.split_once('=') {
                found.push((name.to_owned(), value.trim_matches('\'').to_owned()));
            }
            continue;
        }
        for word in line.split_whitespace() {
            if let Some((name, value)) = word.split_once('=') {
                found.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    found
}

#[track_caller]
fn setup(oracle: &Path, folder: &Path, place: Place<'_>) {
    let migrations =
        if place.migrations.is_dir() { absolute(place.migrations) } else { PathBuf::from("-") };
    let output = Command::new("sh")
        .arg(oracle.join("cli/setup.sh"))
        .arg(folder)
        .arg(absolute(place.schema))
        .arg(migrations)
        .arg(place.url)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("setup.sh does not run: {error}"));
    assert!(output.status.success(), "setup.sh: {}", String::from_utf8_lossy(&output.stderr));
}

/// The folder with the CLI's packages, installed now if this machine has none.
#[track_caller]
fn cli_packages(oracle: &Path) -> PathBuf {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    READY
        .get_or_init(|| {
            install("radoub-prisma-cli", &oracle.join("cli/package-lock.json"), |folder| {
                for file in ["package.json", "package-lock.json"] {
                    fs::copy(oracle.join("cli").join(file), folder.join(file))
                        .unwrap_or_else(|error| panic!("{file}: {error}"));
                }
            })
        })
        .clone()
}

/// The oracle's own folder, with its packages.
#[track_caller]
fn installed(oracle: &Path) -> PathBuf {
    static READY: OnceLock<PathBuf> = OnceLock::new();
    READY
        .get_or_init(|| {
            install("radoub-oracle", &oracle.join("package-lock.json"), |folder| {
                for file in [
                    "package.json",
                    "package-lock.json",
                    "adapter.mjs",
                    "lib.mjs",
                    "prisma-oracle.mjs",
                ] {
                    fs::copy(oracle.join(file), folder.join(file))
                        .unwrap_or_else(|error| panic!("{file}: {error}"));
                }
            })
        })
        .clone()
}

/// Makes `name-<fingerprint>` in the temporary folder, fills it and runs `npm ci` in it; once per machine and
/// lock file.
#[track_caller]
fn install(name: &str, lock_file: &Path, fill: impl FnOnce(&Path)) -> PathBuf {
    let lock_text =
        fs::read(lock_file).unwrap_or_else(|error| panic!("{}: {error}", lock_file.display()));
    let user = env::var("USER")
        .or_else(|_| env::var("USERNAME"))
        .unwrap_or_else(|_| "somebody".to_owned());
    let folder = env::temp_dir().join(format!("{name}-{user}-{:08x}", fingerprint(&lock_text)));
    let ready = folder.join(".ready");
    if ready.is_file() {
        return folder;
    }
    let guard_path = folder.with_extension("lock");
    let guard = File::create(&guard_path)
        .unwrap_or_else(|error| panic!("{}: {error}", guard_path.display()));
    guard.lock().unwrap_or_else(|error| panic!("{}: {error}", guard_path.display()));
    if ready.is_file() {
        return folder;
    }
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    fill(&folder);
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("npm does not run ({error}): install Node 20 or later"));
    assert!(
        output.status.success(),
        "npm ci in {}: {}",
        folder.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    fs::write(&ready, "").unwrap_or_else(|error| panic!("{}: {error}", ready.display()));
    folder
}

/// FNV-1a: enough to tell one lock file from the next.
fn fingerprint(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::exports;

    #[test]
    fn exports_of_a_script_are_read_in_both_forms() {
        let found = exports("export A='b c'\nexport D=1 E=2\n");
        let found: Vec<_> =
            found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(found, [("A", "b c"), ("D", "1"), ("E", "2")]);
    }
}
