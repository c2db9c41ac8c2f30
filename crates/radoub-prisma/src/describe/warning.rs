//! What Prisma tells about a description: what was changed, kept or left out.

use std::fmt;

/// Everything worth telling. `Display` gives Prisma's block of text, empty when there is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Warnings {
    pub(super) commented_fields: Vec<(&'static str, String, Vec<String>)>,
    pub(super) remapped_fields: Vec<(&'static str, String, String)>,
    pub(super) commented_values: Vec<(String, String)>,
    pub(super) without_columns: Vec<String>,
    pub(super) ignored_models: Vec<String>,
    pub(super) renamed_ids: Vec<String>,
    pub(super) unsupported: Vec<(&'static str, String, String, String)>,
    pub(super) remapped_models: Vec<String>,
    pub(super) remapped_views: Vec<String>,
    pub(super) remapped_values: Vec<(String, String)>,
    pub(super) remapped_enums: Vec<String>,
    pub(super) copied_relations: Vec<String>,
    pub(super) duplicates: Vec<Remarked>,
    pub(super) partitioned: Vec<String>,
    pub(super) inherited: Vec<String>,
    pub(super) nulls_orders: Vec<(String, String)>,
    pub(super) row_security: Vec<String>,
    pub(super) checks: Vec<(String, String)>,
    pub(super) exclusions: Vec<(String, String)>,
    pub(super) deferring: Vec<(String, String)>,
    pub(super) comments: Vec<Remarked>,
    pub(super) expression_indexes: Vec<(String, String)>,
    pub(super) broken_join_tables: Vec<(String, String)>,
}

/// A thing by kind and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarked {
    kind: &'static str,
    name: String,
}

impl Remarked {
    pub(super) fn of(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.to_owned() }
    }
}

impl Warnings {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The name between quotes, as Prisma shows it.
fn named(name: &str) -> String {
    format!("{name:?}")
}

fn names(names: &[String]) -> Vec<String> {
    names.iter().map(|name| named(name)).collect()
}

fn pairs(first: &str, second: &str, pairs: &[(String, String)]) -> Vec<String> {
    pairs.iter().map(|(one, other)| format!("{first}: \"{one}\", {second}: \"{other}\"")).collect()
}

fn remarked(things: &[Remarked]) -> Vec<String> {
    let line = |it: &Remarked| format!("Type: \"{}\", name: \"{}\"", it.kind, it.name);
    things.iter().map(line).collect()
}

impl Warnings {
    /// Each heading with the lines below it, in order.
    fn sections(&self) -> [(&'static str, Vec<String>); 25] {
        // Models and views have a section each.
        let remapped = |of: &str| {
            let these = self.remapped_fields.iter().filter(|(kind, ..)| *kind == of);
            these
                .map(|(kind, block, field)| format!("{kind}: \"{block}\", field: \"{field}\""))
                .collect()
        };
        let commented = |of: &str| {
            let these = self.commented_fields.iter().filter(|(kind, ..)| *kind == of);
            let line = |(kind, block, fields): &(&str, String, Vec<String>)| {
                let fields: Vec<String> = fields.iter().map(|it| format!("\"{it}\"")).collect();
                format!("{kind}: \"{block}\", field(s): [{}]", fields.join(", "))
            };
            these.map(line).collect()
        };
        let unsupported = |of: &str| {
            let these = self.unsupported.iter().filter(|(kind, ..)| *kind == of);
            let line = |(kind, block, field, original): &(&str, String, String, String)| {
                format!(
                    "{kind}: \"{block}\", field: \"{field}\", original data type: \"{original}\""
                )
            };
            these.map(line).collect()
        };
        [
            (COMMENTED_FIELDS, commented("Model")),
            (COMMENTED_FIELDS, commented("View")),
            (REMAPPED_FIELDS, remapped("Model")),
            (REMAPPED_FIELDS, remapped("View")),
            (COMMENTED_VALUES, pairs("Enum", "value", &self.commented_values)),
            (WITHOUT_COLUMNS, names(&self.without_columns)),
            (IGNORED_MODELS, names(&self.ignored_models)),
            (RENAMED_IDS, names(&self.renamed_ids)),
            (UNSUPPORTED, unsupported("Model")),
            (UNSUPPORTED, unsupported("View")),
            (REMAPPED_MODELS, names(&self.remapped_models)),
            (REMAPPED_VIEWS, names(&self.remapped_views)),
            (REMAPPED_VALUES, pairs("Enum", "value", &self.remapped_values)),
            (REMAPPED_ENUMS, names(&self.remapped_enums)),
            (COPIED_RELATIONS, names(&self.copied_relations)),
            (DUPLICATES, remarked(&self.duplicates)),
            (PARTITIONED, names(&self.partitioned)),
            (INHERITED, names(&self.inherited)),
            (NULLS_ORDERS, pairs("Index", "column", &self.nulls_orders)),
            (ROW_SECURITY, names(&self.row_security)),
            (CHECKS, pairs("Model", "constraint", &self.checks)),
            (EXCLUSIONS, pairs("Model", "constraint", &self.exclusions)),
            (DEFERRING, pairs("Model", "constraint", &self.deferring)),
            (COMMENTS, remarked(&self.comments)),
            (EXPRESSION_INDEXES, pairs("Model", "constraint", &self.expression_indexes)),
        ]
    }
}

/// Prisma's text: a heading, and the sections that are not empty, a blank line between them.
impl fmt::Display for Warnings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return Ok(());
        }
        out.write_str("*** WARNING ***\n")?;
        for (heading, lines) in self.sections() {
            if !lines.is_empty() {
                write!(out, "\n{heading}\n")?;
                for line in lines {
                    writeln!(out, "  - {line}")?;
                }
            }
        }
        for (a, b) in &self.broken_join_tables {
            write!(
                out,
                "The many-to-many relation between \"{a}\" and \"{b}\" is broken due to the naming \
                 of the models. Prisma creates many-to-many relations based on the alphabetical \
                 ordering of the names of the models and these two models now produce the reverse \
                 of the expected ordering."
            )?;
        }
        Ok(())
    }
}

