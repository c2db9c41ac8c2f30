//! What scripts ask of the ground that they run on.

use radoub_schema::hazard::{Verb, assess};
use radoub_schema::migration::{Migration, MigrationScript};
use radoub_schema::script::Script;

use crate::failure::{Failure, FailureCode};

/// What a history asks of its ground.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    /// Why it is not run on the service's own server.
    pub(super) outside: Option<Failure>,
    /// Whether the scripts make and change nothing but things of their own, so that the database can be used again:
    /// no code is run, and nothing is changed that it was born with.
    pub(super) is_tame: bool,
}

impl Needs {
    /// Looks for the first script that reaches outside its database.
    pub(super) fn of(scripts: &[Migration]) -> Self {
        let outside = scripts.iter().find_map(|migration| {
            let text = migration.script.as_ref()?.text();
            let (start, what) = Script::parse(text).outside(text)?;
            let line = text[..start].matches('\n').count() + 1;
            let values = vec![
                ("migration", migration.name.to_string()),
                ("line", line.to_string()),
                ("statement", what),
            ];
            Some(Failure::new(FailureCode::ReachesOutside, values))
        });
        let is_tame = scripts.iter().filter_map(|it| it.script.as_ref()).all(is_tame);
        Self { outside, is_tame }
    }
}

fn is_tame(script: &MigrationScript) -> bool {
    let text = script.text();
    let mut acts = assess(text, &Script::parse(text)).into_iter().flat_map(|it| it.acts);
    acts.all(|act| {
        !matches!(
            act.action.verb,
            Verb::RunCode | Verb::Describe | Verb::AlterObject | Verb::DropObject | Verb::Other
        )
    })
}
