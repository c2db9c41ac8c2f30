//! Encrypted backups, and the second home: keys that fit and keys that do not, a bucket that dies.

use std::fs;

use radoub_testing::bucket::Bucket;
use radoub_testing::command::Call;
use radoub_testing::fleet::Fleet;

use crate::{dump, only, orders, radoub, server, strangers};

/// Two keys of age, each with its public half.
const OURS: (&str, &str) = (
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX",
    "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
);
const THEIRS: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";

fn with_key<'a>(fleet: &'a Fleet<'_>, arguments: &'a [&'a str]) -> Call {
    radoub(fleet.path(), arguments).env("BACKUP_KEY", OURS.0)
}

#[test]
fn an_encrypted_backup_is_proven_with_the_key_and_restored_with_it() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    fleet.write(
        "radoub.toml",
        format!("[backup]\nrecipients = [\"{}\"]\nidentity_env = \"BACKUP_KEY\"\n", OURS.1),
    );
    let before = dump(&fleet, &cluster, "orders");
    let answer = with_key(&fleet, &["backup", "--json"]).run().expect(0);
    let backup = only(&answer);
    assert_eq!(backup["recipients"][0], OURS.1);
    let folder = backup["folder"].as_str().expect("a folder");
    let data = fs::read(format!("{folder}/data.dump.zst.age")).expect("data");
    assert!(data.starts_with(b"age-encryption.org/v1\n"));
    for entry in fs::read_dir(folder).expect("a folder") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
        assert!(!String::from_utf8_lossy(&bytes).contains(OURS.0), "the key is in the catalogue");
    }
    fleet.database("orders").psql("DELETE FROM parent");
    let id = backup["id"].as_str().expect("a name");
    with_key(&fleet, &["restore", "orders", id, "--yes"]).run().expect(0);
    assert_eq!(dump(&fleet, &cluster, "orders"), before);
}

#[test]
fn a_passphrase_from_a_file_or_a_command_does_both() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    let secret = radoub_testing::secret::planted("pass phrase");
    fleet.write("secret.txt", format!("{secret}\n"));
    for setting in
        ["passphrase_file = \"secret.txt\"", "passphrase_command = [\"cat\", \"secret.txt\"]"]
    {
        fleet.write("radoub.toml", format!("[backup]\n{setting}\n"));
        let answer = radoub(fleet.path(), &["backup", "--json"]).with_path().run().expect(0);
        let backup = only(&answer);
        assert_eq!(
            (&backup["recipients"][0], &backup["verified"]),
            (&"passphrase".into(), &true.into())
        );
    }
}

#[test]
fn fault_52_a_lost_or_wrong_key_is_found_when_the_backup_is_taken() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    for (recipient, identity, code) in [
        (THEIRS, "identity_env = \"BACKUP_KEY\"", "wrong-key"),
        (OURS.1, "identity_file = \"lost.key\"", "backup-key"),
        (OURS.1, "", "backup-key"),
    ] {
        fleet.write(
            "radoub.toml",
            format!("[backup]\nrecipients = [\"{recipient}\"]\n{identity}\n"),
        );
        let document = with_key(&fleet, &["backup", "--json"]).run().expect(1).json();
        let service = &document["services"][0];
        assert_eq!(service["unproven"]["code"], code, "{document:#}");
        assert_eq!(service["backup"]["verified"], false);
        let id = service["backup"]["id"].as_str().expect("a name");
        let before = dump(&fleet, &cluster, "orders");
        let answer = with_key(&fleet, &["restore", "orders", id, "--yes"]).run();
        assert_ne!(answer.code, Some(0), "{}", answer.text());
        assert_eq!(dump(&fleet, &cluster, "orders"), before);
    }
    assert_eq!(strangers(&cluster), "");
    // A key that is no key keeps everything from being written in the clear.
    fleet.write("radoub.toml", "[backup]\nrecipients = [\"age1nonsense\"]\n");
    let answer = radoub(fleet.path(), &["backup"]).run().expect(2);
    assert!(answer.stderr.contains("age1nonsense"), "{}", answer.text());
}

#[test]
fn a_backup_has_a_second_home_and_comes_back_from_it() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    let bucket = Bucket::open();
    let at = |fleet: &Fleet<'_>, store: &str| {
        fleet.write("radoub.toml", format!("[backup]\n[backup.store]\n{store}\n"));
    };
    let in_bucket =
        format!("url = \"s3://bucket/some/where\"\nendpoint = \"{}\"", bucket.endpoint());
    for store in ["url = \"copies\"", in_bucket.as_str()] {
        at(&fleet, store);
        let call = |arguments: &[&str]| {
            radoub(fleet.path(), arguments)
                .env("AWS_ACCESS_KEY_ID", "radoub")
                .env("AWS_SECRET_ACCESS_KEY", radoub_testing::secret::PLANTED)
        };
        let answer = call(&["backup", "--json"]).run().expect(0);
        let backup = only(&answer);
        assert!(backup["stored"].is_string(), "{backup:#}");
        let id = backup["id"].as_str().expect("a name");
        fs::remove_dir_all(backup["folder"].as_str().expect("a folder")).expect("removed");
        let list = call(&["backups", "--stored", "--json"]).run().expect(0).json();
        assert!(list["stored"].as_array().expect("a list").iter().any(|it| it == id), "{list:#}");
        call(&["backup", "fetch", id]).run().expect(0);
        call(&["backup", "verify", id]).run().expect(0);
        call(&["backup", "prune", "--keep", "1", "--keep-days", "0"]).run().expect(0);
        let list = call(&["backups", "--json"]).run().expect(0).json();
        assert_eq!(list["backups"].as_array().expect("a list").len(), 1, "{list:#}");
    }
    let left = bucket.objects();
    assert_eq!(left.len(), 2, "data and manifest: {left:?}");
}

#[test]
fn fault_21_a_store_that_dies_in_mid_upload_keeps_the_first_copy_and_counts_for_nothing() {
    let Some(cluster) = server() else { return };
    let fleet = orders(&cluster);
    fleet.database("orders").psql(
        "CREATE TABLE ballast AS SELECT n, sha512(n::text::bytea) || sha512((n + 1)::text::bytea) AS noise \
         FROM generate_series(1, 160000) n",
    );
    let bucket = Bucket::open();
    bucket.die_at_part(1);
    fleet.write(
        "radoub.toml",
        format!("[backup.store]\nurl = \"s3://bucket\"\nendpoint = \"{}\"\n", bucket.endpoint()),
    );
    let call = |arguments: &[&str]| {
        radoub(fleet.path(), arguments)
            .env("AWS_ACCESS_KEY_ID", "radoub")
            .env("AWS_SECRET_ACCESS_KEY", radoub_testing::secret::PLANTED)
    };
    let document = call(&["backup", "--json"]).run().expect(2).json();
    let service = &document["services"][0];
    assert_eq!(service["unstored"]["code"], "store-failed", "{document:#}");
    assert_eq!(service["backup"]["verified"], true, "the first copy is proven");
    assert!(service["backup"]["stored"].is_null());
    assert_eq!(bucket.objects().len(), 0);
    bucket.recover();
    let document = call(&["backup", "--json"]).run().expect(0).json();
    assert!(document["services"][0]["backup"]["stored"].is_string(), "{document:#}");
    assert_eq!(bucket.objects().len(), 2);
    // A store that only refuses is told to forget the parts.
    let (begun, _) = bucket.uploads();
    assert!(begun >= 2, "both went in parts");
}
