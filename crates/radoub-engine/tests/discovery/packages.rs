//! Packages: where they lie, which schema they have, which release of Prisma.

use std::time::Instant;

use radoub_engine::fleet::{Fact, Prisma};

use super::{POSTGRES, SCHEMA, With, discovered, found, found_with, line, written};

#[test]
fn the_schema_names_its_url() {
    let url = |text: &str| format!("datasource db {{\n  provider = \"postgresql\"\n  {text}\n}}\n");
    let cases = [
        (url("url = env(\"A\")\n  directUrl = env(\"B\")"), "", "root h:5432/b"),
        (url("url = \"postgres://u@h/literal\""), "", "root h:5432/literal"),
        (url("url = env(\"E\")"), "", "root ! the database URL is empty: E has no value"),
        (
            url("url = env(\"M\")"),
            "",
            "root ! the database URL is invalid: the URL must start with the protocol postgresql:// or postgres://",
        ),
        (
            url(""),
            "export default { datasource: { url: process.env.NO ?? process.env.A } }",
            "root h:5432/a",
        ),
        (
            url(""),
            "export default { datasource: { url: env('NO') } }",
            "root ! no database URL: NO is set nowhere",
        ),
        (
            "datasource db {\n  provider = \"mysql\"\n  url = env(\"A\")\n}".to_owned(),
            "",
            "root OtherProvider(\"mysql\")",
        ),
    ];
    for (schema, config, expected) in cases {
        let env = "A=postgres://u@h/a\nB=postgres://u@h/b\nE=\nM=mysql://u@h/m\n";
        let mut files = vec![
            ("prisma/schema.prisma", schema.as_str()),
            (".env", env),
            ("package.json", "{\"name\": \"root\"}"),
        ];
        if !config.is_empty() {
            files.push(("prisma.config.ts", config));
        }
        assert_eq!(found(&files), expected, "{schema}{config}");
    }
}

#[test]
fn a_repository_without_compose_is_walked() {
    let env = |database: &str| format!("DATABASE_URL=postgres://u@localhost/{database}");
    let (one, two) = (env("one"), env("two"));
    let files = [
        (".gitignore", "ignored/\n"),
        (".env", "DATABASE_URL=postgres://u@localhost/root"),
        ("apps/one/prisma/schema.prisma", SCHEMA),
        ("apps/one/.env", one.as_str()),
        (
            "apps/two/package.json",
            "{\"name\": \"@x/two\", \"prisma\": {\"schema\": \"db/main.prisma\"}}",
        ),
        ("apps/two/db/main.prisma", SCHEMA),
        ("apps/two/db/.env", two.as_str()),
        ("apps/three/package.json", "{\"name\": \"three\"}"),
        ("apps/three/prisma/schema/schema.prisma", SCHEMA),
        ("apps/three/prisma/schema/user.prisma", "model User {\n  id Int @id\n}\n"),
        ("libs/two/package.json", "{\"name\": \"lib-two\"}"),
        ("libs/two/schema.prisma", SCHEMA),
        ("ignored/prisma/schema.prisma", SCHEMA),
        ("apps/one/node_modules/x/prisma/schema.prisma", SCHEMA),
    ];
    assert_eq!(
        found(&files),
        "one localhost:5432/one\nthree localhost:5432/root\n@x/two localhost:5432/two\nlib-two localhost:5432/root"
    );
    // One variable of the shell must not send every service to one database.
    let with = With { environment: &[("DATABASE_URL", "postgres://u@h/shell")], ..With::default() };
    assert_eq!(
        found_with(&files, &with),
        "one localhost:5432/one\nthree h:5432/shell\n@x/two localhost:5432/two\nlib-two h:5432/shell"
    );
    // A single package is what Prisma sees, and there the environment wins.
    let single = [
        ("prisma/schema.prisma", SCHEMA),
        (".env", one.as_str()),
        ("package.json", "{\"name\": \"app\"}"),
    ];
    assert_eq!(found(&single), "app localhost:5432/one");
    assert_eq!(found_with(&single, &with), "app h:5432/shell");
}

