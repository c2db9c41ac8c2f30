//! The ways in which real services start, each as a small tree.

use std::collections::BTreeMap;
use std::fs;

use super::StartDeed;
use crate::fleet::discover::{Settings, inventory};
use crate::fleet::docker::NoContainers;

const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\nmodel T {\n  id Int @id\n}\n";
const SCRIPT: &str = "#!/bin/sh\nset -e\nif [ -d prisma/migrations ]; then\n  npx prisma migrate deploy || true\n  npx prisma db push --accept-data-loss --skip-generate\nfi\nexec \"$@\"\n";

/// Steps as `file:line deed`, `?` when tolerated; what was not seen behind `unseen`.
fn shown(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("shop/prisma/schema.prisma", SCHEMA);
    for (path, text) in files {
        write(path, text);
    }
    let environment = BTreeMap::new();
    let found = inventory(&Settings {
        root: folder.path(),
        compose_files: &[],
        env_files: &[],
        profiles: &[],
        project_name: None,
        environment: &environment,
        config_file: None,
        containers: &NoContainers,
    })
    .unwrap();
    let start = found.start_of(&found.fleet.services[0]);
    let mut lines: Vec<String> = start
        .steps
        .iter()
        .map(|step| {
            let deed = match step.deed {
                StartDeed::Push { accepts_loss: true } => "push with loss".to_owned(),
                StartDeed::Push { .. } => "push".to_owned(),
                deed => format!("{deed:?}").to_lowercase(),
            };
            let mark = if step.tolerated { "?" } else { "" };
            format!("{}:{} {deed}{mark}", step.place.file.display(), step.place.line)
        })
        .collect();
    lines.extend(start.unseen.iter().map(|it| format!("unseen {}", it.what)));
    lines.join("; ")
}

/// What it is, its files, and what is seen.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

