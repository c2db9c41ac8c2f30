//! The readable form of a comparison: `prisma migrate diff` without `--script`.
//!
//! Reproduced to the byte, stray characters included (Prisma facts 10.9); made for the
//! compatibility commands only. Other views of steps belong to the command.

#![expect(
    clippy::format_push_string,
    reason = "a `write!` into a string cannot fail and would have to say so at every line"
)]

use std::collections::BTreeMap;

use crate::model::{Arity, ColumnDefault, Index, Literal};
use crate::name::Ident;
use crate::render::Edition;
use crate::step::{Change, Clause, ColumnChange, EnumChange, Step};

/// The summary of these steps, in the order given; ends with a newline.
pub fn summary(steps: &[Step], edition: Edition) -> String {
    if steps.is_empty() {
        return "No difference detected.\n".to_owned();
    }
    let mut text = String::new();
    extensions(steps, &mut text);
    let mut section = |heading: &str, name: fn(&Change) -> Option<&Ident>| {
        let names: Vec<&Ident> = steps.iter().filter_map(|step| name(&step.change)).collect();
        if !names.is_empty() {
            text.push_str(&format!("\n{heading}\n"));
            for name in names {
                text.push_str(&format!("  - {}\n", name.as_str()));
            }
        }
    };
    if edition == Edition::Seven {
        section("[+] Added Schemas", |change| match change {
            Change::CreateNamespace(name) => Some(name),
            _ => None,
        });
    }
    section("[+] Added enums", |change| match change {
        Change::CreateEnum(it) => Some(&it.name.name),
        _ => None,
    });
    section("[+] Added tables", |change| match change {
        Change::CreateTable(table) => Some(&table.name.name),
        _ => None,
    });
    section("[-] Removed enums", |change| match change {
        Change::DropEnum(name) => Some(&name.name),
        _ => None,
    });
    section("[-] Removed tables", |change| match change {
        Change::DropTable(name) => Some(&name.name),
        _ => None,
    });
    enums(steps, &mut text);
    tables(steps, &mut text);
    text
}

fn extensions(steps: &[Step], text: &mut String) {
    for step in steps {
        if let Change::AlterExtension { name, .. } = &step.change {
            text.push_str(&format!("\n[*] Changed the `{}` extension\n", name.as_str()));
        }
    }
    for step in steps {
        match &step.change {
            // The lone back-quote is Prisma's.
            Change::DropExtension(_) => text.push_str("\n[-] Removed extensions\n`"),
            Change::CreateExtension(extension) => {
                let name = extension.name.as_str();
                text.push_str(&format!("\n[+] Added extensions\n  - {name}\n"));
            }
            _ => {}
        }
    }
}

/// One section an enum, in byte order of the names.
fn enums(steps: &[Step], text: &mut String) {
    let mut changes: Vec<&EnumChange> = steps
        .iter()
        .filter_map(|step| match &step.change {
            Change::AlterEnum(change) => Some(change),
            _ => None,
        })
        .collect();
    changes.sort_by_key(|change| &change.name.name);
    for change in changes {
        text.push_str(&format!("\n[*] Changed the `{}` enum\n", change.name.name.as_str()));
        for label in &change.added {
            text.push_str(&format!("  [+] Added variant `{label}`\n"));
        }
        for label in &change.removed {
            text.push_str(&format!("  [-] Removed variant `{label}`\n"));
        }
    }
}

/// One section a table, in byte order of the names; its lines in the order of the steps.
fn tables(steps: &[Step], text: &mut String) {
    let mut sections: BTreeMap<&str, String> = BTreeMap::new();
    for step in steps {
        let mut lines = String::new();
        let table = match &step.change {
            Change::DropForeignKey { table, key } => {
                line(
                    &mut lines,
                    &format!("[-] Removed foreign key on columns ({})", list(&key.columns)),
                );
                table
            }
            Change::AddForeignKey { table, key } => {
                line(
                    &mut lines,
                    &format!("[+] Added foreign key on columns ({})", list(&key.columns)),
                );
                table
            }
            Change::DropIndex { table, index, .. } => {
                line(&mut lines, &format!("[-] Removed {}", index_on(index)));
                table
            }
            Change::CreateIndex { table, index, .. } => {
                line(&mut lines, &format!("[+] Added {}", index_on(index)));
                table
            }
            Change::RenameIndex { table, from, to } => {
                let (from, to) = (from.name.as_str(), to.as_str());
                line(&mut lines, &format!("[*] Renamed index `{from}` to `{to}`"));
                table
            }
            Change::RenameForeignKey { table, from, to } => {
                let (from, to) = (from.as_str(), to.as_str());
                line(&mut lines, &format!("[*] Renamed the foreign key \"{from}\" to \"{to}\""));
                table
            }
            Change::AlterTable(change) => {
                for clause in &change.clauses {
                    line(&mut lines, &described(clause));
                }
                &change.table
            }
            _ => continue,
        };
        sections.entry(table.name.as_str()).or_default().push_str(&lines);
    }
    for (table, lines) in sections {
        text.push_str(&format!("\n[*] Changed the `{table}` table\n{lines}"));
    }
}

