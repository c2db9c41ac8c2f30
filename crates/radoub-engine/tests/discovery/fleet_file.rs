//! `radoub.toml`: what it changes, what is wrong with it, its first text and its JSON Schema.

use std::path::Path;

use radoub_engine::fleet::file::json_schema;
use radoub_engine::fleet::init::init_text;

use super::{POSTGRES, SCHEMA, With, discovered, found, line, written};

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
        ("[fleet]\nordr = []", "radoub.toml:2:1: unknown field `ordr`, expected one of `name`, `compose`, `profiles`, `exclude`, `order`, `jobs`, `connections_per_server`, `max_failures`, `allow`, `scratch`; did you mean order?".to_owned()),
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
