//! Turns steps into SQL text, byte for byte as Prisma Migrate writes it.
//!
//! Rendering is total: every step has a text, and nothing here asks the database, the clock or
//! the disk. The order of steps is settled before, in [`crate::order`]; which namespace a name
//! carries, in [`crate::diff`]. All data definition of the program is born in this folder.

mod columns;
mod defaults;
mod enums;
mod extensions;
mod indexes;
mod keys;
mod tables;
pub mod unmanaged;

use crate::model::{Column, ForeignKey, Index};
use crate::name::{Ident, ObjectName};
use crate::step::{Change, Step};

/// Whose text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Edition {
    /// As Prisma 5 and 6 write it.
    #[default]
    UpToSix,
    /// As Prisma 7 writes it.
    Seven,
}

/// How near to Prisma the text stays where Prisma's own fails on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fidelity {
    /// The same bytes, known defects included (Prisma facts 10.12).
    Exact,
    /// The same bytes, except where they could not run: quotes inside labels and identifiers
    /// are doubled, no `serial` behind `SET DATA TYPE`, no `DROP SEQUENCE ""`, and so on.
    #[default]
    Sound,
}

/// The way in which SQL is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dialect {
    /// Which Prisma.
    pub edition: Edition,
    /// How near to it.
    pub fidelity: Fidelity,
}

/// The script that performs these steps, in the order given.
///
/// Each step is a comment line and its statements; an empty line stands between steps, and the
/// text ends with a newline. No steps give Prisma's line for that, also with a newline.
pub fn render(steps: &[Step], dialect: Dialect) -> String {
    if steps.is_empty() {
        return "-- This is an empty migration.\n".to_owned();
    }
    let mut writer = Writer { dialect, text: String::with_capacity(steps.len() * 160) };
    for (at, step) in steps.iter().enumerate() {
        if at > 0 {
            writer.text.push('\n');
        }
        writer.text.push_str("-- ");
        writer.text.push_str(heading(&step.change));
        writer.text.push('\n');
        writer.step(&step.change);
    }
    writer.text
}

/// The statements of one step without its comment line, each ended by `;` and a newline.
pub fn statements(step: &Step, dialect: Dialect) -> String {
    let mut writer = Writer { dialect, text: String::new() };
    writer.step(&step.change);
    writer.text
}

/// The type of a column as SQL writes it, `[]` included, whatever feeds the column.
pub fn type_text(column: &Column) -> String {
    Writer::plain().plain_type_of(column)
}

/// What follows `DEFAULT` of a column; `None` when nothing does, as for one that a sequence feeds.
pub fn default_text(column: &Column) -> Option<String> {
    Writer::plain().default_of(column)
}

/// What an index is made of, without its name and table: `UNIQUE USING GIN ("a" DESC)`.
pub fn index_text(index: &Index) -> String {
    Writer::plain().index_definition(index)
}

/// What a foreign key does: `ON DELETE CASCADE ON UPDATE CASCADE`.
pub fn actions_text(key: &ForeignKey) -> String {
    keys::actions(key)
}

/// The word of the comment line.
pub fn heading(change: &Change) -> &'static str {
    match change {
        Change::CreateNamespace(_) => "CreateSchema",
        Change::DropExtension(_) => "DropExtension",
        Change::CreateExtension(_) => "CreateExtension",
        Change::AlterExtension { .. } => "AlterExtension",
        Change::CreateEnum(_) => "CreateEnum",
        Change::AlterEnum(_) => "AlterEnum",
        Change::DropForeignKey { .. } => "DropForeignKey",
        Change::DropIndex { .. } => "DropIndex",
        Change::AlterTable(_) => "AlterTable",
        Change::DropTable(_) => "DropTable",
        Change::DropEnum(_) => "DropEnum",
        Change::CreateTable(_) => "CreateTable",
        Change::CreateIndex { .. } => "CreateIndex",
        Change::RenameForeignKey { .. } => "RenameForeignKey",
        Change::AddForeignKey { .. } => "AddForeignKey",
        Change::RenameIndex { .. } => "RenameIndex",
    }
}

/// Writes statements into one text.
struct Writer {
    dialect: Dialect,
    text: String,
}

impl Writer {
    /// One for pieces of text that stand alone.
    fn plain() -> Self {
        Self { dialect: Dialect::default(), text: String::new() }
    }

    fn step(&mut self, change: &Change) {
        match change {
            Change::CreateNamespace(name) => {
                let name = self.ident(name);
                self.statement(&format!("CREATE SCHEMA IF NOT EXISTS {name}"));
            }
            Change::DropExtension(name) => self.drop_extension(name),
            Change::CreateExtension(extension) => self.create_extension(extension),
            Change::AlterExtension { name, version, namespace } => {
                self.alter_extension(name, version.as_deref(), namespace.as_ref());
            }
            Change::CreateEnum(it) => self.create_enum(&it.name, &it.labels),
            Change::AlterEnum(change) => self.alter_enum(change),
            Change::DropForeignKey { table, key } => self.drop_foreign_key(table, key),
            Change::DropIndex { table, name, index, .. } => self.drop_index(table, name, index),
            Change::AlterTable(change) => self.alter_table(change),
            Change::DropTable(name) => {
                let name = self.object(name);
                self.statement(&format!("DROP TABLE {name}"));
            }
            Change::DropEnum(name) => {
                let name = self.object(name);
                self.statement(&format!("DROP TYPE {name}"));
            }
            Change::CreateTable(table) => self.create_table(table),
            Change::CreateIndex { table, index, .. } => self.create_index(table, index),
            Change::RenameForeignKey { table, from, to } => {
                self.rename_constraint(table, from, to);
            }
            Change::AddForeignKey { table, key } => self.add_foreign_key(table, key),
            Change::RenameIndex { from, to, .. } => {
                let (from, to) = (self.object(from), self.ident(to));
                self.statement(&format!("ALTER INDEX {from} RENAME TO {to}"));
            }
        }
    }

    /// Ends a statement.
    fn statement(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push_str(";\n");
    }

    /// A quoted name. Prisma does not double a quote inside (Prisma facts 9.6); that text cannot
    /// run, so only [`Fidelity::Exact`] keeps it.
    fn ident(&self, name: &Ident) -> String {
        match self.dialect.fidelity {
            Fidelity::Sound => name.to_string(),
            Fidelity::Exact => format!("\"{}\"", name.as_str()),
        }
    }

    /// A quoted name with its namespace, if it carries one.
    fn object(&self, name: &ObjectName) -> String {
        match &name.namespace {
            Some(namespace) => format!("{}.{}", self.ident(namespace), self.ident(&name.name)),
            None => self.ident(&name.name),
        }
    }

    /// Quoted names with this between them.
    fn idents(&self, names: &[Ident], separator: &str) -> String {
        let names: Vec<String> = names.iter().map(|name| self.ident(name)).collect();
        names.join(separator)
    }
}

/// A text constant: quotes inside are doubled.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
