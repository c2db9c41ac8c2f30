//! Drift: what is found on the founding fleet, and that nothing is found where nothing is wrong.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::oracle::{Oracle, Place};
use radoub_testing::shared::shared_or_say;
use serde_json::Value;

use crate::adopt::schema;
use crate::founding::{Stack, TWELVE, start};
use crate::{radoub, service};

/// The facts about the histories of the founding fleet that were measured by hand with the real engine: service, cause,
/// outcome of the replay, migrations, statements between history and schema.
const FACTS: &[(&str, &str, &str, u64, Option<u64>)] = &[
    ("analytics-service", "in-order", "ends", 1, Some(0)),
    ("auth-service", "in-order", "ends", 9, Some(0)),
    ("billing-service", "broken-history", "stops", 21, None),
    ("commercial-service", "broken-history", "stops", 1, None),
    ("communication-service", "pushed", "ends", 1, Some(1)),
    ("customer-service", "pushed", "ends", 4, Some(71)),
    ("hr-service", "no-history", "nothing", 0, None),
    ("inventory-service", "in-order", "ends", 5, Some(0)),
    ("notification-service", "no-history", "nothing", 0, None),
    ("procurement-service", "pushed", "ends", 10, Some(5)),
    ("project-service", "in-order", "ends", 1, Some(0)),
    ("technical-service", "pushed", "ends", 4, Some(11)),
];

