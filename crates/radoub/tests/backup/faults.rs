//! The fault matrix, part F: backup, restore, disk. Each test is a row, named by its number.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use radoub_testing::Cluster;
#[cfg(unix)]
use radoub_testing::command::{Answer, Call};
use radoub_testing::fleet::Fleet;
use radoub_testing::kills::{Ladder, Rung, instants};
use radoub_testing::shared::leave_out;

use crate::{dump, only, orders, radoub, server, strangers, take};

/// The service with a few megabytes that do not compress, so that a dump takes its time.
fn heavy(cluster: &Cluster) -> Fleet<'_> {
    let fleet = orders(cluster);
    fleet.database("orders").psql(
        "CREATE TABLE ballast AS SELECT n, sha512(n::text::bytea) || sha512((n + 1)::text::bytea) AS noise \
         FROM generate_series(1, 60000) n",
    );
    fleet
}

/// What lies in the catalogue, hidden names too.
fn lying(fleet: &Fleet<'_>) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(fleet.path().join(".radoub/backups"))
        .map(|entries| {
            entries
                .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
                .filter(|name| name != ".gitignore")
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

/// Waits until the server has noticed that a killed client is gone.
fn wait_for_silence(cluster: &Cluster) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%radoub%' OR application_name \
                    LIKE 'orders\\_%' OR application_name LIKE 'pg\\_%'";
    while cluster.psql("postgres", sessions) != "0" {
        assert!(Instant::now() < deadline, "the server keeps sessions of the killed radoub");
        pause(Duration::from_millis(20));
    }
}

#[test]
fn fault_05_a_backup_killed_while_dumping_is_never_taken_for_one() {
    let Some(cluster) = server() else { return };
    let fleet = heavy(&cluster);
    let undisturbed = radoub(fleet.path(), &["backup", "--json"]).run().expect(0);
    let whole = only(&undisturbed)["id"].as_str().expect("a name").to_owned();
    for instant in instants(6, 5) {
        let mut running = radoub(fleet.path(), &["backup"]).start();
        pause(undisturbed.duration.mul_f64(instant));
        running.kill();
        running.wait();
        let document = radoub(fleet.path(), &["backups", "--json"]).run().expect(0).json();
        for backup in document["backups"].as_array().expect("backups") {
            let id = backup["id"].as_str().expect("a name");
            radoub(fleet.path(), &["backup", "verify", id]).run().expect(0);
        }
    }
    wait_for_silence(&cluster);
    radoub(fleet.path(), &["backup"]).run().expect(0);
    let left = lying(&fleet);
    assert!(left.iter().all(|name| !name.starts_with('.')), "{left:?}");
    assert!(left.contains(&whole));
    assert_eq!(strangers(&cluster), "", "the next backup sweeps");
}

#[cfg(unix)]
#[test]
fn fault_07_an_interrupted_backup_leaves_nothing_behind() {
    let Some(cluster) = server() else { return };
    let fleet = heavy(&cluster);
    for signal in ["-INT", "-TERM"] {
        // Once the proof runs there is something to be tidied up.
        let answer = interrupted(&cluster, radoub(fleet.path(), &["backup"]), signal);
        assert!(answer.stdout.contains("Interrupted; nothing was changed"), "{}", answer.text());
        assert_eq!(lying(&fleet), [""; 0], "{signal}");
    }
    wait_for_silence(&cluster);
    radoub(fleet.path(), &["backup"]).run().expect(0);
    assert_eq!(strangers(&cluster), "");
}

#[cfg(unix)]
#[test]
fn fault_07_an_interrupted_restore_leaves_the_database_and_nothing_else() {
    let Some(cluster) = server() else { return };
    let fleet = heavy(&cluster);
    let id = take(&fleet);
    fleet.database("orders").psql("INSERT INTO parent VALUES (99)");
    let before = dump(&fleet, &cluster, "orders");
    for signal in ["-INT", "-TERM"] {
        let restore = radoub(fleet.path(), &["restore", "orders", &id, "--yes", "--disconnect"]);
        let answer = interrupted(&cluster, restore, signal);
        assert!(answer.stdout.contains("Interrupted; nothing was changed"), "{}", answer.text());
        assert_eq!(strangers(&cluster), "", "{signal}");
        assert_eq!(dump(&fleet, &cluster, "orders"), before, "{signal}");
    }
}

/// Starts it, sends the signal as soon as it has made a database, and waits for its end.
#[cfg(unix)]
#[track_caller]
fn interrupted(cluster: &Cluster, call: Call, signal: &str) -> Answer {
    let running = call.start();
    let deadline = Instant::now() + Duration::from_mins(1);
    while strangers(cluster).is_empty() {
        assert!(Instant::now() < deadline, "no database was made");
        pause(Duration::from_millis(2));
    }
    let sent = Command::new("kill").args([signal, &running.pid().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    running.wait().expect(1)
}

/// The data file of a backup.
fn data_of(fleet: &Fleet<'_>, id: &str) -> PathBuf {
    fleet.path().join(".radoub/backups").join(id).join("data.dump.zst")
}

/// Something done to a file of data.
type Damage = fn(&Path);

#[test]
fn fault_49_a_truncated_or_flipped_backup_is_refused_by_verify_and_restore() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    let damages: [(&str, Damage); 4] = [
        ("one bit flipped", |path| {
            let mut bytes = fs::read(path).expect("data");
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).expect("written");
        }),
        ("truncated", |path| {
            let bytes = fs::read(path).expect("data");
            fs::write(path, &bytes[..bytes.len() - 100]).expect("written");
        }),
        ("something behind it", |path| {
            let mut bytes = fs::read(path).expect("data");
            bytes.push(0);
            fs::write(path, bytes).expect("written");
        }),
        ("gone", |path| fs::remove_file(path).expect("removed")),
    ];
    let before = dump(&fleet, &cluster, "orders");
    for (what, damage) in damages {
        let id = take(&fleet);
        damage(&data_of(&fleet, &id));
        let answer = radoub(fleet.path(), &["restore", "orders", &id, "--yes"]).run().expect(1);
        assert!(answer.stderr.contains("is damaged"), "{what}: {}", answer.text());
        let answer = radoub(fleet.path(), &["backup", "verify", &id]).run().expect(1);
        assert!(answer.stdout.contains("is damaged"), "{what}: {}", answer.text());
        let document = radoub(fleet.path(), &["backups", "--json"]).run().expect(0).json();
        let mut listed = document["backups"].as_array().expect("backups").iter();
        let listed = listed.rfind(|it| it["id"] == id.as_str()).expect("listed");
        assert_eq!(listed["verified"], false, "{what}: an earlier proof does not stand");
    }
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
    assert_eq!(strangers(&cluster), "");
}

#[test]
fn fault_49_a_manifest_that_tells_other_rows_is_refused() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    let id = take(&fleet);
    let path = fleet.path().join(".radoub/backups").join(&id).join("manifest.json");
    let text = fs::read_to_string(&path).expect("a manifest");
    fs::write(&path, text.replacen("\"rows\": 500", "\"rows\": 501", 1)).expect("written");
    let answer = radoub(fleet.path(), &["backup", "verify", &id]).run().expect(1);
    assert!(answer.stdout.contains("500 rows in Order instead of 501"), "{}", answer.text());
    let before = dump(&fleet, &cluster, "orders");
    radoub(fleet.path(), &["restore", "orders", &id, "--yes"]).run().expect(1);
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
    assert_eq!(strangers(&cluster), "");
}

/// A small disk of its own; unmounted with the value. `None`, with a word, where nobody may mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).expect("a folder");
        let options = format!("size={size},mode=0777");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(at.to_owned()));
        }
        leave_out("a full disk, since this user may not mount a small one");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn fault_50_a_full_disk_ends_the_backup_and_leaves_nothing_half_written() {
    let Some(cluster) = server() else { return };
    let fleet = heavy(&cluster);
    let Some(disk) = SmallDisk::mount(&fleet.path().join("small"), "2m") else { return };
    fleet.write("radoub.toml", "[backup]\ndir = \"small/backups\"\n");
    let before = dump(&fleet, &cluster, "orders");
    let answer = radoub(fleet.path(), &["backup", "--json"]).run().expect(2);
    let document = answer.json();
    assert_eq!(document["services"][0]["problem"]["code"], "no-space", "{document:#}");
    let left: Vec<_> = fs::read_dir(fleet.path().join("small/backups"))
        .expect("a folder")
        .map(|it| it.expect("an entry").file_name())
        .collect();
    assert_eq!(left, [".gitignore"]);
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
    assert_eq!(strangers(&cluster), "");
    let words = radoub(fleet.path(), &["backup", "--lang", "fr"]).run().expect(2);
    assert!(words.stdout.contains("Le disque est plein"), "{}", words.text());
    drop(disk);
}

