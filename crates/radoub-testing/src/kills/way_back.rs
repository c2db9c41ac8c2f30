//! `kill -9` at a chosen instant of a backup or a restore: what lies in the catalogue is whole, the database is one of
//! the two, and the next run ends the work and cleans up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{no_partial_backup, pause, wait_for_silence};
use crate::Cluster;
use crate::command::Call;
use crate::fleet::{Fleet, Member};

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// `radoub backup`.
    Backup,
    /// `radoub restore`.
    Restore,
}

/// Rows that do not compress, so that dumping and filling take their time.
const ROWS: &str = "CREATE TABLE ballast AS SELECT n, sha512(n::text::bytea) || sha512((n + 1)::text::bytea) AS noise \
                    FROM generate_series(1, 40000) n;\n\
                    ALTER TABLE ballast ADD PRIMARY KEY (n);\n";

/// The experiment, prepared: how long each takes undisturbed.
#[derive(Debug)]
pub struct WayBack<'cluster> {
    cluster: &'cluster Cluster,
    binary: PathBuf,
    backup: Duration,
    restore: Duration,
}

impl<'cluster> WayBack<'cluster> {
    /// Backs up and restores once, undisturbed.
    #[track_caller]
    pub fn prepare(cluster: &'cluster Cluster, binary: &Path) -> Self {
        let mut prepared = Self {
            cluster,
            binary: binary.to_owned(),
            backup: Duration::ZERO,
            restore: Duration::ZERO,
        };
        let fleet = prepared.fleet();
        prepared.backup = prepared.call(&fleet, &["backup"]).run().expect(0).duration;
        prepared.restore = prepared.call(&fleet, RESTORE).run().expect(0).duration;
        prepared
    }

    fn fleet(&self) -> Fleet<'cluster> {
        let mut fleet = Fleet::on(self.cluster);
        fleet.add(Member::new("orders").migration("20240101000000_init", ROWS));
        self.call(&fleet, &["apply"]).run().expect(0);
        fleet
    }

    fn call(&self, fleet: &Fleet<'_>, arguments: &[&str]) -> Call {
        Call::of(&self.binary).args(arguments).env("RADOUB_LANG", "en").dir(fleet.path())
    }

    /// Kills at `instant`, a fraction of the undisturbed run, and looks.
    ///
    /// # Errors
    ///
    /// What was not as it should be.
    pub fn kill_at(&self, victim: Victim, instant: f64) -> Result<(), String> {
        let fleet = self.fleet();
        match victim {
            Victim::Backup => self.kill_backup(&fleet, instant),
            Victim::Restore => self.kill_restore(&fleet, instant),
        }
    }

    fn kill_backup(&self, fleet: &Fleet<'_>, instant: f64) -> Result<(), String> {
        self.kill(fleet, &["backup"], self.backup.mul_f64(instant));
        let document = self.call(fleet, &["backups", "--json"]).run().json();
        for backup in document["backups"].as_array().into_iter().flatten() {
            let id = backup["id"].as_str().unwrap_or_default();
            self.succeed(fleet, &["backup", "verify", id])?;
        }
        wait_for_silence(self.cluster, fleet.database("orders").name())?;
        self.succeed(fleet, &["backup"])?;
        no_partial_backup(fleet.path())
    }

    fn kill_restore(&self, fleet: &Fleet<'_>, instant: f64) -> Result<(), String> {
        let database = fleet.database("orders");
        let dump = || self.cluster.dump(database.name()).unwrap_or_default();
        self.succeed(fleet, &["backup"])?;
        let before = dump();
        database.psql("DELETE FROM ballast WHERE n % 3 = 0; CREATE TABLE late (id int)");
        let spoilt = dump();
        self.kill(fleet, RESTORE, self.restore.mul_f64(instant));
        wait_for_silence(self.cluster, fleet.database("orders").name())?;
        let now = dump();
        if now != before && now != spoilt {
            return Err("the database is neither what it was nor what it was to be".to_owned());
        }
        self.succeed(fleet, RESTORE)?;
        if dump() != before {
            return Err("the next restore did not end where an undisturbed one does".to_owned());
        }
        Ok(())
    }

    fn kill(&self, fleet: &Fleet<'_>, arguments: &[&str], after: Duration) {
        let mut running = self.call(fleet, arguments).start();
        pause(after);
        running.kill();
        running.wait();
    }

    fn succeed(&self, fleet: &Fleet<'_>, arguments: &[&str]) -> Result<(), String> {
        let answer = self.call(fleet, arguments).run();
        if answer.code == Some(0) { Ok(()) } else { Err(answer.text()) }
    }

    /// Whether nothing of all the killed runs is left on the server once one more backup has swept it.
    ///
    /// # Errors
    ///
    /// The names of what is left.
    pub fn swept(&self) -> Result<(), String> {
        let fleet = self.fleet();
        self.succeed(&fleet, &["backup"])?;
        super::swept(self.cluster)
    }
}

const RESTORE: &[&str] = &["restore", "orders", "--yes", "--force", "--disconnect"];