#[test]
fn every_fact_about_the_histories_of_the_founding_fleet_is_found() {
    let Some(shared) = shared_or_say("the founding fleet") else { return };
    let cluster = Cluster::start();
    let stack = Stack::of(&shared);
    stack.publish(cluster.port());
    start(&stack, &cluster, &Oracle::of(&shared));

    let document = stack.call(&["drift", "--replay", "--json"]).run().expect(1).json();
    for (name, cause, outcome, migrations, statements) in FACTS {
        let one = service(&document, name);
        assert_eq!(one["cause"], *cause, "{one:#}");
        assert_eq!(one["replay"]["outcome"], *outcome, "{one:#}");
        assert_eq!(one["replay"]["migrations"], *migrations, "{one:#}");
        if statements.is_some() {
            assert_eq!(
                one["differences"]["historyToSchema"]["statements"].as_u64(),
                *statements,
                "{name}"
            );
        }
        let repair = one["repair"].as_str();
        match *cause {
            "in-order" => assert_eq!(repair, None, "{name}"),
            _ => assert_eq!(repair, Some(format!("radoub adopt {name}").as_str())),
        }
    }
    let billing = &service(&document, "billing-service")["replay"];
    assert_eq!(billing["migration"], "20260421121000_add_enterprise_context_to_billing_documents");
    assert_eq!((&billing["ran"], &billing["problem"]["sqlstate"]), (&9.into(), &"42P01".into()));
    assert_eq!(billing["problem"]["line"], 21, "{billing:#}");
    let message = billing["problem"]["message"].as_str().expect("a message");
    assert!(message.contains("factures_fournisseurs"), "{message}");
    let commercial = &service(&document, "commercial-service")["replay"];
    assert_eq!(
        (&commercial["ran"], &commercial["problem"]["sqlstate"]),
        (&0.into(), &"42P01".into())
    );
    let customer = &service(&document, "customer-service")["differences"]["historyToSchema"];
    let objects = customer["objects"].as_array().expect("objects");
    let missing =
        |kind| objects.iter().filter(|it| it["kind"] == kind && it["fate"] == "missing").count();
    assert_eq!((missing("table"), missing("enum")), (9, 12));
    for name in ["commercial-service", "project-service"] {
        assert_eq!(service(&document, name)["lockFile"], false, "{name}");
    }
    let summary = &document["summary"];
    let expected = [
        ("services", 12),
        ("histories", 10),
        ("migrations", 57),
        ("run", 8),
        ("stop", 2),
        ("endAtSchema", 4),
        ("withoutLockFile", 2),
    ];
    for (key, number) in expected {
        assert_eq!(summary[key], number, "{key}: {summary:#}");
    }

    let told = stack.call(&["drift", "--replay", "--plain"]).run().expect(1).stdout;
    let at = told.find("billing-service\n  ❌").expect("a part about billing");
    let billing = told[at..].split("\n\n").next().unwrap_or_default();
    for words in [
        "stops at migration 10 of 21",
        "migration.sql:21",
        "relation \"factures_fournisseurs\" does not exist (42P01)",
        "21 | ALTER TABLE \"factures_fournisseurs\"\n        | ^",
        "→ radoub adopt billing-service",
    ] {
        assert!(billing.contains(words), "{words}\n{billing}");
    }
    assert!(told.contains("10 of 12 services have migrations, 57 in all: 8 histories run on an empty database, 2 stop; 4 of 12"), "{told}");

    // SQL in both directions; the one is the real engine's own, to the byte.
    let pushed =
        ["communication-service", "customer-service", "procurement-service", "technical-service"];
    let call = [&["drift", "--sql", "--from", "history"][..], &pushed].concat();
    let ours = stack.call(&call).run().expect(1).stdout;
    for name in pushed {
        let expected = shared.join("fleets/parabellum-erp/expected").join(name);
        let theirs = std::fs::read_to_string(expected.join("schema-drift.sql")).expect("a script");
        let part = ours.split(&format!("-- {name}: history -> schema\n")).nth(1).expect(name);
        let part = part
            .split("\n\n-- ")
            .filter(|it| !it.contains("-service: "))
            .collect::<Vec<_>>()
            .join("\n\n-- ");
        let part = part.split("*/\n").last().unwrap_or(&part);
        assert!(part.trim().starts_with(theirs.trim()), "{name}:\n{part}");
    }
    let back =
        stack.call(&["drift", "technical-service", "--sql", "--from", "history", "--reverse"]);
    let back = back.run().expect(1).stdout;
    assert!(back.contains("DROP TABLE \"ordres_mission\";"), "{back}");
    // The sides that no one names are those that explain the cause.
    let told = stack.call(&["drift", "technical-service", "--sql"]).run().expect(1).stdout;
    assert!(told.contains("CREATE TABLE \"ordres_mission\""), "{told}");
    let told =
        stack.call(&["drift", "technical-service", "--sql", "--json"]).run().expect(1).json();
    let one = service(&told, "technical-service");
    assert_eq!((&one["from"], &one["to"]), (&"history".into(), &"live".into()), "{told:#}");
    assert!(one["script"].as_str().is_some_and(|it| it.contains("ordres_mission")), "{told:#}");
    let told =
        stack.call(&["drift", "billing-service", "--sql", "--from", "history"]).run().expect(2);
    assert!(told.stderr.contains("the history is not known"), "{}", told.text());

    // The verdict in short, beside the state that `check` knows.
    let deep = stack.call(&["check", "--deep", "--json"]).run().expect(1).json();
    let customer = service(&deep, "customer-service");
    assert_eq!(
        (&customer["state"], &customer["drift"]["cause"]),
        (&"up-to-date".into(), &"pushed".into())
    );
    let plain = stack.call(&["check", "--deep", "--plain"]).run().expect(1).stdout;
    let customer = plain.split("customer-service...").nth(1).expect("a part").split("\n\n").next();
    assert_eq!(
        customer.map(str::trim_end),
        Some(
            "\n  ✅ Up to date\n  ⚠️ Pushed: the history does not make this database\n     → radoub adopt customer-service"
        )
    );
    assert_eq!(TWELVE.len(), FACTS.len());
}

/// Golden cases whose schema seems to differ from the database that was just made of it, in the eyes of the real
/// engine: the reason is Prisma's, so nothing may be said.
const PHANTOMS: &[&str] = &["017", "021", "054", "060", "062", "072", "073", "074", "094"];

