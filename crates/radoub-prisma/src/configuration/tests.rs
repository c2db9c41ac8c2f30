//! What the configuration blocks say, and at which lines they are refused.

use super::{Configuration, SettingValue, configuration};
use crate::diagnostic::{Severity, SourceFile};
use crate::version::PrismaMajor;

/// The one place that calls the code under test: the configuration, and the lines of errors.
fn read(text: &str, major: PrismaMajor) -> (Configuration, Vec<usize>) {
    let files = [SourceFile { path: "schema.prisma".into(), text: text.to_owned() }];
    let (configuration, diagnostics) = configuration(&files, major);
    let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error);
    let lines = errors.map(|one| text[..one.span.start].matches('\n').count() + 1);
    (configuration, lines.collect())
}

const PLAIN: &str =
    "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n";

#[test]
fn a_datasource_names_its_variable() {
    let (configuration, lines) = read(PLAIN, PrismaMajor::Six);
    let datasource = configuration.datasource.unwrap();
    assert_eq!(datasource.url.unwrap().value, SettingValue::Env("DATABASE_URL".to_owned()));
    assert_eq!(lines, [0usize; 0]);
}

#[test]
fn seven_refuses_a_url_and_six_misses_one() {
    assert_eq!(read(PLAIN, PrismaMajor::Seven).1, [3]);
    assert_eq!(read("datasource db {\n  provider = \"postgresql\"\n}", PrismaMajor::Six).1, [1]);
}

#[test]
fn a_mistake_in_a_model_does_not_matter_but_nonsense_does() {
    assert_eq!(
        read(&format!("{PLAIN}model A {{\n  id Nope @id(,)\n}}\n"), PrismaMajor::Six).1,
        [0usize; 0]
    );
    assert_eq!(read(&format!("{PLAIN}model A {{\n  $\n}}\n"), PrismaMajor::Six).1, [6]);
}

#[test]
fn a_password_in_the_schema_is_not_shown() {
    let text = PLAIN.replace("env(\"DATABASE_URL\")", "\"postgresql://a:secret@b/c\"");
    assert!(!format!("{:?}", read(&text, PrismaMajor::Six).0).contains("secret"));
}
