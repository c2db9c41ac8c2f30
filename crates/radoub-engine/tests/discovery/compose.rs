//! Compose projects of every shape, and what is found in them.

use super::{POSTGRES, Placed, SCHEMA, With, found, found_with};

#[test]
fn the_url_is_taken_from_the_nearest_place() {
    let compose = |body: &str| format!("services:\n  a:\n    build: a\n{body}{POSTGRES}");
    let a = ("a/prisma/schema.prisma", SCHEMA);
    let dotenv = ("a/.env", "DATABASE_URL=postgres://u:p@postgres/package\n");
    let cases: [Placed<'_>; 9] = [
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