#[test]
fn every_way_of_starting_is_followed() {
    let compose = |more: &str| format!("services:\n  shop:\n    build: ./shop\n{more}");
    let plain = compose("");
    let both = "shop/start.sh:4 deploy?; shop/start.sh:5 push with loss";
    let cases: &[Case<'_>] = &[
        (
            "a shell entrypoint that is copied in",
            &[
                ("docker-compose.yml", &plain),
                (
                    "shop/Dockerfile",
                    "FROM node:20\nWORKDIR /app\nCOPY start.sh /usr/local/bin/\nENTRYPOINT [\"start.sh\"]\nCMD [\"node\", \"server.js\"]\n",
                ),
                ("shop/start.sh", SCRIPT),
            ],
            both,
        ),
        (
            "the same by its whole path",
            &[
                ("docker-compose.yml", &plain),
                (
                    "shop/Dockerfile",
                    "FROM node:20\nWORKDIR /app\nCOPY . .\nENTRYPOINT [\"/app/start.sh\"]\nCMD [\"node\", \"server.js\"]\n",
                ),
                ("shop/start.sh", SCRIPT),
            ],
            both,
        ),
        (
            "a mounted script as Compose's entrypoint",
            &[
                (
                    "docker-compose.yml",
                    &compose(
                        "    entrypoint: [\"sh\", \"/usr/local/bin/start.sh\"]\n    volumes:\n      - ./scripts/start.sh:/usr/local/bin/start.sh:ro\n",
                    ),
                ),
                ("shop/Dockerfile", "FROM node:20\nCMD [\"node\", \"server.js\"]\n"),
                ("scripts/start.sh", SCRIPT),
            ],
            "scripts/start.sh:4 deploy?; scripts/start.sh:5 push with loss",
        ),
        (
            "command of Compose",
            &[
                (
                    "docker-compose.yml",
                    &compose(
                        "    command: sh -c \"npx prisma migrate deploy && node server.js\"\n",
                    ),
                ),
                ("shop/Dockerfile", "FROM node:20\n"),
            ],
            "docker-compose.yml:4 deploy",
        ),
        (
            "CMD in its shell form",
            &[
                ("docker-compose.yml", &plain),
                (
                    "shop/Dockerfile",
                    "FROM node:20\nCMD npx prisma db push && \\\n    node server.js\n",
                ),
            ],
            "shop/Dockerfile:2 push",
        ),
        (
            "npm start with a script before it",
            &[
                ("docker-compose.yml", &plain),
                ("shop/Dockerfile", "FROM node:20\nCMD [\"npm\", \"start\"]\n"),
                (
                    "shop/package.json",
                    "{\n  \"scripts\": {\n    \"prestart\": \"npm run migrate\",\n    \"migrate\": \"prisma migrate deploy\",\n    \"start\": \"node server.js\"\n  }\n}\n",
                ),
            ],
            "shop/package.json:4 deploy",
        ),
        (
            "a script that the command is handed to",
            &[
                ("docker-compose.yml", &compose("    command: [\"npm\", \"run\", \"serve\"]\n")),
                (
                    "shop/Dockerfile",
                    "FROM node:20\nCOPY go.sh /go.sh\nENTRYPOINT [\"/go.sh\"]\nCMD [\"npx\", \"prisma\", \"db\", \"push\"]\n",
                ),
                ("shop/go.sh", "#!/bin/sh -e\nexec \"$@\"\n"),
                (
                    "shop/package.json",
                    "{ \"scripts\": { \"serve\": \"prisma migrate reset --force; node x.js\" } }\n",
                ),
            ],
            "shop/package.json:1 reset",
        ),
        (
            "a stage above the last, and a script within the Dockerfile",
            &[
                ("docker-compose.yml", &plain),
                (
                    "shop/Dockerfile",
                    "FROM node:20 AS base\nCOPY <<EOF /go.sh\n#!/bin/sh\nset -e\nnpx prisma migrate dev\nEOF\nENTRYPOINT [\"sh\", \"/go.sh\"]\nFROM base\nRUN true\n",
                ),
            ],
            "shop/Dockerfile:5 develop",
        ),
        (
            "a program in JavaScript",
            &[
                ("docker-compose.yml", &plain),
                (
                    "shop/Dockerfile",
                    "FROM node:20\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"boot.js\"]\n",
                ),
                (
                    "shop/boot.js",
                    "const { execSync } = require('child_process');\n// execSync('npx prisma db push');\nexecSync('npx prisma migrate deploy');\n",
                ),
            ],
            "shop/boot.js:3 deploy?",
        ),
        (
            "nothing of the kind",
            &[
                ("docker-compose.yml", &plain),
                (
                    "shop/Dockerfile",
                    "FROM node:20\nRUN npx prisma generate\nCMD [\"node\", \"server.js\"]\n",
                ),
            ],
            "",
        ),
        (
            "a script of which only a part runs",
            &[
                ("docker-compose.yml", &plain),
                (
                    "shop/Dockerfile",
                    "FROM node:20\nWORKDIR /app\nCOPY . .\nENTRYPOINT [\"sh\", \"start.sh\"]\nCMD [\"npx\", \"prisma\", \"migrate\", \"reset\"]\n",
                ),
                (
                    "shop/start.sh",
                    "set -e\nreset() {\n  npx prisma migrate reset --force\n}\napply() {\n  npx prisma migrate deploy\n}\n\
                     if false; then\n  npx prisma db push --accept-data-loss\nfi\napply\nexec node server.js\n\
                     npx prisma db push\nexec \"$@\"\n",
                ),
            ],
            "shop/start.sh:6 deploy",
        ),
        (
            "functions of a script that is read in",
            &[
                ("docker-compose.yml", &plain),
                (
                    "shop/Dockerfile",
                    "FROM node:20\nWORKDIR /app\nCOPY . .\nENTRYPOINT [\"sh\", \"start.sh\"]\n",
                ),
                (
                    "shop/lib.sh",
                    "reset() {\n  npx prisma migrate reset --force\n}\ninner() {\n  npx prisma migrate deploy || exit 1\n}\n\
                     apply() {\n  inner\n}\n",
                ),
                ("shop/start.sh", "set -e\n. ./lib.sh\napply\nexec node server.js\n"),
            ],
            "shop/lib.sh:5 deploy",
        ),
        (
            "a script that is not there",
            &[
                ("docker-compose.yml", &compose("    entrypoint: [\"sh\", \"/x/start.sh\"]\n")),
                ("shop/Dockerfile", "FROM node:20\n"),
            ],
            "unseen /x/start.sh",
        ),
    ];
    for (what, files, expected) in cases {
        assert_eq!(shown(files), *expected, "{what}");
    }
}

#[test]
fn the_worst_of_several_steps_is_named() {
    let step = |deed| super::StartStep {
        deed,
        place: crate::fleet::place::Place { file: "x".into(), line: 1, column: 1 },
        command: String::new(),
        tolerated: false,
        guard: None,
        fetched: None,
    };
    let start = super::StartBehaviour {
        steps: vec![
            step(StartDeed::Generate),
            step(StartDeed::Deploy),
            step(StartDeed::Push { accepts_loss: true }),
        ],
        ..super::StartBehaviour::default()
    };
    assert_eq!(start.worst().map(|it| it.deed), Some(StartDeed::Push { accepts_loss: true }));
    assert!(start.changes_schema());
}
