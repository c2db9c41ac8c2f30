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
    let mut writer = Writer { dialect, text: String::with_capacity(steps.len() * 240) };
    for (at, step) in steps.iter().enumerate() {
        if at > 0 {
            writer.put("\n");
        }
        writer.put("-- ").put(heading(&step.change)).put("\n");
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
    Writer::plain().apart(|writer| {
        writer.plain_type_of(column);
    })
}

/// What follows `DEFAULT` of a column; `None` when nothing does, as for one that a sequence feeds.
pub fn default_text(column: &Column) -> Option<String> {
    let text = || {
        Writer::plain().apart(|writer| {
            writer.default_of(column);
        })
    };
    defaults::has_default(column).then(text)
}

/// What an index is made of, without its name and table: `UNIQUE USING GIN ("a" DESC)`.
pub fn index_text(index: &Index) -> String {
    Writer::plain().apart(|writer| writer.index_definition(index))
}

/// What a foreign key does: `ON DELETE CASCADE ON UPDATE CASCADE`.
pub fn actions_text(key: &ForeignKey) -> String {
    Writer::plain().apart(|writer| writer.actions(key))
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

/// Writes statements into one text, piece by piece.
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
                self.put("CREATE SCHEMA IF NOT EXISTS ").ident(name).end();
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
                self.put("DROP TABLE ").object(name).end();
            }
            Change::DropEnum(name) => {
                self.put("DROP TYPE ").object(name).end();
            }
            Change::CreateTable(table) => self.create_table(table),
            Change::CreateIndex { table, index, .. } => self.create_index(table, index),
            Change::RenameForeignKey { table, from, to } => {
                self.rename_constraint(table, from, to);
            }
            Change::AddForeignKey { table, key } => self.add_foreign_key(table, key),
            Change::RenameIndex { from, to, .. } => {
                self.put("ALTER INDEX ").object(from).put(" RENAME TO ").ident(to).end();
            }
        }
    }

    /// Text that is SQL already.
    fn put(&mut self, sql: &str) -> &mut Self {
        self.text.push_str(sql);
        self
    }

    /// Ends a statement.
    fn end(&mut self) {
        self.put(";\n");
    }

    /// A quoted name. Prisma does not double a quote inside (Prisma facts 9.6); that text cannot
    /// run, so only [`Fidelity::Exact`] keeps it.
    fn ident(&mut self, name: &Ident) -> &mut Self {
        match self.dialect.fidelity {
            Fidelity::Sound => self.enclosed('"', name.as_str()),
            Fidelity::Exact => self.put("\"").put(name.as_str()).put("\""),
        }
    }

    /// A quoted name with its namespace, if it carries one.
    fn object(&mut self, name: &ObjectName) -> &mut Self {
        if let Some(namespace) = &name.namespace {
            self.ident(namespace).put(".");
        }
        self.ident(&name.name)
    }

    /// Quoted names with this between them.
    fn idents(&mut self, names: &[Ident], separator: &str) -> &mut Self {
        self.list(names, separator, |writer, name| {
            writer.ident(name);
        })
    }

    /// A text constant: quotes inside are doubled.
    fn constant(&mut self, text: &str) -> &mut Self {
        self.enclosed('\'', text)
    }

    /// Text between two quotes, those inside doubled.
    fn enclosed(&mut self, quote: char, text: &str) -> &mut Self {
        self.text.push(quote);
        for (at, part) in text.split(quote).enumerate() {
            if at > 0 {
                self.text.push(quote);
                self.text.push(quote);
            }
            self.text.push_str(part);
        }
        self.text.push(quote);
        self
    }

    /// Each of these as `write` writes it, with this between them.
    fn list<T>(
        &mut self,
        items: &[T],
        separator: &str,
        write: impl Fn(&mut Self, &T),
    ) -> &mut Self {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.put(separator);
            }
            write(self, item);
        }
        self
    }

    /// What `write` writes, as a text of its own.
    fn apart(&self, write: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self { dialect: self.dialect, text: String::new() };
        write(&mut writer);
        writer.text
    }
}

/// A text constant that stands alone: quotes inside are doubled.
fn quoted(text: &str) -> String {
    Writer::plain().apart(|writer| {
        writer.constant(text);
    })
}
