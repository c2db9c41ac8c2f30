//! What is there in the course of a plan: what the survey found, and what each statement makes and
//! takes away. It tells a statement that cannot work because the database is not what its history
//! says: pushed, restored, or changed by hand.
//!
//! Only what is certain is told: behind code of the database that may do anything, nothing is.

use std::collections::BTreeSet;

use radoub_postgres::survey::Surveyed;
use radoub_schema::hazard::{Act, On, Risk, Verb};
use radoub_schema::script::QualifiedName;

/// Schema and name.
type Name = (String, String);

/// What is there.
pub(super) struct Presence<'a> {
    /// The schema of names without one.
    schema: &'a str,
    tables: BTreeSet<Name>,
    indexes: BTreeSet<Name>,
    types: BTreeSet<Name>,
    columns: BTreeSet<(Name, String)>,
    /// Nothing is known any more.
    is_blind: bool,
}

impl<'a> Presence<'a> {
    /// What a survey found; `None` for a database that is not there yet.
    pub(super) fn of(schema: &'a str, surveyed: Option<&Surveyed>) -> Self {
        let mut presence = Self {
            schema,
            tables: BTreeSet::new(),
            indexes: BTreeSet::new(),
            types: BTreeSet::new(),
            columns: BTreeSet::new(),
            is_blind: false,
        };
        for table in surveyed.into_iter().flat_map(|it| &it.tables) {
            let name = (table.schema.clone(), table.name.clone());
            let columns = table.columns.iter().map(|(column, _)| (name.clone(), column.clone()));
            presence.columns.extend(columns);
            presence.tables.insert(name);
        }
        for index in surveyed.into_iter().flat_map(|it| &it.indexes) {
            presence.indexes.insert((index.schema.clone(), index.name.clone()));
        }
        presence.types.extend(surveyed.into_iter().flat_map(|it| it.types.clone()));
        presence
    }

    /// Nothing is known from here on: a script that has been carried out in part has made some of what
    /// it makes.
    pub(super) fn lose_sight(&mut self) {
        self.is_blind = true;
    }

    fn name(&self, name: &QualifiedName) -> Name {
        let schema = name.schema.clone().unwrap_or_else(|| self.schema.to_owned());
        (schema, name.name.clone())
    }

    /// The table that an act is on.
    fn table(&self, act: &Act) -> Option<Name> {
        act.holds.iter().find_map(|hold| match &hold.on {
            On::Table(name) => Some(self.name(name)),
            On::TableOfIndex(_) | On::Dependents => None,
        })
    }

    /// Whether the act makes something that is there already; from here on it is done.
    pub(super) fn conflicts(&mut self, act: &Act) -> bool {
        let conflicts = !self.is_blind && !act.is_guarded && self.is_there(act);
        self.follow(act);
        conflicts
    }

    fn is_there(&self, act: &Act) -> bool {
        let made = act.makes.as_ref().map(|name| self.name(name));
        match act.action.verb {
            // Tables, indexes and their like share one set of names, and so do types.
            Verb::CreateTable => {
                made.is_some_and(|it| self.tables.contains(&it) || self.indexes.contains(&it))
            }
            Verb::CreateIndex | Verb::CreateUniqueIndex => {
                made.is_some_and(|it| self.indexes.contains(&it) || self.tables.contains(&it))
            }
            Verb::CreateType => made.is_some_and(|it| self.types.contains(&it)),
            Verb::AddColumn => self
                .table(act)
                .is_some_and(|table| self.columns.contains(&(table, act.action.name.clone()))),
            _ => false,
        }
    }