const COMMENTED_FIELDS: &str = "These fields were commented out because their names are currently \
    not supported by Prisma. Please provide valid ones that match [a-zA-Z][a-zA-Z0-9_]* using the \
    `@map` attribute:";
const REMAPPED_FIELDS: &str =
    "These fields were enriched with `@map` information taken from the previous Prisma schema:";
const COMMENTED_VALUES: &str = "These enum values were commented out because their names are \
    currently not supported by Prisma. Please provide valid ones that match [a-zA-Z][a-zA-Z0-9_]* \
    using the `@map` attribute:";
const WITHOUT_COLUMNS: &str = "The following models were commented out as we could not retrieve \
    columns for them. Please check your privileges:";
const IGNORED_MODELS: &str = "The following models were ignored as they do not have a valid unique \
    identifier or id. This is currently not supported by Prisma Client:";
const RENAMED_IDS: &str = "These models were enriched with custom compound id names taken from the \
    previous Prisma schema:";
const UNSUPPORTED: &str = "These fields are not supported by Prisma Client, because Prisma \
    currently does not support their types:";
const REMAPPED_MODELS: &str =
    "These models were enriched with `@@map` information taken from the previous Prisma schema:";
const REMAPPED_VIEWS: &str =
    "These views were enriched with `@@map` information taken from the previous Prisma schema:";
const REMAPPED_VALUES: &str = "These enum values were enriched with `@map` information taken from \
    the previous Prisma schema:";
const REMAPPED_ENUMS: &str =
    "These enums were enriched with `@@map` information taken from the previous Prisma schema:";
const COPIED_RELATIONS: &str = "Relations were copied from the previous data model due to not using \
    foreign keys in the database. If any of the relation columns changed in the database, the \
    relations might not be correct anymore:";
const DUPLICATES: &str =
    "These items were renamed due to their names being duplicates in the Prisma schema:";
const PARTITIONED: &str = "These tables are partition tables, which are not yet fully supported:";
const INHERITED: &str = "These tables are inherited tables, which are not yet fully supported:";
const NULLS_ORDERS: &str = "These index columns are having a non-default null sort order, which is \
    not yet fully supported. Read more: https://pris.ly/d/non-default-index-null-ordering";
const ROW_SECURITY: &str = "These tables contain row level security, which is not yet fully \
    supported. Read more: https://pris.ly/d/row-level-security";
const CHECKS: &str = "These constraints are not supported by Prisma Client, because Prisma \
    currently does not fully support check constraints. Read more: \
    https://pris.ly/d/check-constraints";
const EXCLUSIONS: &str = "These constraints are not supported by Prisma Client, because Prisma \
    currently does not fully support exclusion constraints. Read more: \
    https://pris.ly/d/exclusion-constraints";
const DEFERRING: &str = "These primary key, foreign key or unique constraints are using non-default \
    deferring in the database, which is not yet fully supported. Read more: \
    https://pris.ly/d/constraint-deferring";
const COMMENTS: &str = "These objects have comments defined in the database, which is not yet fully \
    supported. Read more: https://pris.ly/d/database-comments";
const EXPRESSION_INDEXES: &str = "These indexes are not supported by Prisma Client, because Prisma \
    currently does not fully support expression indexes. Read more: \
    https://pris.ly/d/expression-indexes";
