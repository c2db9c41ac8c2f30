//! What is remarked above a model: things that are there and that the language has no words for.

use radoub_schema::model::{Remark, RemarkKind};
use radoub_schema::name::ObjectName;

use super::Description;
use super::warning::Remarked;

/// Above a model whose table has no columns.
pub(super) const NO_COLUMNS: &str = "We could not retrieve columns for the underlying table. \
    Either it has none or you are missing rights to see them. Please check your privileges.";

/// Above a model without identity.
const NO_IDENTITY: &str = "The underlying table does not contain a valid unique identifier and can \
    therefore currently not be handled by Prisma Client.";

/// Above a view with a comment in the database.
const VIEW_COMMENT: &str = "This view or at least one of its fields has comments in the database, \
    and requires an additional setup for migrations: Read more: https://pris.ly/d/database-comments";

/// The kinds of remark above a model, in order, before its identity is remarked.
const BEFORE: [(RemarkKind, &str); 4] = [
    (
        RemarkKind::Partitioned,
        "This table is a partition table and requires additional setup for migrations. \
         Visit https://pris.ly/d/partition-tables for more info.",
    ),
    (
        RemarkKind::Inherited,
        "This table has subclasses and requires additional setup for migrations. \
         Visit https://pris.ly/d/table-inheritance for more info.",
    ),
    (
        RemarkKind::Check,
        "This table contains check constraints and requires additional setup for migrations. \
         Visit https://pris.ly/d/check-constraints for more info.",
    ),
    (
        RemarkKind::Exclusion,
        "This table contains exclusion constraints and requires additional setup for migrations. \
         Visit https://pris.ly/d/exclusion-constraints for more info.",
    ),
];

/// And after; the last two also on a model of the schema before, for an index that is new to it.
const AFTER: [(RemarkKind, &str); 5] = [
    (
        RemarkKind::Comment,
        "This model or at least one of its fields has comments in the database, and requires an \
         additional setup for migrations: Read more: https://pris.ly/d/database-comments",
    ),
    (
        RemarkKind::Deferring,
        "This model has constraints using non-default deferring rules and requires additional \
         setup for migrations. Visit https://pris.ly/d/constraint-deferring for more info.",
    ),
    (
        RemarkKind::RowSecurity,
        "This model contains row level security and requires additional setup for migrations. \
         Visit https://pris.ly/d/row-level-security for more info.",
    ),
    (
        RemarkKind::NullsOrder,
        "This model contains an index with non-default null sort order and requires additional \
         setup for migrations. Visit https://pris.ly/d/default-index-null-ordering for more info.",
    ),
    (
        RemarkKind::ExpressionIndex,
        "This model contains an expression index which requires additional setup for migrations. \
         Visit https://pris.ly/d/expression-indexes for more info.",
    ),
];

impl Description<'_> {
    /// The documentation of a model: what the schema before says, and what is new to it.
    pub(super) fn model_documentation(&self, place: usize, newly_ignored: bool) -> Vec<String> {
        let name = &self.found.schema.tables[place].name;
        let previous = self.previous.table(place);
        let mut lines = previous.map_or_else(Vec::new, |block| block.documentation.clone());
        let is_new = previous.is_none();
        let remarked = |kind: RemarkKind| self.remarks_on(name).any(|it| it.kind == kind);
        let mut added: Vec<String> = Vec::new();
        added.extend(self.renaming(&self.names.tables[place], "model"));
        added.extend(BEFORE.iter().filter(|(kind, _)| is_new && remarked(*kind)).map(text));
        if self.found.schema.tables[place].columns.is_empty() {
            added.push(NO_COLUMNS.to_owned());
        } else if newly_ignored {
            added.push(NO_IDENTITY.to_owned());
        }
        let before = self.previous.model(place).map_or(&[][..], |model| &model.indexes[..]);
        let is_new_index = |remark: &Remark| {
            let name = remark.name.as_ref().map(radoub_schema::name::Ident::as_str);
            !before.iter().any(|index| Some(index.database_name.as_str()) == name)
        };
        let wanted = |kind: RemarkKind| match kind {
            RemarkKind::NullsOrder | RemarkKind::ExpressionIndex => {
                self.remarks_on(name).any(|it| it.kind == kind && is_new_index(it))
            }
            _ => is_new && remarked(kind),
        };
        added.extend(AFTER.iter().filter(|(kind, _)| wanted(*kind)).map(text));
        added.retain(|line| !lines.contains(line));
        lines.append(&mut added);
        lines
    }

    /// The documentation of a view.
    pub(super) fn view_documentation(&self, place: usize) -> Vec<String> {
        if let Some(block) = self.previous.view(place) {
            return block.documentation.clone();
        }
        let mut lines: Vec<String> =
            self.renaming(&self.names.views[place], "view").into_iter().collect();
        let mut remarks = self.remarks_on(&self.found.views[place].name);
        if remarks.any(|it| it.kind == RemarkKind::Comment) {
            lines.push(VIEW_COMMENT.to_owned());
        }
        lines
    }

    #[expect(clippy::unused_self, reason = "beside the other lines above a block")]
    fn renaming(&self, named: &super::names::Named, what: &str) -> Option<String> {
        let word = named.reserved.as_ref().filter(|_| !named.is_duplicate)?;
        Some(format!(
            "This {what} has been renamed to '{}' during introspection, because the original name \
             '{word}' is reserved.",
            named.name
        ))
    }

    fn remarks_on<'a>(&'a self, name: &'a ObjectName) -> impl Iterator<Item = &'a Remark> {
        self.found.remarks.iter().filter(move |remark| remark.on == *name)
    }

    /// Tells a person of what is remarked about a table.
    pub(super) fn warn_of_remarks(&mut self, place: usize) {
        let name = &self.found.schema.tables[place].name;
        let model = &self.names.tables[place].name;
        let remarks: Vec<&Remark> =
            self.found.remarks.iter().filter(|remark| remark.on == *name).collect();
        for remark in remarks {
            let part = remark.name.as_ref().map_or("", |it| it.as_str()).to_owned();
            let column = remark.column.as_ref().map_or("", |it| it.as_str()).to_owned();
            let warnings = &mut self.warnings;
            match remark.kind {
                RemarkKind::Partitioned => warnings.partitioned.push(model.clone()),
                RemarkKind::Inherited => warnings.inherited.push(model.clone()),
                RemarkKind::RowSecurity => warnings.row_security.push(model.clone()),
                RemarkKind::Check => warnings.checks.push((model.clone(), part)),
                RemarkKind::Exclusion => warnings.exclusions.push((model.clone(), part)),
                RemarkKind::Deferring => warnings.deferring.push((model.clone(), part)),
                RemarkKind::NullsOrder => warnings.nulls_orders.push((part, column)),
                RemarkKind::ExpressionIndex => {
                    warnings.expression_indexes.push((model.clone(), part));
                }
                RemarkKind::Comment if column.is_empty() => {
                    warnings.comments.push(Remarked::of("model", model));
                }
                RemarkKind::Comment => {
                    let field = self.fields_over(place, remark.column.as_slice());
                    let field = field.map_or(column, |names| names.concat());
                    self.warnings.comments.push(Remarked::of("field", &format!("{model}.{field}")));
                }
            }
        }
    }
}

fn text(of: &(RemarkKind, &str)) -> String {
    of.1.to_owned()
}
