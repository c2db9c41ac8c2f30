//! What is found in databases and servers.

use std::time::Duration;

use radoub_engine::doctor::{Area, Check, Examined, Selection, Thresholds};
use radoub_schema::migration::Checksum;
use radoub_testing::postgres::{Cluster, Options, PoolMode, Pooler, ask};

use super::ground::{Asked, FIRST, Ground, MIGRATION, PASSWORD, assert_found, run};

/// A fleet of one service whose database is sound.
pub(crate) struct Shop {
    cluster: &'static Cluster,
    pub(crate) ground: Ground,
    database: String,
    role: String,
}

impl Shop {
    pub(crate) fn on(cluster: &'static Cluster) -> Self {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("doctor_{}_{number}", std::process::id());
        let shop = Self {
            cluster,
            ground: Ground::sound(cluster.port(), &name),
            role: format!("{name}_keeper"),
            database: name,
        };
        let Self { database, role, .. } = &shop;
        cluster
            .psql("postgres", &format!("CREATE ROLE {role} LOGIN CREATEDB PASSWORD '{PASSWORD}'"));
        cluster.psql("postgres", &format!("CREATE DATABASE {database} OWNER {role}"));
        shop.ground.change(
            "docker-compose.yml",
            "postgresql://keeper:",
            &format!("postgresql://{role}:"),
        );
        shop.as_keeper(MIGRATION);
        shop.as_keeper(
            "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, \
             finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, \
             started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)",
        );
        shop.record(FIRST, MIGRATION, "now()", "NULL");
        shop
    }

    /// Sends SQL as the service's role.
    #[track_caller]
    fn as_keeper(&self, sql: &str) {
        let url = self.cluster.url_as(&self.role, PASSWORD, &self.database);
        ask(&url, sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }

    /// Sends SQL as the superuser.
    #[track_caller]
    fn as_captain(&self, sql: &str) {
        self.cluster.psql(&self.database, sql);
    }

    fn record(&self, name: &str, script: &str, finished: &str, rolled_back: &str) {
        let checksum = Checksum::of(script);
        self.as_keeper(&format!(
            "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at, applied_steps_count) \
             VALUES (gen_random_uuid()::text, '{checksum}', {finished}, '{name}', {rolled_back}, 1)"
        ));
    }

    /// Adds a migration to the folder.
    fn second(&self, script: &str) {
        self.ground
            .write(&format!("shop/prisma/migrations/{SECOND}/migration.sql"), script.as_bytes());
    }

    fn examined(&self, thresholds: Thresholds) -> Examined {
        // What servers and machines have in common with others is asked by name.
        let only = [Area::Database, Area::Server, Area::Migrations];
        let selection = Selection {
            only: only.iter().map(|it| it.as_str().to_owned()).collect(),
            except: vec![
                Check::FsyncOff.as_str().to_owned(),
                Check::FullPageWritesOff.as_str().to_owned(),
                Check::AutovacuumOff.as_str().to_owned(),
            ],
        };
        // A day on which every release from 13 to 18 was kept up.
        let today = thresholds.today.or(Some(jiff::civil::date(2025, 10, 1)));
        let thresholds = Thresholds { today, ..thresholds };
        run(self.ground.examine(&Asked { selection, thresholds, ..Asked::default() }))
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // A server that is being stopped takes everything along by itself.
        let _ = self
            .cluster
            .query("postgres", &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database));
        let _ = self.cluster.query("postgres", &format!("DROP ROLE IF EXISTS {}", self.role));
    }
}

const SECOND: &str = "20240201000000_more";

pub(crate) struct Case {
    pub(crate) check: Check,
    with: &'static [Check],
    change: fn(&Shop),
    thresholds: fn() -> Thresholds,
}

const fn case(check: Check, change: fn(&Shop)) -> Case {
    Case { check, with: &[], change, thresholds: Thresholds::default }
}

const fn case_with(check: Check, with: &'static [Check], change: fn(&Shop)) -> Case {
    Case { check, with, change, thresholds: Thresholds::default }
}

