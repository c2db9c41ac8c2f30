//! Databases as the real engine reads them: `tests/measured` holds scripts, and what `prisma migrate diff` of
//! 6.19 and 7.10 prints for the databases that they make.

use std::fs;
use std::path::Path;

use radoub_postgres::introspect::Scope;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::name::Ident;
use radoub_schema::render::{Dialect, Edition, Fidelity, render};
use radoub_testing::postgres::Cluster;

use crate::ground::{connect, run};

/// Whether the first line of a script says nothing against this version: `Since 14.`, `Until 17.`
fn is_for(script: &str, version: u32) -> bool {
    let heading = script.lines().next().unwrap_or_default();
    let number = |word: &str| {
        let (_, rest) = heading.split_once(word)?;
        let digits = rest.trim_start().split(|it: char| !it.is_ascii_digit()).next()?;
        digits.parse::<u32>().ok()
    };
    number("Since").is_none_or(|since| version >= since)
        && number("Until").is_none_or(|until| version <= until)
}

#[test]
fn a_database_is_read_as_the_real_engine_reads_it() {
    let cluster = Cluster::shared();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/measured");
    let mut compared = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".sql").filter(|stem| !stem.contains('.')) else {
            continue;
        };
        let script = fs::read_to_string(&path).unwrap();
        if !is_for(&script, cluster.version().major) {
            continue;
        }
        let database = cluster.database("measured");
        database.psql(&script);
        for (edition, number) in [(Edition::UpToSix, 6), (Edition::Seven, 7)] {
            let dialect = Dialect { edition, fidelity: Fidelity::Exact };
            let scope = Scope {
                fidelity: Fidelity::Exact,
                partial_indexes: edition == Edition::Seven,
                ..Scope::of([Ident::new("public")])
            };
            let read = run(async {
                let mut door = connect(&database.url()).await;
                let read = door.introspect(&scope).await;
                door.close().await;
                read.unwrap()
            });
            let terms = Terms { dialect, ..Terms::default() };
            let ours = render(&steps(&SqlSchema::empty(), &read.schema, &terms), dialect);
            let own = folder.join(format!("{stem}.engine{number}.sql"));
            let shared = folder.join(format!("{stem}.engine6.sql"));
            let theirs = fs::read_to_string(if own.is_file() { own } else { shared }).unwrap();
            let differs = theirs.lines().zip(ours.lines()).find(|(theirs, ours)| theirs != ours);
            assert_eq!(differs, None, "{stem}, version {number}");
            assert_eq!(theirs.lines().count(), ours.lines().count(), "{stem}, version {number}");
            compared += 1;
        }
    }
    assert!(compared >= 6, "only {compared} were compared");
}
