//! What Prisma warns of at the head of a migration: data that may be lost, steps that may fail.
//!
//! Only what the steps themselves say; rows are counted by who has a database. What a statement
//! locks or rewrites is another matter and not here.

use std::fmt;

use crate::model::{Arity, Column, ColumnType};
use crate::step::{Cast, Change, Clause, ColumnChange, IndexReason, Step};

/// One warning. `Display` gives Prisma's sentence without counts (Prisma facts 10.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A table goes.
    DropTable {
        /// The table, without its namespace like all names here.
        table: String,
    },
    /// A column goes.
    DropColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A column gets a type that not all values fit.
    RiskyCast {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The type that it has, in the schema language.
        from: String,
        /// The type that it gets, in the schema language.
        to: String,
    },
    /// A column is dropped and made again; rows get a null or the default.
    RecreateColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A primary key goes or changes.
    DropPrimaryKey {
        /// The table.
        table: String,
    },
    /// A unique index comes to a table that may have rows.
    AddUnique {
        /// The table.
        table: String,
        /// The columns.
        columns: Vec<String>,
    },
    /// Labels of an enum type go.
    DropLabels {
        /// The type.
        name: String,
        /// The labels.
        labels: Vec<String>,
    },
    /// A required column without default comes: impossible when there are rows.
    AddRequiredColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Whether the client would fill it.
        filled_by_client: bool,
    },
    /// A nullable column becomes required: impossible when there are nulls.
    MakeRequired {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A column becomes an array in place: impossible when there are values.
    MakeList {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A required column without default is dropped and made again: impossible when there are
    /// rows.
    RecreateRequiredColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
}

impl Warning {
    /// Whether it is about a step that cannot run at all when the data is against it, instead of
    /// one that loses data.
    pub fn is_unexecutable(&self) -> bool {
        matches!(
            self,
            Self::AddRequiredColumn { .. }
                | Self::MakeRequired { .. }
                | Self::MakeList { .. }
                | Self::RecreateRequiredColumn { .. }
        )
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DropTable { table } => write!(
                out,
                "You are about to drop the `{table}` table. If the table is not empty, all the data it contains will be lost."
            ),
            Self::DropColumn { table, column } => write!(
                out,
                "You are about to drop the column `{column}` on the `{table}` table. All the data in the column will be lost."
            ),
            Self::RiskyCast { table, column, from, to } => write!(
                out,
                "You are about to alter the column `{column}` on the `{table}` table. The data in that column could be lost. The data in that column will be cast from `{from}` to `{to}`."
            ),
            Self::RecreateColumn { table, column } => write!(
                out,
                "The `{column}` column on the `{table}` table would be dropped and recreated. This will lead to data loss if there is data in the column."
            ),
            Self::DropPrimaryKey { table } => write!(
                out,
                "The primary key for the `{table}` table will be changed. If it partially fails, the table could be left without primary key constraint."
            ),
            Self::AddUnique { table, columns } => write!(
                out,
                "A unique constraint covering the columns `[{}]` on the table `{table}` will be added. If there are existing duplicate values, this will fail.",
                columns.join(",")
            ),
            Self::DropLabels { name, labels } => write!(
                out,
                "The values [{}] on the enum `{name}` will be removed. If these variants are still used in the database, this will fail.",
                labels.join(",")
            ),
            Self::AddRequiredColumn { table, column, filled_by_client: false } => write!(
                out,
                "Added the required column `{column}` to the `{table}` table without a default value. This is not possible if the table is not empty."
            ),
            Self::AddRequiredColumn { table, column, filled_by_client: true } => write!(
                out,
                "The required column `{column}` was added to the `{table}` table with a prisma-level default value. This is not possible if the table is not empty. Please add this column as optional, then populate it before making it required."
            ),
            Self::MakeRequired { table, column } => write!(
                out,
                "Made the column `{column}` on table `{table}` required. This step will fail if there are existing NULL values in that column."
            ),
            Self::MakeList { table, column } => write!(
                out,
                "Changed the column `{column}` on the `{table}` table from a scalar field to a list field. If there are non-null values in that column, this step will fail."
            ),
            Self::RecreateRequiredColumn { table, column } => write!(
                out,
                "Changed the type of `{column}` on the `{table}` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required."
            ),
        }
    }
}