#[test]
fn fault_24_a_server_disk_that_fills_up_during_a_restore_changes_nothing() {
    let Some(cluster) = server() else { return };
    let Some(folder) = cluster.socket_folder() else { panic!("a cluster of our own has a folder") };
    let Some(disk) = SmallDisk::mount(&folder.join("small"), "24m") else { return };
    let space = folder.join("small/space");
    fs::create_dir_all(&space).expect("a folder");
    let owner =
        Command::new("chown").arg("--reference").arg(folder.join("data")).arg(&space).status();
    assert!(owner.is_ok_and(|it| it.success()));
    let fleet = heavy(&cluster);
    let name = fleet.database("orders").name();
    cluster.psql("postgres", &format!("CREATE TABLESPACE small LOCATION '{}'", space.display()));
    cluster.psql("postgres", &format!("ALTER DATABASE \"{name}\" SET TABLESPACE small"));
    // No room for a second one: the proof fails as the restore would, and the backup itself is there.
    let answer = radoub(fleet.path(), &["backup", "--json"]).run();
    let id = only(&answer)["id"].as_str().expect("a name").to_owned();
    let before = dump(&fleet, &cluster, "orders");
    let answer = radoub(fleet.path(), &["restore", "orders", &id, "--yes"]).run().expect(2);
    assert!(answer.stdout.contains("No space left on device"), "{}", answer.text());
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
    assert_eq!(strangers(&cluster), "");
    drop(cluster.psql("postgres", &format!("ALTER DATABASE \"{name}\" SET TABLESPACE pg_default")));
    drop(disk);
}