#[test]
fn a_compose_file_that_only_starts_a_database_leaves_the_packages_to_the_walk() {
    let compose = format!("services:\n{POSTGRES}");
    let files = [
        ("compose.yml", compose.as_str()),
        ("api/prisma/schema.prisma", SCHEMA),
        ("api/.env", "DATABASE_URL=postgres://u@postgres/api"),
    ];
    assert_eq!(found(&files), "api 127.0.0.1:15432/api");
}

#[test]
fn an_image_that_is_built_elsewhere_has_the_package_of_its_name() {
    let compose = format!(
        "services:\n  api:\n    image: registry/api:1\n    environment: {{DATABASE_URL: postgres://u@postgres/api}}\n  db:\n    image: registry/db:1\n{POSTGRES}"
    );
    for place in ["api", "services/api", "apps/api", "packages/api"] {
        let schema = format!("{place}/prisma/schema.prisma");
        let files = [
            ("compose.yml", compose.as_str()),
            (schema.as_str(), SCHEMA),
            // A server and a package of one name have nothing to do with each other.
            ("packages/db/prisma/schema.prisma", SCHEMA),
        ];
        let root = written(&files);
        let fleet = discovered(root.path(), &With::default()).expect("a fleet");
        let lines: Vec<_> = fleet.services.iter().map(line).collect();
        assert_eq!(lines, ["api 127.0.0.1:15432/api"], "{place}");
        assert_eq!(fleet.services[0].folder, root.path().join(place), "{place}");
        assert_eq!(fleet.services[0].compose_service.as_deref(), Some("api"), "{place}");
    }
}

#[test]
fn the_package_is_found_where_the_image_is_built_from() {
    let compose = |service: &str| {
        format!(
            "services:\n  x:\n    environment: {{DATABASE_URL: postgres://u@postgres/x}}\n{service}{POSTGRES}"
        )
    };
    let cases = [
        "    build: {context: ., dockerfile: services/x/Dockerfile}\n",
        "    build: .\n    working_dir: /app/services/x\n",
        "    image: node:22\n    volumes: ['./services/x:/app']\n",
        "    image: node:22\n    working_dir: /repo/services/x\n    volumes: [{type: bind, source: ., target: /repo}]\n",
    ];
    for service in cases {
        let text = compose(service);
        let files = [
            ("compose.yml", text.as_str()),
            ("package.json", "{}"),
            ("services/x/package.json", "{}"),
            ("services/x/prisma/schema.prisma", SCHEMA),
        ];
        let root = written(&files);
        let fleet = discovered(root.path(), &With::default()).expect("a fleet");
        assert_eq!(
            fleet.services.iter().map(line).collect::<Vec<_>>(),
            ["x 127.0.0.1:15432/x"],
            "{service}"
        );
        assert_eq!(fleet.services[0].folder, root.path().join("services/x"), "{service}");
    }
    // The package of the database in a workspace, shared by two applications.
    let text = format!(
        "services:\n  api:\n    build: {{context: ., dockerfile: apps/api/Dockerfile}}\n    environment: &e {{DATABASE_URL: postgres://u@postgres/x}}\n  web:\n    build: {{context: ., dockerfile: apps/web/Dockerfile}}\n    environment: *e\n  other:\n    build: {{context: .}}\n{POSTGRES}"
    );
    let files = [
        ("compose.yml", text.as_str()),
        ("package.json", "{\"workspaces\": [\"apps/*\", \"packages/*\"]}"),
        ("apps/api/package.json", "{\"dependencies\": {\"@x/db\": \"workspace:*\"}}"),
        ("apps/web/package.json", "{\"dependencies\": {\"@x/db\": \"*\"}}"),
        ("packages/db/package.json", "{\"name\": \"@x/db\"}"),
        ("packages/db/prisma/schema.prisma", SCHEMA),
    ];
    assert_eq!(found(&files), "api 127.0.0.1:15432/x (also web)\nother no schema");
}