    fn follow(&mut self, act: &Act) {
        self.is_blind |= act.risks.contains(&Risk::Unforeseeable);
        let made = act.makes.as_ref().map(|name| self.name(name));
        let table = self.table(act);
        let own = act.action.name.clone();
        match (act.action.verb, made, table) {
            (Verb::CreateTable, Some(made), _) => {
                self.tables.insert(made);
            }
            (Verb::CreateIndex | Verb::CreateUniqueIndex, Some(made), _) => {
                self.indexes.insert(made);
            }
            (Verb::CreateType, Some(made), _) => {
                self.types.insert(made);
            }
            (Verb::AddColumn, _, Some(table)) => {
                self.columns.insert((table, own));
            }
            (Verb::DropColumn, _, Some(table)) => {
                self.columns.remove(&(table, own));
            }
            (Verb::RenameColumn, _, Some(table)) => {
                self.columns.remove(&(table.clone(), own));
                self.columns.insert((table, act.action.to.clone()));
            }
            (Verb::DropTable, _, Some(table)) => {
                self.columns.retain(|(of, _)| *of != table);
                self.tables.remove(&table);
                // Its indexes go along, and which these are the text does not say.
                self.indexes.clear();
            }
            (Verb::RenameTable, _, Some(table)) => {
                self.tables.remove(&table);
                self.columns.retain(|(of, _)| *of != table);
                self.tables.insert((table.0, act.action.to.clone()));
            }
            (Verb::DropIndex | Verb::RenameIndex | Verb::DropConstraint, ..) => {
                self.indexes.retain(|(_, name)| *name != own);
            }
            (Verb::DropType | Verb::AlterType, ..) => self.types.retain(|(_, name)| *name != own),
            // A schema goes with all that is in it; anything may go with something else.
            (Verb::DropObject | Verb::AlterTable, ..) if !act.risks.is_empty() => {
                self.is_blind |=
                    act.risks.contains(&Risk::DeletesData) || act.risks.contains(&Risk::BreaksCode);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use radoub_postgres::survey::{Index, Table};
    use radoub_schema::hazard::assess;
    use radoub_schema::script::Script;

    use super::*;

    /// The numbers of the statements that make what is there: a table `a` with a column `x` and an
    /// index `i`, and a type `t`.
    #[track_caller]
    fn conflicts(text: &str, expected: &[usize]) {
        let surveyed = Surveyed {
            tables: vec![Table {
                schema: "public".to_owned(),
                name: "a".to_owned(),
                rows: None,
                is_empty: false,
                bytes: 8192,
                columns: vec![("x".to_owned(), "integer".to_owned())],
            }],
            indexes: vec![Index {
                schema: "public".to_owned(),
                name: "i".to_owned(),
                table_schema: "public".to_owned(),
                table: "a".to_owned(),
            }],
            types: vec![("public".to_owned(), "t".to_owned())],
            ..Surveyed::default()
        };
        let mut presence = Presence::of("public", Some(&surveyed));
        let all = assess(text, &Script::parse(text));
        let found: Vec<usize> = all
            .iter()
            .enumerate()
            .filter(|(_, it)| it.acts.iter().filter(|act| presence.conflicts(act)).count() > 0)
            .map(|(at, _)| at + 1)
            .collect();
        assert_eq!(found, expected, "of {text:?}");
    }

    #[test]
    fn what_is_there_already_is_told() {
        conflicts("CREATE TABLE a ()", &[1]);
        conflicts("ALTER TABLE a ADD x int", &[1]);
        conflicts("CREATE INDEX i ON a (x)", &[1]);
        conflicts("CREATE TYPE t AS ENUM ()", &[1]);
        conflicts("CREATE TABLE b (); CREATE TABLE b ()", &[2]);
    }

    #[test]
    fn what_is_not_there_or_guarded_or_elsewhere_is_not() {
        conflicts("CREATE TABLE b (); ALTER TABLE a ADD y int", &[]);
        conflicts(
            "CREATE TABLE IF NOT EXISTS a (); ALTER TABLE a ADD COLUMN IF NOT EXISTS x int",
            &[],
        );
        conflicts("CREATE INDEX IF NOT EXISTS i ON a (x)", &[]);
        conflicts("CREATE TABLE other.a (); CREATE TEMP TABLE a ()", &[]);
    }

    #[test]
    fn what_earlier_statements_take_away_may_come_again() {
        conflicts("DROP TABLE a; CREATE TABLE a (x int); CREATE INDEX i ON a (x)", &[]);
        conflicts("ALTER TABLE a DROP x; ALTER TABLE a ADD x int", &[]);
        conflicts("ALTER TABLE a RENAME TO b; CREATE TABLE a ()", &[]);
        conflicts("ALTER TABLE a RENAME x TO y, ADD x int", &[]);
        conflicts("DROP TYPE t; CREATE TYPE t AS ENUM ()", &[]);
        conflicts("ALTER TYPE t RENAME TO t_old; CREATE TYPE t AS ENUM ()", &[]);
        conflicts("DROP INDEX i; CREATE INDEX i ON a (x)", &[]);
        conflicts("DROP SCHEMA public CASCADE; CREATE TABLE a ()", &[]);
        conflicts("DO $$ BEGIN DROP TABLE a; END $$; CREATE TABLE a ()", &[]);
    }
}
