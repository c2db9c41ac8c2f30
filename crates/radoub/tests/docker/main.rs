//! The command beside a real Docker engine: a Compose project of images made of this machine's files.
//!
//! One engine serves all that is asked here, because starting one takes longer than asking it.

mod faults;
mod ground;
mod guide;
mod problem;
mod rebuild;

use radoub_testing::command::Call;
use radoub_testing::docker::{Engine, Image, POSTGRES_PASSWORD, POSTGRES_USER};
use radoub_testing::fleet::{LOCK_FILE, SMALL_SCHEMA, temporary};
use radoub_testing::network::Bridge;

const POSTGRES: &str = "radoub-test/postgres:1";

/// A service that says what the guide's services said, and waits.
const SERVICE: &str = "radoub-test/service:1";
const SAYS: &str = r#"CMD ["sh", "-c", "echo 'postgresql://u:pl4nted-s3cret@db/x ready'; echo 'The column audit_logs.level does not exist: PrismaClientKnownRequestError' >&2; exec sleep 600"]"#;

/// A server that publishes no port, beside one that publishes whatever port is free.
fn compose() -> String {
    let server = |name: &str, more: &str| {
        format!(
            "  {name}:\n    image: {POSTGRES}\n    environment:\n      POSTGRES_DB: shop\n{more}    healthcheck:\n      \
             test: [\"CMD\", \"pg_isready\", \"--host=127.0.0.1\", \"--dbname=shop\"]\n      interval: 200ms\n      retries: 300\n"
        )
    };
    let service = |name: &str, server: &str| {
        format!(
            "  {name}:\n    build: ./{name}\n    image: {SERVICE}\n    environment:\n      \
             DATABASE_URL: postgresql://{POSTGRES_USER}:{POSTGRES_PASSWORD}@{server}:5432/shop\n"
        )
    };
    format!(
        "version: \"3.8\"\nservices:\n{}{}{}{}",
        server("hidden", ""),
        server("published", "    ports: [\"127.0.0.1::5432\"]\n"),
        service("orders", "hidden"),
        service("stock", "published"),
    )
}

#[test]
fn databases_in_containers_are_found_with_and_without_a_published_port() {
    let engine = Engine::start().unwrap_or_else(|error| panic!("{error}"));
    engine.import(&Image::postgres(POSTGRES));
    engine.import(&Image::new(SERVICE).change(SAYS));
    let folder = temporary();
    std::fs::write(folder.path().join("docker-compose.yml"), compose()).expect("a file");
    for name in ["orders", "stock"] {
        let prisma = folder.path().join(name).join("prisma");
        std::fs::create_dir_all(prisma.join("migrations/20240101000000_init")).expect("a folder");
        std::fs::write(prisma.join("schema.prisma"), SMALL_SCHEMA).expect("a file");
        std::fs::write(prisma.join("migrations/migration_lock.toml"), LOCK_FILE).expect("a file");
        let script =
            "CREATE TABLE \"Thing\" (\"id\" INTEGER PRIMARY KEY, \"name\" TEXT NOT NULL);\n";
        let at = prisma.join("migrations/20240101000000_init/migration.sql");
        std::fs::write(at, script).expect("a file");
    }
    let project = format!("radoub-test-{}", std::process::id());
    engine.compose(folder.path(), &project, &["up", "--detach", "hidden", "published"]);
    engine.wait_for_health(&project, &["hidden", "published"]);

    let environment = engine.environment();
    let radoub = |arguments: &[&str]| {
        let call = Call::of(env!("CARGO_BIN_EXE_radoub")).dir(folder.path()).with_path();
        let call = call.env("RADOUB_LANG", "en").args(["--project-name", &project]).args(arguments);
        environment.iter().fold(call, |call, (name, value)| call.env(name, value)).run()
    };

    let services = radoub(&["services", "--json"]).expect(0).json();
    let server = |name: &str| {
        let services = services["services"].as_array().expect("services");
        let found = services.iter().find(|it| it["service"] == name).expect("a service");
        found["prisma"]["server"]
            .as_str()
            .unwrap_or_else(|| panic!("no server: {found:#}"))
            .to_owned()
    };
    let inspected = |service: &str, format: &str| {
        let id = engine.container(&project, service);
        engine.docker(&["inspect", "--format", format, &id]).trim().to_owned()
    };
    let address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    assert_eq!(server("orders"), format!("{}:5432", inspected("hidden", address)));
    let port = "{{(index (index .NetworkSettings.Ports \"5432/tcp\") 0).HostPort}}";
    assert_eq!(server("stock"), format!("127.0.0.1:{}", inspected("published", port)));

    radoub(&["check"]).expect(1);
    radoub(&["apply"]).expect(0);
    radoub(&["check"]).expect(0);

    engine.compose(folder.path(), &project, &["up", "--detach", "--no-build", "orders", "stock"]);
    let logs = || radoub(&["logs", "orders", "--json"]).expect(0).json();
    let lines = |document: &serde_json::Value| {
        document["containers"][0]["lines"].as_array().map_or(0, Vec::len)
    };
    let began = std::time::Instant::now();
    while lines(&logs()) < 2 && began.elapsed().as_secs() < 60 {
        std::thread::park_timeout(std::time::Duration::from_millis(100));
    }
    let document = logs();
    let texts: Vec<&str> = document["containers"][0]["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .filter_map(|it| it["text"].as_str())
        .collect();
    assert!(texts.contains(&"postgresql://…@db/x ready"), "{document:#}");
    // The same engine over TCP.
    let socket = environment.first().map_or("/var/run/docker.sock", |(_, host)| {
        host.strip_prefix("unix://").expect("the engine of the tests has a socket")
    });
    let host = format!("tcp://127.0.0.1:{}", Bridge::to(socket).port());
    let call = Call::of(env!("CARGO_BIN_EXE_radoub")).dir(folder.path()).with_path();
    let call = call.env("DOCKER_HOST", &host).args(["--project-name", &project]);
    let over_tcp = call.args(["logs", "orders", "--json"]).run().expect(0).json();
    assert_eq!(over_tcp["containers"][0]["lines"], document["containers"][0]["lines"]);

    let errors = radoub(&["logs", "--errors"]).expect(0);
    assert_eq!(
        errors.stdout.matches("The column audit_logs.level does not exist").count(),
        2,
        "{}",
        errors.text()
    );
    assert!(!errors.stdout.contains("ready"), "{}", errors.text());

    // A container that stands still leaves its address behind; radoub says what to do.
    engine.compose(folder.path(), &project, &["stop", "--timeout", "1", "hidden"]);
    let answer = radoub(&["check", "orders"]).expect(2);
    assert!(answer.text().contains("hidden"), "{}", answer.text());
}