/// The warnings of these steps in their order, those of impossible steps last, as Prisma lists
/// them.
pub fn warnings(steps: &[Step]) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = steps.iter().flat_map(|step| of_step(&step.change)).collect();
    warnings.sort_by_key(Warning::is_unexecutable);
    warnings
}

/// The comment at the head of a migration, with the newline that ends it; nothing when there is
/// nothing to warn of.
pub fn header(warnings: &[Warning]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = warnings.iter().map(|warning| format!("  - {warning}\n")).collect();
    format!("/*\n  Warnings:\n\n{}\n*/\n", lines.concat())
}

fn of_step(change: &Change) -> Vec<Warning> {
    match change {
        Change::DropTable(name) => {
            vec![Warning::DropTable { table: name.name.as_str().to_owned() }]
        }
        Change::AlterEnum(change) if !change.removed.is_empty() => vec![Warning::DropLabels {
            name: change.name.name.as_str().to_owned(),
            labels: change.removed.clone(),
        }],
        Change::CreateIndex { table, index, reason: IndexReason::NewIndex } if index.unique => {
            let names = index.columns.iter().map(|column| column.name.as_str().to_owned());
            let table = table.name.as_str().to_owned();
            vec![Warning::AddUnique { table, columns: names.collect() }]
        }
        Change::AlterTable(change) => {
            let table = change.table.name.as_str();
            change.clauses.iter().flat_map(|clause| of_clause(table, clause)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_clause(table: &str, clause: &Clause) -> Vec<Warning> {
    let table = table.to_owned();
    match clause {
        Clause::DropPrimaryKey(_) => vec![Warning::DropPrimaryKey { table }],
        Clause::DropColumn(column) => {
            vec![Warning::DropColumn { table, column: column.name.as_str().to_owned() }]
        }
        Clause::AddColumn(column) if is_unfilled(column) => vec![Warning::AddRequiredColumn {
            table,
            column: column.name.as_str().to_owned(),
            filled_by_client: column.filled_by_client,
        }],
        Clause::AlterColumn(change) => of_alteration(&table, change),
        Clause::RecreateColumn(change) => {
            let column = change.to.name.as_str().to_owned();
            vec![if !is_unfilled(&change.to) {
                Warning::RecreateColumn { table, column }
            } else if change.from.arity == Arity::Nullable {
                let filled_by_client = change.to.filled_by_client;
                Warning::AddRequiredColumn { table, column, filled_by_client }
            } else {
                Warning::RecreateRequiredColumn { table, column }
            }]
        }
        _ => Vec::new(),
    }
}

fn of_alteration(table: &str, change: &ColumnChange) -> Vec<Warning> {
    let (from, to) = (&change.from, &change.to);
    let (table, column) = (table.to_owned(), to.name.as_str().to_owned());
    let mut warnings = Vec::new();
    if from.arity == Arity::Nullable && to.arity == Arity::Required {
        warnings.push(Warning::MakeRequired { table: table.clone(), column: column.clone() });
    }
    if from.arity != Arity::List && to.arity == Arity::List {
        warnings.push(Warning::MakeList { table: table.clone(), column: column.clone() });
    }
    if change.differs.kind == Some(Cast::Risky) {
        let (from, to) = (in_schema_language(&from.kind), in_schema_language(&to.kind));
        warnings.push(Warning::RiskyCast { table, column, from, to });
    }
    warnings
}

/// Whether rows that are there would have no value for a new column.
fn is_unfilled(column: &Column) -> bool {
    column.arity == Arity::Required && column.default.is_none() && !column.is_identity
}

/// A type as the schema language names it, an array like its element.
fn in_schema_language(kind: &ColumnType) -> String {
    match kind {
        ColumnType::Native(kind) => kind.in_schema_language(),
        ColumnType::Enum(name) => name.name.as_str().to_owned(),
        ColumnType::Unsupported(text) => format!("Unsupported({text:?})"),
    }
}
