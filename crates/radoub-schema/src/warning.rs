//! What Prisma warns of at the head of a migration: data that may be lost, steps that may fail.
//!
//! Only what the steps themselves say, and what to count to know more; rows are counted by who has
//! a database. What a statement locks or rewrites is another matter and not here.

mod counted;

use std::fmt;

pub use counted::{Count, Counts};

use crate::model::{Arity, Column, ColumnType};
use crate::name::{Ident, ObjectName};
use crate::step::{Cast, Change, Clause, ColumnChange, IndexReason, Step};

/// One warning. `Display` gives Prisma's sentence without counts (Prisma facts 10.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A table goes.
    DropTable {
        /// The table; said without its namespace, like all names here.
        table: ObjectName,
    },
    /// A column goes.
    DropColumn {
        /// The table.
        table: ObjectName,
        /// The column.
        column: Ident,
    },
    /// A column gets a type that not all values fit.
    RiskyCast {
        /// The table.
        table: ObjectName,
        /// The column.
        column: Ident,
        /// The type that it has, in the schema language.
        from: String,
        /// The type that it gets, in the schema language.
        to: String,
    },
    /// A column is dropped and made again; rows get a null or the default.
    RecreateColumn {
        /// The table.
        table: ObjectName,
        /// The column.
        column: Ident,
    },
    /// A primary key goes or changes.
    DropPrimaryKey {
        /// The table.
        table: ObjectName,
    },
    /// A unique index comes to a table that may have rows.
    AddUnique {
        /// The table.
        table: ObjectName,
        /// The columns.
        columns: Vec<Ident>,
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
        table: ObjectName,
        /// The column.
        column: Ident,
        /// Whether the client would fill it.
        filled_by_client: bool,
    },
    /// A nullable column becomes required: impossible when there are nulls.
    MakeRequired {
        /// The table.
        table: ObjectName,
        /// The column.
        column: Ident,
    },
    /// A column becomes an array in place: impossible when there are values.
    MakeList {
        /// The table.
        table: ObjectName,
        /// The column.
        column: Ident,
    },
    /// A required column without default is dropped and made again: impossible when there are
    /// rows.
    RecreateRequiredColumn {
        /// The table.
        table: ObjectName,
        /// The column.
        column: Ident,
    },
}

impl Warning {
    /// Table and column as a sentence names them; empty where there is none.
    fn names(&self) -> (&str, &str) {
        let (table, column) = match self {
            Self::DropTable { table }
            | Self::DropPrimaryKey { table }
            | Self::AddUnique { table, .. } => (Some(table), None),
            Self::DropColumn { table, column }
            | Self::RiskyCast { table, column, .. }
            | Self::RecreateColumn { table, column }
            | Self::AddRequiredColumn { table, column, .. }
            | Self::MakeRequired { table, column }
            | Self::MakeList { table, column }
            | Self::RecreateRequiredColumn { table, column } => (Some(table), Some(column)),
            Self::DropLabels { .. } => (None, None),
        };
        (table.map_or("", |it| it.name.as_str()), column.map_or("", Ident::as_str))
    }