#[test]
fn a_lock_file_above_pins_the_release() {
    let root = written(&[
        (
            "package-lock.json",
            "{\"packages\": {\n\"node_modules/prisma\": {\"version\": \"6.19.0\"},\n\"svc/b/node_modules/prisma\": {\"version\": \"5.1.0\"}}}",
        ),
        ("svc/a/package.json", "{\"devDependencies\": {\"prisma\": \"^6.0.0\"}}"),
        ("svc/a/prisma/schema.prisma", SCHEMA),
        ("svc/b/package.json", "{\"devDependencies\": {\"prisma\": \"^5.0.0\"}}"),
        ("svc/b/prisma/schema.prisma", SCHEMA),
        ("svc/c/package.json", "{\"devDependencies\": {\"prisma\": \"8.0.0\"}}"),
        ("svc/c/prisma/schema.prisma", SCHEMA),
        ("svc/d/package.json", "{}"),
        ("svc/d/prisma/schema.prisma", SCHEMA),
        ("svc/d/prisma/migrations/app/20250101_init/migration.json", "{}"),
    ]);
    let fleet = discovered(root.path(), &With::default()).expect("a fleet");
    let lines: Vec<String> = fleet
        .services
        .iter()
        .map(|service| {
            let origin = service.origins.iter().find(|origin| origin.fact == Fact::PrismaVersion);
            let from = origin
                .map(|origin| format!(" {}:{:?}", origin.file.display(), origin.line))
                .unwrap_or_default();
            match &service.prisma {
                Prisma::Managed(managed) => {
                    let version = managed.prisma_version.as_ref().expect("a version");
                    format!(
                        "{} {} {:?}.{:?} {}{from}",
                        service.name, version.text, version.major, version.minor, version.pinned
                    )
                }
                Prisma::NotApplicable(reason) => format!("{} {reason:?}", service.name),
            }
        })
        .collect();
    let expected = [
        "a 6.19.0 Some(6).Some(19) true package-lock.json:Some(2)",
        "b 5.1.0 Some(5).Some(1) true package-lock.json:Some(3)",
        "c PrismaNext",
        "d PrismaNext",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_large_fleet_is_found_at_once() {
    let mut compose = String::from("services:\n");
    compose.push_str(POSTGRES);
    let mut files: Vec<(String, String)> = Vec::new();
    for number in 0..1000 {
        let service = format!(
            "  s{number}:\n    build: ./s/{number}\n    environment:\n      - DATABASE_URL=postgres://u:${{P:-p}}@postgres:5432/d{number}\n"
        );
        compose.push_str(&service);
        files.push((format!("s/{number}/prisma/schema.prisma"), SCHEMA.to_owned()));
        files.push((
            format!("s/{number}/package.json"),
            "{\"dependencies\": {\"prisma\": \"^5.0.0\"}}".to_owned(),
        ));
    }
    let lock = format!(
        "{{\"packages\": {{{}\"node_modules/prisma\": {{\"version\": \"5.14.0\"}}}}}}",
        "\"node_modules/x\": {\"version\": \"1.0.0\"},\n".repeat(120_000)
    );
    files.push(("package-lock.json".to_owned(), lock));
    files.push(("compose.yml".to_owned(), compose));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let root = written(&files);
    let started = Instant::now();
    let fleet = discovered(root.path(), &With::default()).expect("a fleet");
    let took = started.elapsed();
    println!("1000 services in {took:?}");
    assert_eq!(fleet.services.len(), 1000);
    // Ten times what it takes unoptimised on a slow machine: this finds what is quadratic.
    assert!(took.as_secs() < 10, "{took:?}");
}