#[test]
fn fault_51_a_busy_database_is_waited_for_and_swapped_only_with_consent() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    let before = dump(&fleet, &cluster, "orders");
    let id = take(&fleet);
    let database = fleet.database("orders");
    database.psql("DELETE FROM parent");
    let changed = dump(&fleet, &cluster, "orders");
    thread::scope(|scope| {
        let guest = scope.spawn(|| database.query("SELECT pg_sleep(600)"));
        while cluster.psql(
            "postgres",
            "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'",
        ) == "0"
        {
            pause(Duration::from_millis(10));
        }
        let answer = radoub(fleet.path(), &["restore", "orders", &id, "--yes", "--wait", "1"]);
        let answer = answer.run().expect(1);
        for word in ["--disconnect", "pg_sleep"] {
            assert!(answer.stdout.contains(word), "`{word}` is not said:\n{}", answer.text());
        }
        assert!(strangers(&cluster).starts_with("radoub_restore_"), "what is filled waits");
        let answer = radoub(fleet.path(), &["restore", "orders", &id, "--yes", "--disconnect"]);
        let answer = answer.run().expect(0);
        assert!(
            answer.stdout.contains("found what an earlier restore had filled"),
            "{}",
            answer.text()
        );
        assert!(guest.join().expect("no panic").is_err(), "the guest was asked to leave");
    });
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
    assert_eq!(strangers(&cluster), "");
    let aside = cluster.psql(
        "postgres",
        "SELECT datname FROM pg_database WHERE datname LIKE 'orders%\\_replaced\\_%'",
    );
    assert_eq!(cluster.dump(&aside).expect("a pg_dump that fits"), changed);
}

#[test]
fn fault_51_clients_that_come_back_at_once_do_not_keep_a_restore_from_its_swap() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    let id = take(&fleet);
    let database = fleet.database("orders");
    let over = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        // Five clients without any pause between their connections, as a pool does that lost them.
        for _ in 0..5 {
            scope.spawn(|| {
                while !over.load(std::sync::atomic::Ordering::Relaxed) {
                    // Refused or ended in the moment of the swap: they come again.
                    let _ = database.query("SELECT count(*), pg_sleep(0.02) FROM \"Order\"");
                }
            });
        }
        let answer =
            radoub(fleet.path(), &["restore", "orders", &id, "--yes", "--disconnect", "--force"])
                .run();
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        answer.expect(0);
    });
    assert_eq!(strangers(&cluster), "");
}

#[test]
fn fault_51_a_restore_killed_half_way_is_finished_or_cleaned_by_the_next() {
    let Some(cluster) = server() else { return };
    let fleet = heavy(&cluster);
    let before = dump(&fleet, &cluster, "orders");
    let id = take(&fleet);
    let database = fleet.database("orders");
    let spoil = || {
        database.psql("INSERT INTO parent VALUES (99)");
    };
    spoil();
    let restore = ["restore", "orders", id.as_str(), "--yes", "--force", "--disconnect"];
    let undisturbed = radoub(fleet.path(), &restore).run().expect(0);
    for instant in instants(8, 51) {
        spoil();
        let spoilt = dump(&fleet, &cluster, "orders");
        let mut running = radoub(fleet.path(), &restore).start();
        pause(undisturbed.duration.mul_f64(instant));
        running.kill();
        running.wait();
        wait_for_silence(&cluster);
        let now = dump(&fleet, &cluster, "orders");
        assert!(now == spoilt || now == before, "at {instant:.3} the database is one of the two");
        radoub(fleet.path(), &restore).run().expect(0);
        assert_eq!(dump(&fleet, &cluster, "orders"), before, "at {instant:.3}");
        assert_eq!(strangers(&cluster), "", "at {instant:.3}");
    }
}

