//! Which rows migrations change by their own word, and whether they run code that may change any.

use std::collections::BTreeMap;

use radoub_schema::hazard::{On, Risk, Verb, assess};
use radoub_schema::migration::Migration;
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::script::{QualifiedName, Script, Verb as RowVerb};

/// What migrations do to the rows of tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Touches {
    /// By name of the table, its schema where the script says one.
    tables: BTreeMap<(Option<String>, String), Touch>,
    /// The first migration that runs code, or reaches tables that its text does not name.
    code: Option<String>,
}

/// What is done to the rows of one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Touch {
    /// By which migration first.
    pub(super) migration: String,
    /// Rows go.
    pub(super) deletes: bool,
    /// Rows change.
    pub(super) updates: bool,
}

impl Touches {
    /// What these migrations do; one whose script is not there any more may have done anything.
    pub(super) fn of<'a>(
        migrations: impl Iterator<Item = (&'a str, Option<&'a Migration>)>,
    ) -> Self {
        let mut touches = Self::default();
        for (name, migration) in migrations {
            let Some(script) = migration.and_then(|it| it.script.as_ref()) else {
                touches.run_code(name);
                continue;
            };
            let text = script.text();
            let cut = Script::parse(text);
            for change in cut.row_changes(text) {
                match &change.table {
                    Some(table) => {
                        let (deletes, inserts) =
                            (change.verb == RowVerb::Delete, change.verb == RowVerb::Insert);
                        touches.add(name, table, deletes, !inserts);
                    }
                    None => touches.run_code(name),
                }
            }
            for act in assess(text, &cut).into_iter().flat_map(|it| it.acts) {
                if act.risks.contains(&Risk::Unforeseeable) {
                    touches.run_code(name);
                }
                let (deletes, updates) = match act.action.verb {
                    Verb::InsertRows | Verb::RenameTable => (false, false),
                    Verb::UpdateRows => (false, true),
                    Verb::DeleteRows | Verb::Truncate | Verb::DropTable => (true, true),
                    _ => continue,
                };
                for hold in &act.holds {
                    match &hold.on {
                        On::Table(table) => touches.add(name, table, deletes, updates),
                        // Rows of other tables go with them.
                        On::Dependents if act.action.verb == Verb::Truncate => {
                            touches.run_code(name);
                        }
                        On::TableOfIndex(_) | On::Dependents => {}
                    }
                }
            }
        }
        touches
    }

    fn add(&mut self, migration: &str, table: &QualifiedName, deletes: bool, updates: bool) {
        let key = (table.schema.clone(), table.name.clone());
        let touch = self
            .tables
            .entry(key)
            .or_insert_with(|| Touch { migration: migration.to_owned(), ..Touch::default() });
        touch.deletes |= deletes;
        touch.updates |= updates;
    }

    fn run_code(&mut self, migration: &str) {
        self.code.get_or_insert_with(|| migration.to_owned());
    }

    /// What is done to the rows of a table, if something is.
    pub(super) fn rows_of(&self, table: &ObjectName) -> Option<&Touch> {
        let schema = table.namespace.as_ref().map(Ident::as_str).map(str::to_owned);
        let name = table.name.as_str().to_owned();
        // A script that names no schema means that of the URL; whichever it is, it is this table it means.
        self.tables.get(&(schema, name.clone())).or_else(|| self.tables.get(&(None, name)))
    }

    /// The migration that changes the rows of a table by its own word.
    pub(super) fn by_name(&self, table: &ObjectName) -> Option<&str> {
        self.rows_of(table).map(|it| it.migration.as_str())
    }

    /// The migration that runs code which may change any.
    pub(super) fn by_code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

