//! What scripts ask of the ground that they run on.

use radoub_schema::migration::Migration;
use radoub_schema::script::Script;

use crate::failure::{Failure, FailureCode};

/// What a history asks of its ground.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    /// Why it is not run on the service's own server.
    pub(super) outside: Option<Failure>,
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
        Self { outside }
    }
}