const fn case_at(check: Check, thresholds: fn() -> Thresholds) -> Case {
    Case { check, with: &[], change: |_| {}, thresholds }
}

pub(crate) const CASES: &[Case] = &[
    case(Check::ServerUnreachable, |it| {
        it.ground.change(
            "docker-compose.yml",
            &format!("127.0.0.1:{}:5432", it.ground.port),
            "127.0.0.1:9:5432",
        );
    }),
    case(Check::LoginRefused, |it| it.ground.write(".env", b"DB_PASSWORD=another-one\n")),
    case(Check::DatabaseMissing, |it| {
        it.ground.change("docker-compose.yml", &format!("5432/{}", it.database), "5432/not_there");
    }),
    case(Check::TableUnreadable, |it| it.as_keeper("ALTER TABLE \"Thing\" DROP COLUMN \"name\"")),
    case(Check::MigrationFailed, |it| {
        it.second("SELECT 1;");
        it.record(SECOND, "SELECT 1;", "NULL", "NULL");
    }),
    case_with(Check::MigrationRolledBack, &[Check::MigrationsPending], |it| {
        it.second("SELECT 1;");
        it.record(SECOND, "SELECT 1;", "NULL", "now()");
    }),
    case(Check::MigrationEdited, |it| {
        it.as_keeper("UPDATE _prisma_migrations SET checksum = repeat('0', 64)");
    }),
    case(Check::MigrationsPending, |it| it.second("SELECT 1;")),
    case(Check::HistoryBehind, |it| it.record(SECOND, "SELECT 1;", "now()", "NULL")),
    case(Check::HistoryDiverged, |it| {
        it.second("SELECT 1;");
        it.record("20240202000000_other", "SELECT 2;", "now()", "NULL");
    }),
    case(Check::DatabaseNotManaged, |it| it.as_keeper("DROP TABLE _prisma_migrations")),
    case(Check::RoleSuperuser, |it| it.as_captain(&format!("ALTER ROLE {} SUPERUSER", it.role))),
    case(Check::RoleWithoutCreatedb, |it| {
        it.as_captain(&format!("ALTER ROLE {} NOCREATEDB", it.role));
    }),
    case(Check::RoleWithoutCreate, |it| {
        it.as_captain(&format!(
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC; ALTER SCHEMA public OWNER TO captain; GRANT USAGE ON SCHEMA public TO {}; ALTER DATABASE {} OWNER TO captain",
            it.role, it.database
        ));
    }),
    case(Check::RoleStatementTimeout, |it| {
        it.as_captain(&format!("ALTER ROLE {} SET statement_timeout = '5s'", it.role));
    }),
    case_with(Check::ExtensionMissing, &[Check::MigrationsPending], |it| {
        it.second("CREATE EXTENSION IF NOT EXISTS \"no_such_extension\";");
    }),
    case(Check::IndexInvalid, |it| {
        it.as_keeper("INSERT INTO \"Thing\" (name) VALUES ('x'), ('x')");
        let url = it.cluster.url_as(&it.role, PASSWORD, &it.database);
        ask(&url, "CREATE UNIQUE INDEX CONCURRENTLY \"Thing_name_key\" ON \"Thing\" (name)")
            .unwrap_err();
    }),
    case(Check::TableUnlogged, |it| it.as_keeper("ALTER TABLE \"Thing\" SET UNLOGGED")),
    case(Check::TableWithoutKey, |it| {
        it.as_keeper("CREATE TABLE loose (id int); CREATE TABLE \"_ThingToOther\" (\"A\" int NOT NULL, \"B\" int NOT NULL)");
    }),
    case(Check::TableAutovacuumOff, |it| {
        it.as_keeper("ALTER TABLE \"Thing\" SET (autovacuum_enabled = off)");
    }),
    case(Check::ConstraintNotValid, |it| {
        it.as_keeper("ALTER TABLE \"Thing\" ADD CONSTRAINT named CHECK (name <> '') NOT VALID");
    }),
    case(Check::SequenceNearEnd, |it| {
        it.as_keeper("SELECT setval('\"Thing_id_seq\"', 2147483000)");
    }),
    case(Check::SequenceBehind, |it| {
        it.as_keeper("INSERT INTO \"Thing\" (id, name) VALUES (7, 'x')");
    }),
    case(Check::ServerReadOnly, |it| {
        it.as_captain(&format!(
            "ALTER DATABASE {} SET default_transaction_read_only = on",
            it.database
        ));
    }),
    case(Check::PoolsExceedConnections, |it| {
        it.ground.change(
            "docker-compose.yml",
            &format!("5432/{}", it.database),
            &format!("5432/{}?connection_limit=1000", it.database),
        );
    }),
    case_at(Check::WraparoundNear, || Thresholds { frozen_age: -1, ..Thresholds::default() }),
    case_at(Check::ConnectionsShort, || Thresholds { connections: 0, ..Thresholds::default() }),
    case_at(Check::ServerEndOfLife, || Thresholds {
        today: Some(jiff::civil::date(2040, 1, 1)),
        ..Thresholds::default()
    }),
];