#[test]
fn what_only_seems_to_differ_is_no_drift() {
    let Some(shared) = shared_or_say("the golden cases") else { return };
    let oracle = Oracle::of(&shared);
    let mut fleet = Fleet::on(Cluster::shared());
    let mut seeming = 0;
    for entry in std::fs::read_dir(shared.join("golden")).expect("golden") {
        let folder = entry.expect("an entry").path();
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        if !PHANTOMS.iter().any(|number| name.starts_with(number)) {
            continue;
        }
        let text = std::fs::read_to_string(folder.join("to.prisma")).expect("a schema");
        let member = format!("case-{name}");
        fleet.add(Member::new(&member).file("schema.prisma", text));
        let (url, migrations, schema) =
            (fleet.database(&member).url(), fleet.migrations(&member), fleet.schema(&member));
        let place = Place { url: &url, migrations: &migrations, schema: &schema };
        oracle.push(place, true).unwrap_or_else(|refusal| panic!("{member}: {refusal}"));
        let again =
            oracle.ask(&serde_json::json!({ "verb": "diff-url", "url": url, "schema": schema }));
        seeming += usize::from(
            again.is_ok_and(|it| it.as_str().is_some_and(|it| !it.contains("empty migration"))),
        );
    }
    assert!(seeming >= 5, "the real engine sees drift in {seeming} of them");
    let document = radoub(fleet.path(), &["drift", "--json"]).run().expect(1).json();
    for one in document["services"].as_array().expect("services") {
        assert_eq!(one["cause"], "no-history", "{one:#}");
        assert_eq!(one["agree"]["schemaLive"], true, "{one:#}");
    }
}

/// One service, its history applied by the real engine.
fn deployed(models: &str, script: &str) -> Fleet<'static> {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(
        Member::new("ships")
            .file("schema.prisma", schema(models))
            .migration("20240101000000_init", script),
    );
    radoub(fleet.path(), &["apply"]).run().expect(0);
    fleet
}

const SHIP: &str = "model Ship {\n  id   Int    @id\n  name String\n}\n";
const SHIP_SQL: &str = "CREATE TABLE \"Ship\" (\"id\" INTEGER NOT NULL, \"name\" TEXT NOT NULL, CONSTRAINT \"Ship_pkey\" PRIMARY KEY (\"id\"));\n";

#[track_caller]
fn drift(fleet: &Fleet<'_>, arguments: &[&str], code: i32) -> Value {
    let arguments = [&["drift", "--json"], arguments].concat();
    service(&radoub(fleet.path(), &arguments).run().expect(code).json(), "ships").clone()
}

#[test]
fn each_cause_is_told_from_the_others() {
    let fleet = deployed(SHIP, SHIP_SQL);
    assert_eq!(drift(&fleet, &[], 0)["cause"], "in-order");
    let database = fleet.database("ships");

    database.psql("ALTER TABLE \"Ship\" ADD COLUMN tonnage INTEGER");
    let told = drift(&fleet, &[], 1);
    assert_eq!(told["cause"], "edited-by-hand");
    let object = &told["differences"]["liveToSchema"]["objects"][0];
    assert_eq!(
        (&object["name"], &object["parts"][0]["name"], &object["parts"][0]["fate"]),
        (&"Ship".into(), &"tonnage".into(), &"extra".into())
    );
    database.psql("ALTER TABLE \"Ship\" DROP COLUMN tonnage");

    let edited = schema("model Ship {\n  id   Int    @id\n  name String\n  flag String?\n}\n");
    fleet.write("services/ships/prisma/schema.prisma", &edited);
    let told = drift(&fleet, &[], 1);
    assert_eq!(
        (&told["cause"], &told["repair"]),
        (&"forgotten".into(), &"radoub new NAME --service ships".into())
    );

    database.psql("ALTER TABLE \"Ship\" ADD COLUMN flag TEXT");
    assert_eq!(drift(&fleet, &[], 1)["cause"], "pushed");

    database.psql("ALTER TABLE \"Ship\" ADD COLUMN tonnage INTEGER");
    assert_eq!(drift(&fleet, &[], 1)["cause"], "all-differ");

    // What Prisma does not see is shown on request, and never called wrong.
    let fleet = deployed(SHIP, SHIP_SQL);
    fleet.database("ships").psql("CREATE VIEW named AS SELECT name FROM \"Ship\"");
    let told = drift(&fleet, &["--unmanaged"], 0);
    assert_eq!(
        (&told["unmanaged"][0]["kind"], &told["unmanaged"][0]["name"]),
        (&"view".into(), &"named".into())
    );
}

