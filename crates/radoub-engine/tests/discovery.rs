//! Discovery on small trees: each case is files, and what is found in them.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Instant;

use radoub_engine::fleet::discover::{Settings, config_file, discover};
use radoub_engine::fleet::docker::{Container, Containers};
use radoub_engine::fleet::file::json_schema;
use radoub_engine::fleet::init::init_text;
use radoub_engine::fleet::{Fact, Fleet, NotApplicable, Prisma, Service};

const SCHEMA: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n";
const POSTGRES: &str = "  postgres:\n    image: postgres:15\n    ports: ['127.0.0.1:15432:5432']\n";

/// What a case is found with, besides its files.
#[derive(Default)]
struct With<'a> {
    environment: &'a [(&'a str, &'a str)],
    files: &'a [&'a str],
    profiles: &'a [&'a str],
    below: &'a str,
}

/// A container engine that knows two containers.
#[derive(Debug)]
struct Known;

impl Containers for Known {
    fn published(&self, container: Container<'_>, port: u16) -> Option<SocketAddr> {
        (container.service == "ephemeral")
            .then(|| SocketAddr::from(([127, 0, 0, 1], port + 40_000)))
    }

    fn address(&self, container: Container<'_>, _: u16) -> Option<IpAddr> {
        (container.service == "bridged").then(|| IpAddr::from([172, 18, 0, 7]))
    }
}

fn written(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    root
}

fn discovered(root: &Path, with: &With<'_>) -> Result<Fleet, String> {
    let environment: BTreeMap<String, String> = with
        .environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let root = root.join(with.below);
    let files: Vec<PathBuf> = with.files.iter().map(PathBuf::from).collect();
    let profiles: Vec<String> = with.profiles.iter().map(|name| (*name).to_owned()).collect();
    let config = config_file(&root);
    let settings = Settings {
        root: &root,
        compose_files: &files,
        env_files: &[],
        profiles: &profiles,
        project_name: None,
        environment: &environment,
        config_file: config.as_deref(),
        containers: &Known,
    };
    // The temporary folder has another name every time.
    discover(&settings)
        .map_err(|error| error.to_string().replace(&root.display().to_string(), "ROOT"))
}

fn line(service: &Service) -> String {
    let also = if service.also.is_empty() {
        String::new()
    } else {
        format!(" (also {})", service.also.join(", "))
    };
    let group = service.group.as_ref().map(|group| format!(" [{group}]")).unwrap_or_default();
    let state = match &service.prisma {
        Prisma::Managed(managed) => match &managed.url {
            Ok(url) => format!("{}:{}/{}", url.host(), url.port(), url.database()),
            Err(problem) => format!("! {problem}"),
        },
        Prisma::NotApplicable(NotApplicable::NoSchema) => "no schema".to_owned(),
        Prisma::NotApplicable(other) => format!("{other:?}"),
    };
    format!("{} {state}{also}{group}", service.name)
}

fn found_with(files: &[(&str, &str)], with: &With<'_>) -> String {
    let root = written(files);
    match discovered(root.path(), with) {
        Ok(fleet) => fleet.services.iter().map(line).collect::<Vec<_>>().join("\n"),
        Err(error) => error,
    }
}

fn found(files: &[(&str, &str)]) -> String {
    found_with(files, &With::default())
}

/// One service `a` whose environment is given as Compose text.
fn endpoint(url_host: &str, services: &str) -> String {
    let compose = format!(
        "services:\n  a:\n    build: ./a\n    environment:\n      DATABASE_URL: postgres://u:p@{url_host}/d\n{services}"
    );
    found(&[("compose.yml", &compose), ("a/prisma/schema.prisma", SCHEMA)])
}