/// Checks that are planted in tests of their own below.
pub(crate) const OTHERS: [Check; 15] = [
    Check::LockHeld,
    Check::TransactionLong,
    Check::TransactionIdle,
    Check::PreparedTransaction,
    Check::ReplicationSlotInactive,
    Check::FsyncOff,
    Check::FullPageWritesOff,
    Check::AutovacuumOff,
    Check::EncodingNotUtf8,
    Check::CollationsDiffer,
    Check::CollationVersionChanged,
    Check::PoolerUndeclared,
    Check::HistoryNotReplayable,
    Check::HistoryDiffersFromSchema,
    Check::TableUnreadable,
];

#[test]
fn nothing_is_found_in_a_sound_database() {
    let shop = Shop::on(Cluster::shared());
    let examined = shop.examined(Thresholds::default());
    assert_found(&examined, "the sound database", &[]);
    let unexamined: Vec<&str> = examined.unexamined.iter().map(|it| it.what).collect();
    assert_eq!(unexamined, ["unexamined-deep"]);
}

#[test]
fn exactly_what_is_planted_is_found() {
    for case in CASES {
        let shop = Shop::on(Cluster::shared());
        (case.change)(&shop);
        let expected = [&[case.check], case.with].concat();
        let examined = shop.examined((case.thresholds)());
        assert_found(&examined, case.check.as_str(), &expected);
        assert!(
            !format!("{examined:?}").contains(PASSWORD),
            "{} tells a secret",
            case.check.as_str()
        );
    }
}

/// Check and command of each finding.
fn commands(examined: &Examined) -> Vec<String> {
    let one = |it: &radoub_engine::doctor::Finding| {
        format!("{}: {}", it.check.as_str(), it.command.as_deref().unwrap_or_default())
    };
    examined.findings.iter().map(one).collect()
}

#[test]
fn what_is_missing_leads_to_what_brings_it() {
    // The second migration waits, and the code reads its column already.
    let shop = Shop::on(Cluster::shared());
    shop.second("ALTER TABLE \"Thing\" ADD COLUMN \"level\" TEXT;\n");
    shop.ground.change(
        "shop/prisma/schema.prisma",
        "  name String\n",
        "  name String\n  level String?\n",
    );
    assert_eq!(
        commands(&shop.examined(Thresholds::default())),
        [
            "table-unreadable: radoub apply --only shop",
            "migrations-pending: radoub apply --only shop",
        ]
    );

    // Nothing was ever applied: both tables are one finding.
    let shop = Shop::on(Cluster::shared());
    shop.as_keeper("DROP TABLE _prisma_migrations, \"Thing\"");
    shop.second("CREATE TABLE \"Other\" (\"id\" INTEGER NOT NULL, CONSTRAINT \"Other_pkey\" PRIMARY KEY (\"id\"));\n");
    let schema =
        std::fs::read_to_string(shop.ground.path().join("shop/prisma/schema.prisma")).unwrap();
    let schema = format!("{schema}\nmodel Other {{\n  id Int @id\n}}\n");
    shop.ground.write("shop/prisma/schema.prisma", schema.as_bytes());
    let examined = shop.examined(Thresholds::default());
    assert_eq!(
        commands(&examined),
        [
            "table-unreadable: radoub apply --only shop",
            "migrations-pending: radoub apply --only shop",
        ]
    );
    assert_eq!(examined.findings[0].facts[0], ("tables", "2".to_owned()));

    // Nothing waits, and a table is gone all the same.
    let shop = Shop::on(Cluster::shared());
    shop.as_keeper("DROP TABLE \"Thing\"");
    assert_eq!(
        commands(&shop.examined(Thresholds::default())),
        ["table-unreadable: radoub drift shop"]
    );
}

