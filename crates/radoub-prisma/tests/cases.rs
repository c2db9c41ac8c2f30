//! Every case of `cases/`, asked for its text and its truth.

use radoub_prisma::datamodel::resolve;
use radoub_prisma::diagnostic::SourceFile;
use radoub_prisma::lower::{Setting, lower};
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::name::ObjectName;
use radoub_schema::render::{Dialect, Edition, Fidelity, render};
use radoub_schema::summary::summary;
use radoub_schema::warning::warnings;
use radoub_testing::Cluster;
use radoub_testing::case::Case;

/// The schema of one side of a case.
fn side(case: &Case, heading: &str, major: PrismaMajor) -> SqlSchema {
    let Some(text) = case.schema(heading, major < PrismaMajor::Seven) else {
        return SqlSchema::empty();
    };
    let file = SourceFile { path: "schema.prisma".into(), text };
    let (datamodel, diagnostics) = resolve(&[file], major);
    let datamodel = datamodel.unwrap_or_else(|| panic!("{}: {heading}: {diagnostics:#?}", case.id));
    lower(&datamodel, &Setting::of(major))
}

fn terms(case: &Case, major: PrismaMajor, fidelity: Fidelity) -> Terms {
    let names = |condition: &str| {
        let names = case.names(condition).into_iter();
        names.map(|(namespace, name)| ObjectName::in_namespace(namespace, name)).collect()
    };
    Terms {
        dialect: Dialect { edition: Edition::from(major), fidelity },
        external_tables: names("External tables"),
        external_enums: names("External enums"),
        ..Terms::default()
    }
}

/// What a case gets wrong, by heading.
fn wrong(case: &Case, major: PrismaMajor) -> Vec<String> {
    let terms = terms(case, major, Fidelity::Exact);
    let (from, to) = (side(case, "From", major), side(case, "To", major));
    let (forward, back) = (steps(&from, &to, &terms), steps(&to, &from, &terms));
    let mut texts =
        vec![("Script", render(&forward, terms.dialect)), ("Back", render(&back, terms.dialect))];
    // Warnings and summary were written down as 6 gives them, where 6 knows the case.
    if major == PrismaMajor::Six || !case.is_for(6) {
        let summary = summary(&forward, terms.dialect.edition);
        texts.push(("Summary", summary.trim_start_matches('\n').to_owned()));
    }
    let number = major.number();
    let mut wrong: Vec<String> = texts
        .into_iter()
        .filter(|(heading, ours)| case.block(heading, number) != ours)
        .map(|(heading, ours)| format!("{}: {heading} for {major} is\n{ours}", case.id))
        .collect();
    if major == PrismaMajor::Six {
        // The expected ones follow the tables of a database, by name; ours follow the file.
        let mut expected = case.warnings.clone();
        let mut ours: Vec<String> = warnings(&forward)
            .iter()
            .map(|it| format!("{}{it}", if it.is_unexecutable() { "impossible: " } else { "" }))
            .collect();
        expected.sort();
        ours.sort();
        if expected != ours {
            wrong.push(format!("{}: Warnings are {ours:#?}", case.id));
        }
    }
    wrong
}

#[test]
fn every_case_gives_its_text() {
    let mut all_wrong = Vec::new();
    for case in Case::all() {
        for major in [PrismaMajor::Six, PrismaMajor::Seven] {
            if case.is_for(major.number()) {
                all_wrong.extend(wrong(&case, major));
            }
        }
    }
    assert!(all_wrong.is_empty(), "{} wrong:\n\n{}", all_wrong.len(), all_wrong.join("\n"));
}

/// Drops what a case left behind; cheaper than a database for each.
const CLEAN: &str = r"
ROLLBACK;
DO $$ DECLARE it record; BEGIN
  FOR it IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', it.nspname);
  END LOOP;
END $$;
CREATE SCHEMA public;
";

#[test]
fn every_case_runs_on_a_server_in_both_directions() {
    let cluster = Cluster::shared();
    let database = cluster.database("cases");
    let mut failed = Vec::new();
    for case in Case::all() {
        let major = if case.is_for(6) { PrismaMajor::Six } else { PrismaMajor::Seven };
        let terms = terms(&case, major, Fidelity::Sound);
        let (from, to) = (side(&case, "From", major), side(&case, "To", major));
        let script = |from: &SqlSchema, to: &SqlSchema| {
            let steps = steps(from, to, &terms);
            if steps.is_empty() { String::new() } else { render(&steps, terms.dialect) }
        };
        let runs = [
            ("clean", CLEAN.to_owned()),
            ("setup", case.setup().to_owned()),
            ("from nothing", script(&SqlSchema::empty(), &from)),
            ("there", script(&from, &to)),
            ("back", script(&to, &from)),
            ("to nothing", script(&from, &SqlSchema::empty())),
        ];
        for (stage, sql) in runs {
            if !sql.trim().is_empty()
                && let Err(error) = database.query(&sql)
            {
                failed.push(format!("{}: {stage}: {error:?}", case.id));
                break;
            }
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}
