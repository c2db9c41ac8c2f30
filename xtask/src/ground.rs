//! Sets up what the tests need on this machine: PostgreSQL, Docker, Node with the oracle's packages, PgBouncer.
//!
//! What is missing is installed from Debian's packages where that is possible; elsewhere the task says
//! exactly what to install. A server that runs on this machine is never touched: the tests start their own.

use std::process::Command;

use radoub_testing::oracle::{self, Oracle};
use radoub_testing::postgres::Binaries;
use radoub_testing::shared;

use crate::steps::{Failure, run, runs};

/// A thing that tests need.
struct Need {
    /// What for.
    what: &'static str,
    /// Debian's packages for it.
    packages: &'static [&'static str],
    /// What to do where there is no apt.
    elsewhere: &'static str,
    /// Whether the tests cannot do without.
    required: bool,
    /// Whether it is there.
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need {
        what: "PostgreSQL 13 or later (server programs, contrib extensions, pg_dump)",
        packages: &["postgresql", "postgresql-contrib"],
        elsewhere: "macOS: brew install postgresql@15; Windows: winget install PostgreSQL.PostgreSQL.15; or set RADOUB_TEST_PG_BIN to a folder with postgres, initdb and pg_ctl",
        required: true,
        present: || Binaries::find().is_ok(),
    },
    Need {
        what: "PgBouncer (tests against a pooler in transaction mode)",
        packages: &["pgbouncer"],
        elsewhere: "macOS: brew install pgbouncer",
        required: false,
        present: || {
            runs("pgbouncer", &["--version"])
                || std::path::Path::new("/usr/sbin/pgbouncer").is_file()
        },
    },
    Need {
        what: "Docker with Compose (tests beside a real engine; as root they start one of their own)",
        packages: &["docker.io", "docker-compose"],
        elsewhere: "macOS, Windows: Docker Desktop",
        required: false,
        present: radoub_testing::docker::installed,
    },
    Need {
        what: "Node 20 or later with npm (the real Prisma engine as an oracle)",
        packages: &["nodejs", "npm"],
        elsewhere: "https://nodejs.org, or the package manager of the system",
        required: false,
        present: || node_major().is_some_and(|major| major >= 20) && runs(npm(), &["--version"]),
    },
];

/// Sets everything up, saying what it does.
pub(crate) fn set_up() -> Result<(), Failure> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.present)()).collect();
    for need in NEEDS {
        let there = !missing.iter().any(|other| other.what == need.what);
        println!("{}  {}", if there { "there  " } else { "missing" }, need.what);
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    let Some(shared) = shared::shared_or_say("everything that needs the corpus or the oracle")
    else {
        return Ok(());
    };
    if node_major().is_some_and(|major| major >= 20) {
        println!("packages of the oracle and of the Prisma CLI (npm ci, once per machine)");
        drop(Oracle::of(&shared));
        oracle::install_cli(&shared);
    } else if shared::required() {
        return Err(Failure::Told("the oracle needs Node 20 or later".to_owned()));
    }
    Ok(())
}

fn install(missing: &[&Need]) -> Result<(), Failure> {
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let Some(prefix) = apt() else {
        for need in missing {
            println!(
                "install by hand: {}\n  Debian, Ubuntu: apt-get install {}\n  {}",
                need.what,
                need.packages.join(" "),
                need.elsewhere
            );
        }
        return complain(missing);
    };
    println!("installing from Debian's packages: {}", packages.join(" "));
    let apt = |arguments: &[&str]| {
        let words: Vec<&str> =
            prefix.iter().copied().chain(["apt-get"]).chain(arguments.iter().copied()).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut command)
    };
    apt(&["update", "--quiet"])?;
    for need in missing {
        let mut arguments = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
        arguments.extend(need.packages);
        if let Err(failure) = apt(&arguments) {
            println!("{failure}");
        }
    }
    complain(&missing.iter().copied().filter(|need| !(need.present)()).collect::<Vec<_>>())
}

/// Fails when something is still missing that tests cannot do without.
fn complain(missing: &[&Need]) -> Result<(), Failure> {
    let required: Vec<&str> =
        missing.iter().filter(|need| need.required).map(|need| need.what).collect();
    if required.is_empty() {
        Ok(())
    } else {
        Err(Failure::Told(format!("still missing: {}", required.join("; "))))
    }
}

/// The words before `apt-get`: none as root, `sudo -n` where that asks for no password. `None` where packages cannot
/// be installed.
fn apt() -> Option<&'static [&'static str]> {
    if !runs("apt-get", &["--version"]) {
        return None;
    }
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if root {
        return Some(&[]);
    }
    runs("sudo", &["-n", "true"]).then_some(&["sudo", "-n"])
}

fn node_major() -> Option<u32> {
    let output = Command::new("node").arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// npm is a script, and Windows starts scripts by their full name only.
pub(crate) fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}