/// Somebody else's session, which does this and then waits; it ends with the value.
struct Other {
    program: std::process::Child,
}

impl Other {
    fn doing(shop: &Shop, sql: &str) -> Self {
        use std::io::{BufRead as _, Write as _};
        let psql =
            shop.cluster.binaries().client("psql").expect("psql beside the server's programs");
        let mut program = std::process::Command::new(psql)
            .args(["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--dbname"])
            .arg(format!(
                "postgresql://{}@127.0.0.1:{}/{}?application_name=other",
                shop.role,
                shop.cluster.port(),
                shop.database
            ))
            .env("PGPASSWORD", PASSWORD)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = program.stdin.take().unwrap();
        writeln!(input, "{sql}\n\\echo done").unwrap();
        input.flush().unwrap();
        // psql reads on until its input ends, and that ends with it.
        program.stdin = Some(input);
        let output = std::io::BufReader::new(program.stdout.take().unwrap());
        let mut lines = output.lines();
        assert!(lines.any(|line| line.unwrap() == "done"), "psql ended early");
        Self { program }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        drop(self.program.stdin.take());
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn sessions_of_others_are_found() {
    let shop = Shop::on(Cluster::shared());
    let waiting = Thresholds { idle: Duration::ZERO, ..Thresholds::default() };
    {
        let _other = Other::doing(&shop, "SELECT pg_advisory_lock(72707369);");
        assert_found(&shop.examined(Thresholds::default()), "the lock", &[Check::LockHeld]);
    }
    {
        let _other = Other::doing(&shop, "BEGIN;\nSELECT 1;");
        assert_found(&shop.examined(waiting), "idle", &[Check::TransactionIdle]);
        assert_found(&shop.examined(Thresholds::default()), "idle for a moment", &[]);
    }
    let url = shop.cluster.url_as(&shop.role, PASSWORD, &shop.database);
    let busy = std::thread::spawn(move || ask(&url, "SELECT pg_sleep(600)"));
    let pid = loop {
        let pid = shop.cluster.psql(&shop.database, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(600)' AND state = 'active'");
        if !pid.is_empty() {
            break pid;
        }
    };
    let long = Thresholds { transaction: Duration::ZERO, ..Thresholds::default() };
    assert_found(&shop.examined(long), "a long transaction", &[Check::TransactionLong]);
    shop.cluster.psql("postgres", &format!("SELECT pg_terminate_backend({pid})"));
    busy.join().unwrap().unwrap_err();
    // It is gone from the statistics a moment after.
    while shop
        .cluster
        .psql("postgres", &format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"))
        != "0"
    {}
    assert_found(&shop.examined(long), "nobody", &[]);
}

#[test]
fn what_a_server_is_set_to_is_found() {
    let options = Options::default()
        .setting("fsync", "off")
        .setting("full_page_writes", "off")
        .setting("autovacuum", "off")
        .setting("wal_level", "replica")
        .setting("max_wal_senders", 2)
        .setting("max_replication_slots", 2)
        .setting("max_prepared_transactions", 2);
    let cluster: &'static Cluster = Box::leak(Box::new(Cluster::with(options)));
    let shop = Shop::on(cluster);
    let examined = |names: &[Check]| {
        let only = names.iter().map(|it| it.as_str().to_owned()).collect();
        let selection = Selection { only, except: Vec::new() };
        run(shop.ground.examine(&Asked { selection, ..Asked::default() }))
    };
    let settings = [Check::FsyncOff, Check::FullPageWritesOff, Check::AutovacuumOff];
    assert_found(&examined(&settings), "settings", &settings);
    let leftovers = [Check::ReplicationSlotInactive, Check::PreparedTransaction];
    assert_found(&examined(&leftovers), "nothing left behind", &[]);
    shop.as_captain("SELECT pg_create_physical_replication_slot('nobody', true)");
    shop.as_captain("BEGIN; CREATE TABLE kept (); PREPARE TRANSACTION 'it''s kept'");
    let found = examined(&leftovers);
    assert_found(&found, "left behind", &leftovers);
    let sql: Vec<&str> = found
        .findings
        .iter()
        .flat_map(|it| &it.facts)
        .filter(|it| it.0 == "sql")
        .map(|it| it.1.as_str())
        .collect();
    // What is proposed works.
    for sql in sql {
        shop.as_captain(sql);
    }
    assert_found(&examined(&leftovers), "cleaned up", &[]);

    for name in ["fsync", "full_page_writes", "autovacuum"] {
        cluster.psql("postgres", &format!("ALTER SYSTEM SET {name} = on"));
    }
    cluster.psql("postgres", "SELECT pg_reload_conf()");
    // The postmaster takes a moment to pass them on.
    while cluster.psql("postgres", "SELECT current_setting('fsync') || current_setting('autovacuum') || current_setting('full_page_writes')") != "ononon" {}
    assert_found(&examined(&settings), "settings that are well", &[]);
    drop(shop);
    cluster.stop();
}

#[test]
fn encodings_and_collations_are_found() {
    let shop = Shop::on(Cluster::shared());
    let (name, role) = (format!("{}_ascii", shop.database), &shop.role);
    shop.cluster.psql(
        "postgres",
        &format!("CREATE DATABASE {name} OWNER {role} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"),
    );
    let url = shop.cluster.url_as(role, PASSWORD, &name);
    ask(&url, MIGRATION).unwrap();
    let text = std::fs::read_to_string(shop.ground.path().join("docker-compose.yml")).unwrap();
    let at = text.find("  shop:\n").unwrap();
    let second = text[at..].split("volumes:\n").next().unwrap();
    let second = second
        .replace("  shop:", "  twin:")
        .replace("./shop", "./twin")
        .replace(&shop.database, &name);
    // The role is named after the database.
    let second = second.replace(&format!("{name}_keeper"), role);
    shop.ground.write(
        "docker-compose.yml",
        text.replace("volumes:\n  data:", &format!("{second}volumes:\n  data:")).as_bytes(),
    );
    for path in ["package.json", "prisma/schema.prisma"] {
        let text = std::fs::read(shop.ground.path().join("shop").join(path)).unwrap();
        shop.ground.write(&format!("twin/{path}"), &text);
    }
    let only = [Check::EncodingNotUtf8, Check::CollationsDiffer];
    let selection = Selection {
        only: only.iter().map(|it| it.as_str().to_owned()).collect(),
        except: Vec::new(),
    };
    let found = run(shop.ground.examine(&Asked { selection, ..Asked::default() }));
    assert_found(&found, "two encodings", &only);
    shop.cluster.psql("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"));
}

#[test]
fn a_collation_that_changed_is_found() {
    let shop = Shop::on(Cluster::shared());
    let selection = Selection {
        only: vec![Check::CollationVersionChanged.as_str().to_owned()],
        except: Vec::new(),
    };
    let asked = Asked { selection, ..Asked::default() };
    if shop.cluster.version().major < 15 {
        // Such a server keeps no version of a database's collation.
        assert_found(&run(shop.ground.examine(&asked)), "nothing to compare", &[]);
        return;
    }
    let name = format!("{}_icu", shop.database);
    let made = shop.cluster.query(
        "postgres",
        &format!("CREATE DATABASE {name} OWNER {} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'fr' ENCODING 'UTF8'", shop.role),
    );
    made.unwrap_or_else(|error| panic!("a server with ICU is needed: {error}"));
    shop.ground.change(
        "docker-compose.yml",
        &format!("5432/{}", shop.database),
        &format!("5432/{name}"),
    );
    assert_found(&run(shop.ground.examine(&asked)), "as it was made", &[]);
    shop.cluster.psql(
        "postgres",
        &format!("UPDATE pg_database SET datcollversion = '1' WHERE datname = '{name}'"),
    );
    assert_found(
        &run(shop.ground.examine(&asked)),
        "another version",
        &[Check::CollationVersionChanged],
    );
    shop.cluster.psql("postgres", &format!("DROP DATABASE {name} WITH (FORCE)"));
}

#[test]
fn a_pooler_that_nobody_declared_is_found() {
    let shop = Shop::on(Cluster::shared());
    let Some(pooler) = Pooler::before(shop.cluster, PoolMode::Transaction) else {
        panic!("PgBouncer is needed");
    };
    // The pooler knows the superuser alone.
    let url = pooler.url(&shop.database);
    let (_, password) = url.split_once("captain:").unwrap();
    let password = password.split('@').next().unwrap().to_owned();
    shop.ground.write(".env", format!("DB_PASSWORD={password}\n").as_bytes());
    shop.ground.change(
        "docker-compose.yml",
        &format!("postgresql://{}:", shop.role),
        "postgresql://captain:",
    );
    shop.ground.change(
        "docker-compose.yml",
        &format!("127.0.0.1:{}:5432", shop.cluster.port()),
        &format!("127.0.0.1:{}:5432", pooler.port()),
    );
    let selection =
        Selection { only: vec![Check::PoolerUndeclared.as_str().to_owned()], except: Vec::new() };
    let asked = Asked { selection, ..Asked::default() };
    assert_found(&run(shop.ground.examine(&asked)), "a pooler", &[Check::PoolerUndeclared]);
    shop.ground.change(
        "docker-compose.yml",
        &format!("5432/{}", shop.database),
        &format!("5432/{}?pgbouncer=true", shop.database),
    );
    assert_found(&run(shop.ground.examine(&asked)), "a pooler that is declared", &[]);
}

#[test]
fn histories_are_replayed_where_it_is_asked_for() {
    use radoub_engine::scratch::{Workshop, WorkshopSettings};
    let examined = |change: fn(&Shop)| {
        let shop = Shop::on(Cluster::shared());
        change(&shop);
        run(async {
            let workshop = Workshop::new(WorkshopSettings {
                forced: None,
                timeout: None,
                per_server: 4,
                temporary: std::env::temp_dir(),
                search: Vec::new(),
                live: Vec::new(),
            });
            let only = [Check::HistoryNotReplayable, Check::HistoryDiffersFromSchema];
            let only = only.iter().map(|it| it.as_str().to_owned()).collect();
            let selection = Selection { only, except: Vec::new() };
            let asked = Asked { selection, workshop: Some(&workshop), ..Asked::default() };
            let examined = shop.ground.examine(&asked).await;
            workshop.close().await.unwrap();
            examined
        })
    };
    assert_found(&examined(|_| {}), "a sound history", &[]);
    let broken =
        examined(|it| it.second("SELECT 1;\nALTER TABLE \"Elsewhere\" ADD COLUMN \"x\" TEXT;"));
    assert_found(&broken, "a broken history", &[Check::HistoryNotReplayable]);
    assert_eq!(broken.findings[0].line, Some(2));
    let other = examined(|it| it.second("ALTER TABLE \"Thing\" ADD COLUMN \"x\" TEXT;"));
    assert_found(&other, "a history that goes elsewhere", &[Check::HistoryDiffersFromSchema]);
}