/// A few instants; `cargo xtask kills --what rollback` takes as many as one likes.
#[test]
fn fault_51_a_way_back_killed_half_way_is_ended_by_the_command_that_the_ladder_names() {
    let Some(cluster) = server() else { return };
    let ladder = Ladder::prepare(&cluster, Path::new(env!("CARGO_BIN_EXE_radoub")));
    for rung in Rung::ALL {
        for instant in instants(2, 51) {
            let told = ladder.kill_at(rung, instant);
            assert_eq!(told, Ok(()), "killed at {instant:.3}");
        }
    }
    assert_eq!(ladder.swept(), Ok(()));
}

#[test]
fn fault_51_two_restores_of_one_database_do_not_meet() {
    let Some(cluster) = server() else { return };
    let fleet = heavy(&cluster);
    let id = take(&fleet);
    let restore = ["restore", "orders", id.as_str(), "--yes", "--force"];
    let one = radoub(fleet.path(), &restore).start();
    let two = radoub(fleet.path(), &restore).start();
    let (one, two) = (one.wait(), two.wait());
    let mut codes = [one.code, two.code];
    codes.sort_unstable();
    assert!(
        codes == [Some(0), Some(1)] || codes == [Some(0), Some(0)],
        "{}\n{}",
        one.text(),
        two.text()
    );
    assert_eq!(strangers(&cluster), "");
}

#[test]
fn fault_30_a_role_that_may_not_create_databases_is_told_what_it_lacks() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    let name = fleet.database("orders").name();
    cluster.psql(
        "postgres",
        &format!(
            "CREATE ROLE app LOGIN PASSWORD '{}'; ALTER DATABASE \"{name}\" OWNER TO app; GRANT app TO captain",
            radoub_testing::secret::PLANTED
        ),
    );
    for schema in ["public", "Stock"] {
        fleet.database("orders").psql(&format!(
            "GRANT ALL ON SCHEMA \"{schema}\" TO app; GRANT SELECT ON ALL TABLES IN SCHEMA \"{schema}\" TO app; \
             GRANT SELECT ON ALL SEQUENCES IN SCHEMA \"{schema}\" TO app"
        ));
    }
    fleet.write(".env", format!("DB_USER=app\nDB_PASSWORD={}\n", radoub_testing::secret::PLANTED));
    // The proof is made on a server of our own then; a restore needs the right, and says so.
    let backup = only(&radoub(fleet.path(), &["backup", "--json"]).run().expect(0));
    assert_eq!(
        (&backup["verified"], &backup["verifiedOn"]),
        (&true.into(), &"local".into()),
        "{backup:#}"
    );
    let before = dump(&fleet, &cluster, "orders");
    let answer = radoub(fleet.path(), &["restore", "orders", "--yes"]).run().expect(2);
    assert!(answer.stdout.contains("ALTER ROLE app CREATEDB"), "{}", answer.text());
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
}

/// On a server that is newer than every `pg_dump` here. `cargo xtask test --matrix` brings such servers.
#[test]
fn fault_28_a_pg_dump_older_than_the_server_is_told_with_what_to_install() {
    let cluster = Cluster::start();
    if cluster.binaries().fitting_client("pg_dump").is_some() {
        leave_out("a server newer than every pg_dump, since this machine has none");
        return;
    }
    let mut fleet = Fleet::on(&cluster);
    fleet.add(crate::member("orders"));
    let document = radoub(fleet.path(), &["backup", "--json"]).run().expect(2).json();
    assert_eq!(document["services"][0]["problem"]["code"], "pg-dump-too-old", "{document:#}");
    let answer = radoub(fleet.path(), &["backup"]).run().expect(2);
    let install = format!("install postgresql-client-{}", cluster.version().major);
    assert!(answer.stdout.contains(&install), "{}", answer.text());
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test without a runtime, waiting for an instant or for another program"
)]
fn pause(duration: Duration) {
    thread::sleep(duration);
}