#[test]
fn mistakes_of_a_schema_are_told_with_their_place() {
    let fleet = deployed(SHIP, SHIP_SQL);
    fleet.write(
        "services/ships/prisma/schema.prisma",
        schema("model Ship {\n  id   Int    @id\n  name Strin\n}\n"),
    );
    let told = drift(&fleet, &[], 1);
    assert_eq!(
        (&told["cause"], &told["mistakes"][0]["line"]),
        (&"schema-refused".into(), &8.into())
    );
    let plain = radoub(fleet.path(), &["drift", "--plain"]).run().expect(1).stdout;
    assert!(plain.contains("services/ships/prisma/schema.prisma:8:8:"), "{plain}");
    assert!(plain.contains("^^^^^"), "{plain}");
    let refused =
        radoub(fleet.path(), &["adopt", "ships", "--yes", "--json"]).run().expect(1).json();
    assert_eq!(service(&refused, "ships")["problem"]["code"], "schema-refused");
}

#[test]
fn two_services_in_one_database_are_told_apart_and_not_repaired() {
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("ships").file("schema.prisma", schema(SHIP)));
    fleet
        .add(Member::new("ports").file("schema.prisma", schema("model Port {\n  id Int @id\n}\n")));
    let ships = fleet.database("ships").name().to_owned();
    let ports = fleet.database("ports").name().to_owned();
    let compose =
        std::fs::read_to_string(fleet.path().join("docker-compose.yml")).expect("compose");
    fleet.write("docker-compose.yml", compose.replace(&ports, &ships));
    fleet.database("ships").psql(SHIP_SQL);
    let told = drift(&fleet, &[], 1);
    assert_eq!((&told["cause"], &told["sharedWith"][0]), (&"shared".into(), &"ports".into()));
    let refused =
        radoub(fleet.path(), &["adopt", "ships", "--yes", "--json"]).run().expect(1).json();
    assert_eq!(service(&refused, "ships")["problem"]["code"], "shared-database");
}

#[test]
fn a_shadow_database_that_holds_data_is_never_emptied() {
    let mut fleet = Fleet::on(Cluster::shared());
    for name in ["alpha", "beta"] {
        fleet.add(
            Member::new(name)
                .file("schema.prisma", schema(SHIP))
                .migration("20240101000000_init", SHIP_SQL),
        );
    }
    radoub(fleet.path(), &["apply", "alpha"]).run().expect(0);
    // Pushed: no ledger tells that it is in use.
    let beta = fleet.database("beta");
    beta.psql("CREATE TABLE beta (x INTEGER); INSERT INTO beta VALUES (1), (2)");
    let lone = Cluster::shared().database("lone");
    lone.psql("CREATE TABLE precious (x INTEGER); INSERT INTO precious VALUES (1)");
    let shadowed = |url: &str| {
        fleet.write("radoub.toml", format!("[service.alpha]\nshadow_url = \"{url}\"\n"));
    };
    let drift =
        |lang: &str| radoub(fleet.path(), &["drift", "alpha"]).env("RADOUB_LANG", lang).with_path();

    // That of another service of the fleet, though that one was not asked for.
    shadowed(&beta.url());
    for (lang, words) in
        [("en", "is the database of the service beta"), ("fr", "est la base du service beta")]
    {
        let told = drift(lang).run().expect(2).text();
        assert!(told.contains(words), "{told}");
    }
    // One that nobody knows, with a row.
    shadowed(&lone.url());
    for (lang, words, remedy) in [
        ("en", "has data in public.precious", "or remove it"),
        ("fr", "contient des données dans public.precious", "ou retirez-le"),
    ] {
        let told = drift(lang).run().expect(0).text();
        assert!(told.contains(words) && told.contains(remedy), "{told}");
    }
    // Nor by the drop-in, which also says what to do about the database itself.
    let text = schema(SHIP);
    let text = text.replacen("url", "shadowDatabaseUrl = env(\"SHADOW\")\n  url", 1);
    fleet.write("services/alpha/prisma/schema.prisma", text);
    let folder = fleet.path().join("services/alpha");
    let call = |shadow: &str| {
        let words = ["--from-migrations", "prisma/migrations", "--to-empty"];
        let call = radoub(&folder, &["prisma", "migrate", "diff"]).args(words);
        call.env("SHADOW", shadow).env("DATABASE_URL", fleet.database("alpha").url()).with_path()
    };
    let told = call(&lone.url()).run().expect(0);
    assert!(told.stderr.contains("has data in public.precious"), "{}", told.text());
    assert!(told.stdout.contains("Ship"), "{}", told.text());
    let told = call(&beta.url()).run().expect(1).text();
    assert!(told.contains("is the database of the service beta"), "{told}");
    let told = call(&fleet.database("alpha").url()).run().expect(1).text();
    assert!(told.contains("the service's own database") && told.contains("or remove it"), "{told}");
    assert_eq!(beta.psql("SELECT count(*) FROM beta"), "2");
    assert_eq!(lone.psql("SELECT count(*) FROM precious"), "1");
}

