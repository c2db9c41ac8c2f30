//! The names of blocks, fields and values: which can be had, and which are taken.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Report, Top};
use crate::datamodel::ScalarType;
use crate::syntax::ast::{self, Block, EnumValue, Field};
use crate::syntax::{SyntaxKind, SyntaxNode};

/// Names that a model, view or enum cannot have: measured one by one (Prisma facts 9.8).
const RESERVED: [&str; 40] = [
    "PrismaClient",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
];

/// The rest of them.
const RESERVED_TOO: [&str; 8] = ["try", "typeof", "using", "var", "void", "while", "with", "yield"];

/// Whether no model, view or enum can have this name; the names of scalar types are not looked at.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || RESERVED_TOO.contains(&name)
}

/// One block and where it stands.
pub(crate) struct TopBlock {
    pub(crate) file: usize,
    pub(crate) block: Block,
    pub(crate) name: String,
}

/// Collects the blocks that have a name of their own, reporting those that are taken.
pub(crate) fn collect(
    report: &mut Report,
    file: usize,
    blocks: &[Block],
    taken: &mut BTreeMap<String, Top>,
) -> Vec<TopBlock> {
    report.file = file;
    let mut found = Vec::new();
    for block in blocks {
        let what = match block.kind() {
            SyntaxKind::Model => "model",
            SyntaxKind::View => "view",
            SyntaxKind::CompositeType => "type",
            SyntaxKind::Enum => "enum",
            _ => continue,
        };
        let Some(word) = block.name() else { continue };
        let (name, name_span) = (word.text().to_owned(), ast::token_span(&word));
        check_form(report, &name, name_span.clone(), what);
        if ScalarType::from_name(&name).is_some() {
            report.error(name_span.clone(), format!("`{name}` is a type of the language"));
        } else if block.kind() != SyntaxKind::CompositeType && is_reserved(&name) {
            report.error_with(
                block.span(),
                format!("a {what} cannot be called `{name}`"),
                "choose another name and keep the table's by `@@map`",
            );
        }
        if let Some(other) = taken.get(&name) {
            report.error(
                name_span.clone(),
                format!("`{name}` is already the name of a {}", other.what()),
            );
        } else {
            let top = match block.kind() {
                SyntaxKind::Enum => Top::Enum(0),
                SyntaxKind::CompositeType => Top::Composite,
                SyntaxKind::View => Top::View(0),
                _ => Top::Model(0),
            };
            taken.insert(name.clone(), top);
        }
        found.push(TopBlock { file, block: block.clone(), name });
    }
    found
}

/// Type aliases are refused as such; a field that uses one is not wrong too.
pub(crate) fn aliases(root: &SyntaxNode, taken: &mut BTreeMap<String, Top>) {
    for alias in root.children().filter(|node| node.kind() == SyntaxKind::TypeAlias) {
        let mut words = alias.children_with_tokens().filter(|one| one.kind() == SyntaxKind::Word);
        if let Some(name) = words.nth(1) {
            taken.entry(name.to_string()).or_insert(Top::Composite);
        }
    }
}

/// Reports names that start with a digit or have a hyphen.
pub(crate) fn check_form(report: &mut Report, name: &str, span: Range<usize>, what: &str) {
    let remedy = "choose another name and keep the database's by `@map` or `@@map`";
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        report.error_with(span, format!("the name of a {what} cannot start with a digit"), remedy);
    } else if name.contains('-') {
        report.error_with(span, format!("the name of a {what} cannot have a hyphen"), remedy);
    }
}

/// The fields of a block with their names, reporting those that come twice.
pub(crate) fn fields(report: &mut Report, block: &Block, owner: &str) -> Vec<(Field, String)> {
    let mut seen = BTreeSet::new();
    let mut fields = Vec::new();
    for field in block.node().children().filter_map(Field::cast) {
        let Some(token) = field.name() else { continue };
        let (name, span) = (token.text().to_owned(), ast::token_span(&token));
        check_form(report, &name, span.clone(), "field");
        if !seen.insert(name.clone()) {
            report.error(span, format!("`{owner}` already has a field `{name}`"));
        }
        fields.push((field, name));
    }
    fields
}

/// The values of an enum with their names, reporting those that come twice.
pub(crate) fn values(report: &mut Report, block: &Block, owner: &str) -> Vec<(EnumValue, String)> {
    let mut seen = BTreeSet::new();
    let mut values = Vec::new();
    for value in block.node().children().filter_map(EnumValue::cast) {
        let Some(token) = value.name() else { continue };
        let (name, span) = (token.text().to_owned(), ast::token_span(&token));
        check_form(report, &name, span.clone(), "value");
        if !seen.insert(name.clone()) {
            report.error(span, format!("`{owner}` already has a value `{name}`"));
        }
        values.push((value, name));
    }
    values
}
