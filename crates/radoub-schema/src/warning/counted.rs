//! Warnings of somebody who has looked at the rows: silent where nothing can be lost.

use std::collections::BTreeMap;

use super::Warning;
use crate::name::{Ident, ObjectName};

/// Something to count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// The rows of a table.
    Rows(ObjectName),
    /// The values of a column that are not null.
    Values(ObjectName, Ident),
}

/// What was counted; what could not be is not in it.
pub type Counts = BTreeMap<Count, u64>;

impl Warning {
    /// What to count for [`Warning::counted`].
    pub fn counts(&self) -> Vec<Count> {
        match self {
            // Said whatever the rows are.
            Self::AddUnique { .. } | Self::DropLabels { .. } => Vec::new(),
            Self::DropTable { table }
            | Self::DropPrimaryKey { table }
            | Self::AddRequiredColumn { table, .. }
            | Self::RecreateRequiredColumn { table, .. } => vec![Count::Rows(table.clone())],
            Self::DropColumn { table, column }
            | Self::RiskyCast { table, column, .. }
            | Self::RecreateColumn { table, column }
            | Self::MakeList { table, column } => {
                vec![Count::Values(table.clone(), column.clone())]
            }
            Self::MakeRequired { table, column } => {
                vec![Count::Rows(table.clone()), Count::Values(table.clone(), column.clone())]
            }
        }
    }

    /// Prisma's sentence for somebody who has counted; nothing when there is nothing to lose or in
    /// the way. What was not counted is taken to be there: then it is the sentence without counts.
    ///
    /// Source: Prisma facts 10.8; measured on the real engine's `schemaPush`.
    pub fn counted(&self, counts: &Counts) -> Option<String> {
        let known: Option<Vec<u64>> =
            self.counts().iter().map(|count| counts.get(count).copied()).collect();
        let Some(known) = known else { return Some(self.to_string()) };
        let (table, column) = self.names();
        let count = match (self, known.as_slice()) {
            (Self::MakeRequired { .. }, [rows, values]) => rows.saturating_sub(*values),
            (_, [count]) => *count,
            _ => return Some(self.to_string()),
        };
        if count == 0 {
            return None;
        }
        Some(match self {
            Self::DropTable { .. } => format!(
                "You are about to drop the `{table}` table, which is not empty ({count} rows)."
            ),
            Self::DropColumn { .. } => format!(
                "You are about to drop the column `{column}` on the `{table}` table, which still contains {count} non-null values."
            ),
            Self::RiskyCast { from, to, .. } => format!(
                "You are about to alter the column `{column}` on the `{table}` table, which contains {count} non-null values. The data in that column will be cast from `{from}` to `{to}`."
            ),
            Self::RecreateColumn { .. } => format!(
                "The `{column}` column on the `{table}` table would be dropped and recreated. This will lead to data loss."
            ),
            Self::AddRequiredColumn { filled_by_client: false, .. } => format!(
                "Added the required column `{column}` to the `{table}` table without a default value. There are {count} rows in this table, it is not possible to execute this step."
            ),
            Self::AddRequiredColumn { filled_by_client: true, .. } => format!(
                "The required column `{column}` was added to the `{table}` table with a prisma-level default value. There are {count} rows in this table, it is not possible to execute this step. Please add this column as optional, then populate it before making it required."
            ),
            Self::MakeRequired { .. } => format!(
                "Made the column `{column}` on table `{table}` required, but there are {count} existing NULL values."
            ),
            Self::MakeList { .. } => format!(
                "Changed the column `{column}` on the `{table}` table from a scalar field to a list field. There are {count} existing non-null values in that column, this step cannot be executed."
            ),
            Self::RecreateRequiredColumn { .. } => format!(
                "Changed the type of `{column}` on the `{table}` table. No cast exists, the column would be dropped and recreated, which cannot be done since the column is required and there is data in the table."
            ),
            Self::DropPrimaryKey { .. } | Self::AddUnique { .. } | Self::DropLabels { .. } => {
                self.to_string()
            }
        })
    }
}