    /// Whether values that rows hold go, or may not come through; what merely may fail changes none.
    pub fn loses_values(&self) -> bool {
        matches!(
            self,
            Self::DropTable { .. }
                | Self::DropColumn { .. }
                | Self::RiskyCast { .. }
                | Self::RecreateColumn { .. }
        )
    }

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
        let (table, column) = self.names();
        match self {
            Self::DropTable { .. } => write!(
                out,
                "You are about to drop the `{table}` table. If the table is not empty, all the data it contains will be lost."
            ),
            Self::DropColumn { .. } => write!(
                out,
                "You are about to drop the column `{column}` on the `{table}` table. All the data in the column will be lost."
            ),
            Self::RiskyCast { from, to, .. } => write!(
                out,
                "You are about to alter the column `{column}` on the `{table}` table. The data in that column could be lost. The data in that column will be cast from `{from}` to `{to}`."
            ),
            Self::RecreateColumn { .. } => write!(
                out,
                "The `{column}` column on the `{table}` table would be dropped and recreated. This will lead to data loss if there is data in the column."
            ),
            Self::DropPrimaryKey { .. } => write!(
                out,
                "The primary key for the `{table}` table will be changed. If it partially fails, the table could be left without primary key constraint."
            ),
            Self::AddUnique { columns, .. } => write!(
                out,
                "A unique constraint covering the columns `[{}]` on the table `{table}` will be added. If there are existing duplicate values, this will fail.",
                columns.iter().map(Ident::as_str).collect::<Vec<_>>().join(",")
            ),
            Self::DropLabels { name, labels } => write!(
                out,
                "The values [{}] on the enum `{name}` will be removed. If these variants are still used in the database, this will fail.",
                labels.join(",")
            ),
            Self::AddRequiredColumn { filled_by_client: false, .. } => write!(
                out,
                "Added the required column `{column}` to the `{table}` table without a default value. This is not possible if the table is not empty."
            ),
            Self::AddRequiredColumn { filled_by_client: true, .. } => write!(
                out,
                "The required column `{column}` was added to the `{table}` table with a prisma-level default value. This is not possible if the table is not empty. Please add this column as optional, then populate it before making it required."
            ),
            Self::MakeRequired { .. } => write!(
                out,
                "Made the column `{column}` on table `{table}` required. This step will fail if there are existing NULL values in that column."
            ),
            Self::MakeList { .. } => write!(
                out,
                "Changed the column `{column}` on the `{table}` table from a scalar field to a list field. If there are non-null values in that column, this step will fail."
            ),
            Self::RecreateRequiredColumn { .. } => write!(
                out,
                "Changed the type of `{column}` on the `{table}` table. No cast exists, the column would be dropped and recreated, which cannot be done if there is data, since the column is required."
            ),
        }
    }
}

/// The warnings of these steps in their order, those of impossible steps last, as Prisma lists
/// them.
pub fn warnings(steps: &[Step]) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = by_step(steps).map(|(_, warning)| warning).collect();
    warnings.sort_by_key(Warning::is_unexecutable);
    warnings
}

/// The warnings of these steps in their order, each with the index of its step.
pub fn by_step(steps: &[Step]) -> impl Iterator<Item = (usize, Warning)> {
    let of_step = |(at, step): (usize, &Step)| {
        of_step(&step.change).into_iter().map(move |warning| (at, warning))
    };
    steps.iter().enumerate().flat_map(of_step)
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
        Change::DropTable(table) => vec![Warning::DropTable { table: table.clone() }],
        Change::AlterEnum(change) if !change.removed.is_empty() => vec![Warning::DropLabels {
            name: change.name.name.as_str().to_owned(),
            labels: change.removed.clone(),
        }],
        Change::CreateIndex { table, index, reason: IndexReason::NewIndex } if index.unique => {
            let columns = index.columns.iter().map(|column| column.name.clone()).collect();
            vec![Warning::AddUnique { table: table.clone(), columns }]
        }
        Change::AlterTable(change) => {
            change.clauses.iter().flat_map(|clause| of_clause(&change.table, clause)).collect()
        }
        _ => Vec::new(),
    }
}

fn of_clause(table: &ObjectName, clause: &Clause) -> Vec<Warning> {
    let table = table.clone();
    match clause {
        Clause::DropPrimaryKey(_) => vec![Warning::DropPrimaryKey { table }],
        Clause::DropColumn(column) => {
            vec![Warning::DropColumn { table, column: column.name.clone() }]
        }
        Clause::AddColumn(column) if is_unfilled(column) => vec![Warning::AddRequiredColumn {
            table,
            column: column.name.clone(),
            filled_by_client: column.filled_by_client,
        }],
        Clause::AlterColumn(change) => of_alteration(&table, change),
        Clause::RecreateColumn(change) => {
            let column = change.to.name.clone();
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

fn of_alteration(table: &ObjectName, change: &ColumnChange) -> Vec<Warning> {
    let (from, to) = (&change.from, &change.to);
    let (table, column) = (table.clone(), to.name.clone());
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
