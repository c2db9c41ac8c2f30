//! The tables of the reference hold what the readers take: each word is accepted, and the words of the
//! cases are those of the tables, no more and no less.

use std::collections::BTreeSet;
use std::path::PathBuf;

use radoub_prisma::datamodel::resolve;
use radoub_prisma::diagnostic::{Severity, SourceFile};
use radoub_prisma::syntax::ast::Attribute;
use radoub_prisma::syntax::{SyntaxNode, parse};
use radoub_prisma::version::PrismaMajor;
use radoub_prisma::vocabulary::{
    ATTRIBUTES, ReferentialAction, ScalarType, default_functions, native_types,
};
use radoub_testing::case::Case;

/// A model with this line is accepted by 6.
#[track_caller]
fn accepted(line: &str) {
    let text = format!(
        "datasource db {{\n  provider = \"postgresql\"\n  url = env(\"U\")\n}}\n\
         model Other {{\n  id Int @id\n  ts T[]\n}}\n\
         model T {{\n  key Int @id\n  otherId Int? @default(1)\n  {line}\n}}\n"
    );
    let text = if line.contains("Other?") { text } else { text.replace("  ts T[]\n", "") };
    let file = SourceFile { path: PathBuf::from("schema.prisma"), text };
    let (_, diagnostics) = resolve(&[file], PrismaMajor::Six);
    let errors: Vec<_> = diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{line}: {errors:?}");
}

#[test]
fn every_native_type_is_accepted_with_and_without_its_arguments() {
    for word in native_types() {
        let (name, scalar) = (word.name, word.scalar.name());
        accepted(&format!("a {scalar} @db.{name}"));
        let arguments = word.arguments.replace("(n)", "(3)").replace("(p, s)", "(10, 2)");
        accepted(&format!("a {scalar}? @db.{name}{arguments}"));
        accepted(&format!("a {scalar}[] @db.{name}{arguments}"));
    }
}

#[test]
fn every_default_function_is_accepted_on_the_types_it_fits() {
    for word in default_functions() {
        let scalars = if word.scalars.is_empty() { &ScalarType::ALL } else { word.scalars };
        for scalar in scalars {
            for argument in word.arguments {
                let scalar = scalar.name();
                accepted(&format!("a {scalar} @default({}({argument}))", word.name));
            }
        }
    }
}

#[test]
fn every_action_is_accepted() {
    for action in ReferentialAction::ALL {
        let name = action.name();
        accepted(&format!(
            "other Other? @relation(fields: [otherId], references: [id], onDelete: {name}, \
             onUpdate: {name})"
        ));
    }
}

/// The attributes of a tree, `@` or `@@` first, with the names of their arguments; the first argument
/// without a name counts as what it stands for.
fn used(node: SyntaxNode<'_>, words: &mut BTreeSet<(String, String)>) {
    for node in node.descendants() {
        let Some(attribute) = Attribute::cast(node) else { continue };
        let Some(name) = attribute.name() else { continue };
        let at = if node.text().starts_with("@@") { "@@" } else { "@" };
        let name = format!("{at}{}", name.text());
        if name.contains('.') {
            continue;
        }
        words.insert((name.clone(), String::new()));
        let known = ATTRIBUTES.iter().find(|word| word.name == name);
        let first = known.and_then(|word| word.arguments.first()).map(|word| word.name);
        for argument in attribute.args() {
            let argument = argument.name().map(|name| name.text().to_owned());
            words.insert((name.clone(), argument.or(first.map(str::to_owned)).unwrap_or_default()));
        }
    }
}

#[test]
fn the_attributes_of_the_cases_are_those_of_the_table() {
    let mut words = BTreeSet::new();
    for case in Case::all() {
        for side in ["From", "To"] {
            let Some(text) = case.schema(side, true) else { continue };
            used(parse(&text, PrismaMajor::Seven).root(), &mut words);
        }
    }
    let mut table = BTreeSet::new();
    for word in ATTRIBUTES {
        table.insert((word.name.to_owned(), String::new()));
        for argument in word.arguments {
            table.insert((word.name.to_owned(), argument.name.to_owned()));
        }
    }
    let unlisted: Vec<_> = words.difference(&table).collect();
    let unshown: Vec<_> = table.difference(&words).collect();
    assert!(unlisted.is_empty(), "the table lacks {unlisted:?}");
    assert!(unshown.is_empty(), "no case shows {unshown:?}");
}