/// The remedies of `check`, `check --deep` and `drift`, in this order.
#[track_caller]
fn remedies(fleet: &Fleet<'_>) -> [String; 3] {
    let ask = |call: &[&str]| {
        service(&radoub(fleet.path(), call).run().expect(1).json(), "ships").clone()
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    [
        text(&ask(&["check", "--json"])["remedy"]),
        text(&ask(&["check", "--deep", "--json"])["drift"]["repair"]),
        text(&ask(&["drift", "--json"])["repair"]),
    ]
}

fn edit(fleet: &Fleet<'_>) {
    let script = format!("-- another comment\n{SHIP_SQL}");
    fleet.write("services/ships/prisma/migrations/20240101000000_init/migration.sql", script);
}

fn forget(fleet: &Fleet<'_>) {
    fleet.database("ships").psql(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) \
         VALUES ('gone', 'x', '20240102000000_gone', now(), now(), 1)",
    );
}

#[test]
fn every_command_tells_the_same_remedy() {
    // Edited: back, or agreed to.
    let fleet = deployed(SHIP, SHIP_SQL);
    edit(&fleet);
    let told = remedies(&fleet);
    assert!(told.iter().all(|it| *it == told[0]), "{told:?}");
    for words in ["git checkout", "radoub adopt ships --allow edited"] {
        assert!(told[0].contains(words), "{told:?}");
    }

    // Edited, and another one waits behind it: nothing is applied before the file is back.
    let foo = "model Ship {\n  id   Int    @id\n  name String\n  foo  String?\n}\n";
    let waits = "ALTER TABLE \"Ship\" ADD COLUMN \"foo\" TEXT;\n";
    fleet.write("services/ships/prisma/schema.prisma", schema(foo));
    fleet.write("services/ships/prisma/migrations/20240103000000_foo/migration.sql", waits);
    let told = remedies(&fleet);
    assert!(told.iter().all(|it| *it == told[0]), "{told:?}");
    assert!(told[0].contains("git checkout") && !told[0].contains("radoub"), "{told:?}");

    // Missing and edited: what is missing first, from the sides that differ for it.
    let fleet = deployed(SHIP, SHIP_SQL);
    edit(&fleet);
    forget(&fleet);
    fleet.database("ships").psql("ALTER TABLE \"Ship\" ADD COLUMN gone TEXT");
    let told = radoub(fleet.path(), &["drift", "--plain"]).run().expect(1).stdout;
    assert!(told.contains("→ fetch the missing folder 20240102000000_gone"), "{told}");
    assert!(told.contains("+ column gone"), "{told}");

    // Half applied, statement by statement.
    let fleet = deployed(SHIP, SHIP_SQL);
    fleet.database("ships").psql("INSERT INTO \"Ship\" VALUES (1, 'Argo')");
    let indexed =
        "model Ship {\n  id   Int    @id\n  name String\n  foo  String?\n\n  @@index([name])\n}\n";
    fleet.write("services/ships/prisma/schema.prisma", schema(indexed));
    fleet.write(
        "services/ships/prisma/migrations/20240103000000_foo/migration.sql",
        "CREATE INDEX CONCURRENTLY \"Ship_name_idx\" ON \"Ship\"(\"name\");\n\
         INSERT INTO \"Ship\" VALUES (1, 'Argo');\nALTER TABLE \"Ship\" ADD COLUMN \"foo\" TEXT;\n",
    );
    radoub(fleet.path(), &["apply"]).run().expect(1);
    assert_eq!(remedies(&fleet), ["radoub apply ships"; 3]);
    fleet.database("ships").psql("DELETE FROM \"Ship\"");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    radoub(fleet.path(), &["check"]).run().expect(0);

    // Shared: nothing that would be refused.
    let mut fleet = Fleet::on(Cluster::shared());
    fleet.add(Member::new("ships").file("schema.prisma", schema(SHIP)));
    fleet
        .add(Member::new("ports").file("schema.prisma", schema("model Port {\n  id Int @id\n}\n")));
    let names = ["ports", "ships"].map(|it| fleet.database(it).name().to_owned());
    let compose =
        std::fs::read_to_string(fleet.path().join("docker-compose.yml")).expect("compose");
    fleet.write("docker-compose.yml", compose.replace(&names[0], &names[1]));
    let told = remedies(&fleet);
    assert!(told[0].contains("a database or a schema of its own"), "{told:?}");
}

