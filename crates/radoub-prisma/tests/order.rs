//! The order of migrations against JavaScript's own: `names.json` was sorted by `localeCompare` of
//! Node 20 (ICU 78.2, locale en-US), from hand-picked names and random strings over a hard alphabet;
//! of names that it calls equal only one is there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::cmp::Ordering;

use radoub_prisma::migrations::order;
use radoub_schema::migration::MigrationName;

/// The names, in the order of Node.
fn names() -> Vec<MigrationName> {
    let names: Vec<String> = serde_json::from_str(include_str!("names.json")).unwrap();
    names.into_iter().map(MigrationName::new).collect()
}

#[test]
fn names_come_in_the_order_of_javascript() {
    let names = names();
    assert!(names.len() > 1000, "{} names", names.len());
    let mut wrong = Vec::new();
    for (index, a) in names.iter().enumerate() {
        for b in &names[index + 1..] {
            if order(a, b) != Ordering::Less || order(b, a) != Ordering::Greater {
                wrong.push(format!("{a:?} before {b:?}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} pairs, such as {}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("; ")
    );
}

#[test]
fn names_that_collate_as_equal_keep_one_order() {
    let (composed, decomposed) =
        (MigrationName::new("\u{e9}t\u{e9}"), MigrationName::new("e\u{301}te\u{301}"));
    assert_eq!(order(&composed, &decomposed), Ordering::Greater);
    assert_eq!(order(&decomposed, &composed), Ordering::Less);
    assert_eq!(order(&composed, &composed), Ordering::Equal);
}