/// Whether one of these migrations takes the table (as [`ObjectName`] writes it) away, or one of these columns of it,
/// by its own word.
pub(crate) fn takes_away<'a>(
    mut migrations: impl Iterator<Item = &'a Migration>,
    table: &str,
    columns: &[String],
) -> bool {
    let is_table = |name: &QualifiedName| {
        let own = Ident::new(name.name.as_str()).to_string();
        match &name.schema {
            Some(schema) => format!("{}.{own}", Ident::new(schema.as_str())) == table,
            None => table == own || table.ends_with(&format!(".{own}")),
        }
    };
    migrations.any(|migration| {
        let Some(script) = &migration.script else { return false };
        let acts = assess(script.text(), &Script::parse(script.text()));
        acts.into_iter().flat_map(|it| it.acts).any(|act| {
            let takes = match act.action.verb {
                Verb::DropTable | Verb::RenameTable => true,
                Verb::DropColumn | Verb::RenameColumn => columns.contains(&act.action.name),
                _ => false,
            };
            takes && act.holds.iter().any(|it| matches!(&it.on, On::Table(name) if is_table(name)))
        })
    })
}

#[cfg(test)]
mod tests {
    use radoub_schema::migration::MigrationScript;

    use super::*;

    /// What a script does to the rows of `public.t`: `-`, or `t` with `d` when rows go and `u` when they change; and
    /// `?` when it runs code.
    fn touches(text: &str) -> String {
        let migration = Migration {
            name: "1_m".into(),
            script: Some(MigrationScript::from_bytes(text.as_bytes())),
        };
        let touches = Touches::of(std::iter::once(("1_m", Some(&migration))));
        let mut said = match touches.rows_of(&ObjectName::in_namespace("public", "t")) {
            None => "-".to_owned(),
            Some(it) => {
                let letter = |is: bool, letter: &'static str| if is { letter } else { "" };
                format!("t{}{}", letter(it.deletes, "d"), letter(it.updates, "u"))
            }
        };
        if touches.by_code().is_some() {
            said.push('?');
        }
        said
    }

    #[test]
    fn a_migration_changes_the_rows_that_it_says_it_changes() {
        for (text, expected) in [
            ("ALTER TABLE t ADD COLUMN x int; CREATE INDEX i ON t (x);", "-"),
            ("UPDATE other SET x = 1;", "-"),
            ("INSERT INTO t VALUES (1);", "t"),
            ("UPDATE \"public\".\"t\" SET x = 1;", "tu"),
            ("UPDATE elsewhere.t SET x = 1;", "-"),
            ("DELETE FROM t;", "tdu"),
            ("TRUNCATE other, t;", "tdu"),
            ("TRUNCATE other CASCADE;", "-?"),
            ("DROP TABLE t;", "tdu"),
            ("ALTER TABLE t RENAME TO s;", "t"),
            ("DO $$ BEGIN UPDATE t SET x = 1; END $$;", "tu?"),
            ("SELECT tidy_up();", "-?"),
        ] {
            assert_eq!(touches(text), expected, "{text}");
        }
    }

    #[test]
    fn a_migration_takes_away_the_columns_that_it_drops_or_renames() {
        for (text, expected) in [
            ("ALTER TABLE t RENAME COLUMN x TO y;", true),
            ("ALTER TABLE \"public\".\"t\" DROP COLUMN x;", true),
            ("ALTER TABLE t DROP COLUMN z;", false),
            ("ALTER TABLE t ADD COLUMN z int;", false),
            ("ALTER TABLE elsewhere.t DROP COLUMN x;", false),
            ("ALTER TABLE other_t DROP COLUMN x;", false),
            ("DROP TABLE t;", true),
            ("ALTER TABLE t RENAME TO s;", true),
        ] {
            let script = Some(MigrationScript::from_bytes(text.as_bytes()));
            let migration = Migration { name: "1_m".into(), script };
            let columns = ["x".to_owned()];
            let takes = takes_away(std::iter::once(&migration), "\"public\".\"t\"", &columns);
            assert_eq!(takes, expected, "{text}");
        }
    }
}