fn line(lines: &mut String, text: &str) {
    lines.push_str("  ");
    lines.push_str(text);
    lines.push('\n');
}

fn list(names: &[Ident]) -> String {
    let names: Vec<&str> = names.iter().map(Ident::as_str).collect();
    names.join(", ")
}

fn index_on(index: &Index) -> String {
    let unique = if index.unique { "unique " } else { "" };
    let names: Vec<&str> = index.columns.iter().map(|column| column.name.as_str()).collect();
    format!("{unique}index on columns ({})", names.join(", "))
}

fn described(clause: &Clause) -> String {
    match clause {
        Clause::DropPrimaryKey(key) => {
            format!("[-] Dropped the primary key on columns ({})", list(&key.columns))
        }
        Clause::RenamePrimaryKey { key, .. } => {
            format!("[*] Renamed the primary key on columns ({})", list(&key.columns))
        }
        Clause::DropColumn(column) => format!("[-] Removed column `{}`", column.name.as_str()),
        Clause::AddColumn(column) => format!("[+] Added column `{}`", column.name.as_str()),
        Clause::AlterColumn(change) => {
            format!("[*] Altered column `{}` ({})", change.to.name.as_str(), differences(change))
        }
        Clause::RecreateColumn(change) => format!(
            "[*] Column `{}` would be dropped and recreated ({})",
            change.to.name.as_str(),
            differences(change)
        ),
        // The lone parenthesis is Prisma's.
        Clause::AddPrimaryKey(key) => {
            format!("[+] Added primary key on columns ({})\n)", list(&key.columns))
        }
    }
}

fn differences(change: &ColumnChange) -> String {
    let mut parts = Vec::new();
    if change.differs.arity {
        parts.push(format!(
            "changed from {} to {}",
            arity(change.from.arity),
            arity(change.to.arity)
        ));
    }
    if change.differs.default {
        let (from, to) =
            (default(change.from.default.as_ref()), default(change.to.default.as_ref()));
        parts.push(format!("default changed from `{from}` to `{to}`"));
    }
    if change.differs.kind.is_some() {
        parts.push("type changed".to_owned());
    }
    if change.differs.autoincrement {
        parts.push(if change.to.autoincrements() {
            "column became autoincrementing".to_owned()
        } else {
            "column is no longer autoincrementing".to_owned()
        });
    }
    parts.join(", ")
}

fn arity(arity: Arity) -> &'static str {
    match arity {
        Arity::Required => "Required",
        Arity::Nullable => "Nullable",
        Arity::List => "List",
    }
}

/// A default the way Prisma's own values print themselves.
fn default(default: Option<&ColumnDefault>) -> String {
    let Some(default) = default else { return "None".to_owned() };
    match default {
        ColumnDefault::Value(literal) => format!("Some(Value({}))", value(literal)),
        ColumnDefault::Now => "Some(Now)".to_owned(),
        ColumnDefault::Sequence(name) => {
            format!("Some(Sequence({:?}))", name.as_ref().map_or("", Ident::as_str))
        }
        ColumnDefault::Expression(text) => format!("Some(DbGenerated({text:?}))"),
    }
}

fn value(literal: &Literal) -> String {
    match literal {
        Literal::String(text) => format!("String({text:?})"),
        Literal::Json(text) => format!("Json({text:?})"),
        Literal::Int(digits) => format!("Int({digits})"),
        Literal::BigInt(digits) => format!("BigInt({digits})"),
        Literal::Decimal(digits) => format!("Float(BigDecimal({digits:?}))"),
        Literal::Boolean(value) => format!("Boolean({value})"),
        Literal::Enum(label) => format!("Enum({label:?})"),
        Literal::DateTime(text) => format!("DateTime({text})"),
        Literal::Bytes(bytes) => format!("Bytes({bytes:?})"),
        Literal::List(elements) => {
            let elements: Vec<String> = elements.iter().map(value).collect();
            format!("List([{}])", elements.join(", "))
        }
    }
}