#[test]
fn what_waits_is_listed_object_by_object() {
    let fleet = deployed(SHIP, SHIP_SQL);
    let port = format!("{SHIP}\nmodel Port {{\n  id Int @id\n}}\n");
    let waits = "CREATE TABLE \"Port\" (\"id\" INTEGER NOT NULL, CONSTRAINT \"Port_pkey\" PRIMARY KEY (\"id\"));\n";
    fleet.write("services/ships/prisma/schema.prisma", schema(&port));
    fleet.write("services/ships/prisma/migrations/20240103000000_port/migration.sql", waits);
    for (language, words) in [("en", "only in the history: table Port"), ("fr", "table Port")] {
        let call = ["--lang", language, "drift", "--plain"];
        let told = radoub(fleet.path(), &call).run().expect(1).stdout;
        assert!(told.contains(words), "{told}");
    }
    let told = radoub(fleet.path(), &["drift", "--sql"]).run().expect(1).stdout;
    assert!(told.contains("CREATE TABLE \"Port\""), "{told}");
    let call = ["drift", "--sql", "--from", "applied", "--to", "history"];
    let told = radoub(fleet.path(), &call).run().expect(1).stdout;
    assert!(told.contains("CREATE TABLE \"Port\""), "{told}");
}

#[test]
fn check_deep_tells_the_facts_behind_its_remedy() {
    let mut fleet = Fleet::on(Cluster::shared());
    let script = format!("CREATE EXTENSION no_such_extension;\n{SHIP_SQL}");
    fleet.add(
        Member::new("ships")
            .file("schema.prisma", schema(SHIP))
            .migration("20240101000000_init", script),
    );
    for language in ["en", "fr"] {
        let call = ["--lang", language, "check", "--deep", "--plain"];
        let told = radoub(fleet.path(), &call).run().expect(2).stdout;
        assert!(told.contains("no_such_extension"), "{told}");
    }
    let fleet = deployed(SHIP, SHIP_SQL);
    fleet.write(
        "services/ships/prisma/schema.prisma",
        schema("model Ship {\n  id   Int    @id\n  name Strin\n}\n"),
    );
    let told = radoub(fleet.path(), &["check", "--deep", "--plain"]).run().expect(1).stdout;
    assert!(told.contains("services/ships/prisma/schema.prisma:8:8:"), "{told}");
}