#[test]
fn a_name_inside_the_network_becomes_an_address_of_this_machine() {
    let cases = [
        (
            "pg:5432",
            "  pg:\n    image: x\n    ports: ['127.0.0.1:15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
        ("pg", "  pg:\n    image: x\n    ports: ['15432:5432']\n", "a 127.0.0.1:15432/d"),
        (
            "pg",
            "  pg:\n    image: x\n    ports: ['0.0.0.0:1:5432/udp', '[::]:15432:5432']\n",
            "a ::1:15432/d",
        ),
        ("pg", "  pg:\n    image: x\n    ports: ['10.0.0.5:15432:5432']\n", "a 10.0.0.5:15432/d"),
        (
            "pg:6002",
            "  pg:\n    image: x\n    ports: ['5000-5003:6000-6003']\n",
            "a 127.0.0.1:5002/d",
        ),
        (
            "pg",
            "  pg:\n    image: x\n    ports:\n      - target: 5432\n        published: '15432'\n        host_ip: 127.0.0.2\n        mode: host\n",
            "a 127.0.0.2:15432/d",
        ),
        (
            "the-db",
            "  pg:\n    image: x\n    container_name: the-db\n    ports: ['15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
        (
            "alias",
            "  pg:\n    image: x\n    networks: {n: {aliases: [alias]}}\n    ports: ['15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
        (
            "hosty",
            "  pg:\n    image: x\n    hostname: hosty\n    ports: ['15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
        ("pg:5433", "  pg:\n    image: x\n    network_mode: host\n", "a 127.0.0.1:5433/d"),
        (
            "pg",
            "  vpn:\n    image: x\n    ports: ['7:5432']\n  pg:\n    image: x\n    network_mode: service:vpn\n",
            "a 127.0.0.1:7/d",
        ),
        ("host.docker.internal:5499", "", "a 127.0.0.1:5499/d"),
        ("db.example.org:5499", "", "a db.example.org:5499/d"),
        ("ephemeral", "  ephemeral:\n    image: x\n    ports: ['5432']\n", "a 127.0.0.1:45432/d"),
        ("bridged", "  bridged:\n    image: x\n", "a 172.18.0.7:5432/d"),
        (
            "pg",
            "  pg:\n    image: x\n",
            "a ! pg:5432 is a name inside the Compose network and publishes no port on this machine",
        ),
        (
            "pg",
            "  pg:\n    image: x\n    profiles: [db]\n    ports: ['15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
    ];
    for (host, services, expected) in cases {
        assert_eq!(endpoint(host, services), expected, "{host}\n{services}");
    }
}

#[test]
fn the_url_is_taken_from_the_nearest_place() {
    let compose = |body: &str| format!("services:\n  a:\n    build: a\n{body}{POSTGRES}");
    let a = ("a/prisma/schema.prisma", SCHEMA);
    let dotenv = ("a/.env", "DATABASE_URL=postgres://u:p@postgres/package\n");
    let cases: [(&str, &[(&str, &str)], &str); 9] = [
        (
            "    environment: ['DATABASE_URL=postgres://u:p@postgres/list']\n",
            &[a, dotenv],
            "a 127.0.0.1:15432/list",
        ),
        (
            "    environment: {DATABASE_URL: 'postgres://u:p@postgres/map'}\n",
            &[a, dotenv],
            "a 127.0.0.1:15432/map",
        ),
        (
            "    environment: [DATABASE_URL]\n",
            &[a, dotenv, (".env", "DATABASE_URL=postgres://u@h/passed")],
            "a h:5432/passed",
        ),
        (
            "    env_file: a/x.env\n",
            &[a, dotenv, ("a/x.env", "N=file\nDATABASE_URL=\"postgres://u:p@postgres/${N}\"\n")],
            "a 127.0.0.1:15432/file",
        ),
        (
            "    env_file: [one.env, {path: two.env, required: false}, {path: no.env, required: false}]\n",
            &[
                a,
                ("one.env", "DATABASE_URL=postgres://u@h/one"),
                ("two.env", "DATABASE_URL=postgres://u@h/two"),
            ],
            "a h:5432/two",
        ),
        (
            "    env_file: {path: x}\n",
            &[a],
            "compose.yml:4:15: services.a.env_file must be a path or a list of paths, not a mapping",
        ),
        (
            "    env_file: x.env\n    environment: {DATABASE_URL: 'postgres://u@h/wins'}\n",
            &[a, ("x.env", "DATABASE_URL=postgres://u@h/file")],
            "a h:5432/wins",
        ),
        ("", &[a, dotenv], "a 127.0.0.1:15432/package"),
        ("", &[a], "a ! no database URL: DATABASE_URL is set nowhere"),
    ];
    for (body, files, expected) in cases {
        let compose = compose(body);
        let files: Vec<(&str, &str)> =
            files.iter().copied().chain([("compose.yml", compose.as_str())]).collect();
        assert_eq!(found(&files), expected, "{body}");
    }
    let with =
        With { environment: &[("DATABASE_URL", "postgres://u@h/process")], ..With::default() };
    let compose = compose("");
    assert_eq!(found_with(&[("compose.yml", &compose), a], &with), "a h:5432/process");
}

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
fn compose_files_are_found_and_merged() {
    let a = ("a/prisma/schema.prisma", SCHEMA);
    let base = format!(
        "services:\n  a:\n    build: a\n    environment:\n      - DATABASE_URL=postgres://u@postgres/base\n{POSTGRES}"
    );
    let to = |database: &str| {
        format!(
            "services:\n  a:\n    environment:\n      DATABASE_URL: postgres://u@postgres/{database}\n"
        )
    };
    let (over, prod) = (to("over"), to("prod"));
    let files = [
        ("docker-compose.yml", base.as_str()),
        ("docker-compose.override.yml", over.as_str()),
        ("prod.yml", prod.as_str()),
        a,
    ];
    assert_eq!(found(&files), "a 127.0.0.1:15432/over");
    let with = With { files: &["docker-compose.yml", "prod.yml"], ..With::default() };
    assert_eq!(found_with(&files, &with), "a 127.0.0.1:15432/prod");
    let with = With {
        environment: &[
            ("COMPOSE_FILE", "docker-compose.yml|prod.yml"),
            ("COMPOSE_PATH_SEPARATOR", "|"),
        ],
        ..With::default()
    };
    assert_eq!(found_with(&files, &with), "a 127.0.0.1:15432/prod");
    let with = With { below: "a", ..With::default() };
    assert_eq!(found_with(&files, &with), "a 127.0.0.1:15432/over");
    let with = With { files: &["no.yml"], ..With::default() };
    assert_eq!(found_with(&files, &with), "cannot read no.yml");
    let env = files
        .iter()
        .copied()
        .chain([(".env", "COMPOSE_FILE=docker-compose.yml")])
        .collect::<Vec<_>>();
    assert_eq!(found(&env), "a 127.0.0.1:15432/base");
    let reset =
        "services:\n  a:\n    environment: !override {X: y}\n  postgres:\n    ports: !reset []\n";
    let files = [
        ("compose.yaml", base.as_str()),
        ("compose.override.yaml", reset),
        ("a/.env", "DATABASE_URL=postgres://u@postgres/env"),
        a,
    ];
    assert_eq!(
        found(&files),
        "a ! postgres:5432 is a name inside the Compose network and publishes no port on this machine"
    );
}

#[test]
fn extends_include_anchors_and_profiles_are_followed() {
    let b = ("b/prisma/schema.prisma", SCHEMA);
    let base = "services:\n  base:\n    build: ../b\n    environment: {DATABASE_URL: 'postgres://u@${HOST:-postgres}/${NAME:-base}', X: '1'}\n";
    let extending = format!(
        "services:\n  one:\n    extends: {{file: common/base.yml, service: base}}\n  two:\n    extends: one\n    environment: [DATABASE_URL=postgres://u@postgres/two]\n{POSTGRES}"
    );
    assert_eq!(
        found(&[("compose.yml", &extending), ("common/base.yml", base), b]),
        "one 127.0.0.1:15432/base\ntwo 127.0.0.1:15432/two"
    );

    let including = format!(
        "include:\n  - common/base.yml\n  - {{path: [more/c.yml], env_file: more.env, project_directory: .}}\nservices:\n{POSTGRES}"
    );
    let more = "services:\n  c:\n    build: b\n    environment: {DATABASE_URL: 'postgres://u@postgres/${NAME}'}\n";
    let files = [
        ("compose.yml", including.as_str()),
        ("common/base.yml", base),
        ("common/.env", "NAME=included"),
        ("more/c.yml", more),
        ("more.env", "NAME=more"),
        b,
    ];
    assert_eq!(found(&files), "base 127.0.0.1:15432/included\nc 127.0.0.1:15432/more");

    let anchors = format!(
        "x-env: &env\n  DATABASE_URL: postgres://u@postgres/anchor\nservices:\n  a: &a\n    build: b\n    environment: *env\n  w:\n    <<: *a\n    command: work\n  d:\n    <<: *a\n    environment:\n      <<: *env\n      DATABASE_URL: postgres://u@postgres/other\n{POSTGRES}"
    );
    assert_eq!(
        found(&[("compose.yml", &anchors), b]),
        "a 127.0.0.1:15432/anchor (also w)\nd 127.0.0.1:15432/other"
    );

    let profiles = format!(
        "services:\n  a:\n    build: b\n    environment: {{DATABASE_URL: postgres://u@postgres/a}}\n  t:\n    build: b\n    profiles: [tools]\n    environment: {{DATABASE_URL: postgres://u@postgres/t}}\n{POSTGRES}"
    );
    let files = [("compose.yml", profiles.as_str()), b];
    assert_eq!(found(&files), "a 127.0.0.1:15432/a");
    let both = "a 127.0.0.1:15432/a\nt 127.0.0.1:15432/t";
    assert_eq!(found_with(&files, &With { profiles: &["tools"], ..With::default() }), both);
    assert_eq!(
        found_with(
            &files,
            &With { environment: &[("COMPOSE_PROFILES", "x,tools")], ..With::default() }
        ),
        both
    );
}

#[test]
fn a_broken_project_is_refused_with_its_place() {
    let cases: [(&[(&str, &str)], &str); 11] = [
        (
            &[],
            "no Compose file and no Prisma schema in ROOT: looked for compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml there and above, and for prisma/schema.prisma, schema.prisma, prisma.config.*, package.json (prisma.schema) below",
        ),
        (
            &[("compose.yml", "services:\n  a:\n   - b\n  c: [")],
            "compose.yml:5:1: not YAML: while parsing a node, did not find expected node content",
        ),
        (
            &[("compose.yml", "services: [a]")],
            "compose.yml:1:11: services must be a mapping, not a list",
        ),
        (
            &[("compose.yml", "services:\n  a: x")],
            "compose.yml:2:6: services.a must be a mapping, not a text",
        ),
        (
            &[("compose.yml", "services:\n  a: {extends: b}\n  b: {extends: a}")],
            "compose.yml:3:16: a → b → a goes round in a circle",
        ),
        (
            &[("compose.yml", "services:\n  a: {extends: b}")],
            "compose.yml:2:16: extends the service b, which compose.yml does not have",
        ),
        (
            &[("compose.yml", "include: [compose.yml]")],
            "compose.yml:1:11: compose.yml → compose.yml goes round in a circle",
        ),
        (&[("compose.yml", "include: [no.yml]")], "cannot read no.yml (named at compose.yml:1:11)"),
        (
            &[(
                "compose.yml",
                "services:\n  a: {image: '${A:?set A}'}\n  b: {image: '${B?}', command: '$ {A:?x}'}\n  c: {image: '${A:?again}'}",
            )],
            "compose.yml:2:14: A is not set: set A (and 1 more)\ncompose.yml:3:14: B is not set: it is required\ncompose.yml:3:32: services.b.command holds a `$` that starts no variable; write `$$` for a dollar sign",
        ),
        (
            &[("compose.yml", "services: {}"), (".env", "A=1\nB='open\n")],
            ".env:2:1: a quoted value is not closed",
        ),
        (
            &[
                ("compose.yml", "include: [i.yml]\nservices:\n  a: {image: x}"),
                ("i.yml", "services:\n  a: {image: y}"),
            ],
            "i.yml:2:3: the service a is also defined in compose.yml:3:3",
        ),
    ];
    for (files, expected) in cases {
        assert_eq!(found(files), expected, "{files:?}");
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
fn radoub_toml_adds_changes_orders_and_leaves_out() {
    let compose = format!(
        "services:\n  a: &a\n    build: a\n    environment: {{DATABASE_URL: postgres://u@postgres/a}}\n  b:\n    build: b\n    environment: {{DATABASE_URL: postgres://u@postgres/b}}\n{POSTGRES}"
    );
    let shop = |toml: &str| {
        found(&[
            ("compose.yml", compose.as_str()),
            ("a/prisma/schema.prisma", SCHEMA),
            ("a/reports/schema.prisma", SCHEMA),
            ("b/prisma/schema.prisma", SCHEMA),
            ("c/prisma/schema.prisma", SCHEMA),
            ("c/url.txt", "\u{feff}postgres://u:p@h/file\r\n"),
            ("radoub.toml", toml),
        ])
    };
    let (a, b) = ("a 127.0.0.1:15432/a", "b 127.0.0.1:15432/b");
    let cases = [
        ("", format!("{a}\n{b}")),
        ("version = 1\n[fleet]\norder = ['b']", format!("{b}\n{a}")),
        ("[fleet]\nexclude = ['a']", b.to_owned()),
        ("[service.a]\nexclude = true", b.to_owned()),
        ("[groups]\ncore = ['a']", format!("{a} [core]\n{b}")),
        ("[service.a]\nrename = 'alpha'\ngroup = 'g'", format!("alpha 127.0.0.1:15432/a [g]\n{b}")),
        ("[service.alpha]\ncompose_service = 'a'", format!("alpha 127.0.0.1:15432/a\n{b}")),
        ("[service.a]\nurl = 'postgres://u@other/db'", format!("a other:5432/db\n{b}")),
        ("[service.c]\ndir = 'c'\nurl_file = 'c/url.txt'", format!("{a}\n{b}\nc h:5432/file")),
        ("[service.c]\nschema = 'c/prisma/schema.prisma'\nurl_command = ['echo', 'postgres://u@h/command']", format!("{a}\n{b}\nc h:5432/command")),
        ("[service.c]\ndir = 'c'\nurl_command = ['false']", format!("{a}\n{b}\nc ! false gave no database URL: it ended with exit status: 1")),
        ("[service.c]\ndir = 'c'\nurl_file = 'no.txt'", format!("{a}\n{b}\nc ! no.txt gave no database URL: No such file or directory (os error 2)")),
        ("[service.c]\ndir = 'c'\nurl_env = 'C_URL'", format!("{a}\n{b}\nc ! no database URL: C_URL is set nowhere")),
        ("[service.a]\n[service.reports]\ncompose_service = 'a'\nschema = 'reports/schema.prisma'", format!("{a}\n{b}\nreports 127.0.0.1:15432/a")),
        // What is wrong.
        ("[fleet]\nordr = []", "radoub.toml:2:1: unknown field `ordr`, expected one of `name`, `compose`, `profiles`, `exclude`, `order`, `jobs`, `connections_per_server`; did you mean order?".to_owned()),
        ("[service.aa]\ngroup = 'x'", "radoub.toml:1:10: there is no service aa; did you mean a?".to_owned()),
        ("[fleet]\norder = ['zzz']", "radoub.toml:2:10: there is no service zzz".to_owned()),
        ("version = 2", "radoub.toml:1:11: version 2 of this file is not known; this radoub reads version 1".to_owned()),
        ("[service.a]\nurl = 'x'\nurl_env = 'Y'", "radoub.toml:3:11: a has both url and url_env; give one of them".to_owned()),
        ("[service.a]\nrename = 'b'", "radoub.toml:1:10: another service is already called b".to_owned()),
        ("[service.a\nurl = 'hunter2'", "radoub.toml:1:11: unclosed table, expected `]`".to_owned()),
        ("[service.a]\nwave = \"hunter2\"", "radoub.toml:2:8: invalid type: string …, expected u32".to_owned()),
    ];
    for (toml, expected) in cases {
        assert_eq!(shop(toml), expected, "{toml}");
    }
}

#[test]
fn the_first_radoub_toml_changes_nothing() {
    let compose = format!(
        "services:\n  a:\n    build: a\n    environment: {{DATABASE_URL: postgres://u@postgres/a}}\n  b:\n    build: b\n{POSTGRES}"
    );
    let root = written(&[
        ("compose.yml", &compose),
        ("a/prisma/schema.prisma", SCHEMA),
        ("b/index.js", ""),
    ]);
    let before = discovered(root.path(), &With::default()).expect("a fleet");
    let text = init_text(&before);
    std::fs::write(root.path().join("radoub.toml"), &text).expect("a file");
    let after = discovered(root.path(), &With::default()).expect("a fleet");
    assert_eq!(
        before.services.iter().map(line).collect::<Vec<_>>(),
        after.services.iter().map(line).collect::<Vec<_>>()
    );
    // And so does everything that was found, once it is no comment any more.
    let live: String = text
        .lines()
        .filter(|line| !line.contains("# #"))
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest.starts_with('[')
                    || rest.contains(" = ") && !rest.contains("what was found") =>
            {
                format!("{rest}\n")
            }
            Some(_) => String::new(),
            None => format!("{line}\n"),
        })
        .take_while(|line| !line.starts_with("rename"))
        .collect();
    std::fs::write(root.path().join("radoub.toml"), &live).expect("a file");
    let live_fleet =
        discovered(root.path(), &With::default()).unwrap_or_else(|error| panic!("{error}\n{live}"));
    assert_eq!(
        before.services.iter().map(line).collect::<Vec<_>>(),
        live_fleet.services.iter().map(line).collect::<Vec<_>>()
    );
}

#[test]
fn the_published_json_schema_is_fresh() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/radoub.schema.json");
    if std::env::var_os("RADOUB_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, json_schema()).expect("a file");
    }
    let published = std::fs::read_to_string(&path).expect("the published schema");
    assert!(
        published == json_schema(),
        "docs/reference/radoub.schema.json is stale: run this test with RADOUB_BLESS=1"
    );
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
        compose.push_str(&format!("  s{number}:\n    build: ./s/{number}\n    environment:\n      - DATABASE_URL=postgres://u:${{P:-p}}@postgres:5432/d{number}\n"));
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
