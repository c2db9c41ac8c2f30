//! The names of blocks, fields and values: which can be had, and which are taken.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Report, Top};
use crate::datamodel::ScalarType;
use crate::syntax::ast::Block;
use crate::syntax::{SyntaxKind, SyntaxNode};

/// Names that a model, view or enum cannot have: measured one by one (Prisma facts 9.8).
const RESERVED: [&str; 48] = [
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
    "try",
    "typeof",
    "using",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Whether no model, view or enum can have this name; the names of scalar types are not looked at.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.binary_search(&name).is_ok()
}

/// What the names of the schema stand for.
pub(crate) type Names<'tree> = FxHashMap<&'tree str, Top>;

/// Names that came already.
pub(crate) type Seen<'a> = FxHashSet<&'a str>;

/// Forgets the names of one block before the next; the room for them is kept, unless it is so large that
/// sweeping it would cost more than the next block.
pub(crate) fn forget(seen: &mut Seen<'_>) {
    if seen.capacity() > 1000 { *seen = Seen::default() } else { seen.clear() }
}

/// One block and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TopBlock<'tree> {
    pub(crate) file: usize,
    pub(crate) block: Block<'tree>,
    pub(crate) name: &'tree str,
}

/// Collects the blocks that have a name of their own, reporting those that are taken.
pub(crate) fn collect<'tree>(
    report: &mut Report,
    file: usize,
    root: SyntaxNode<'tree>,
    taken: &mut Names<'tree>,
    tops: &mut Vec<TopBlock<'tree>>,
) {
    report.file = file;
    let blocks = || root.children().filter_map(Block::cast);
    let count = blocks().count();
    taken.reserve(count);
    tops.reserve(count);
    for block in blocks() {
        let (what, top) = match block.kind() {
            SyntaxKind::Model => ("model", Top::Model(0)),
            SyntaxKind::View => ("view", Top::View(0)),
            SyntaxKind::CompositeType => ("type", Top::Composite),
            SyntaxKind::Enum => ("enum", Top::Enum(0)),
            _ => continue,
        };
        let Some(word) = block.name() else { continue };
        let name = word.text();
        check_form(report, word, what);
        if ScalarType::from_name(name).is_some() {
            report.error(word.span(), format!("`{name}` is a type of the language"));
        } else if top != Top::Composite && is_reserved(name) {
            report.error_with(
                block.span(),
                format!("a {what} cannot be called `{name}`"),
                "choose another name and keep the table's by `@@map`",
            );
        }
        if let Some(other) = taken.get(name) {
            let message = format!("`{name}` is already the name of a {}", other.what());
            report.error(word.span(), message);
        } else {
            taken.insert(name, top);
        }
        tops.push(TopBlock { file, block, name });
    }
}

/// Type aliases are refused as such; a field that uses one is not wrong too.
pub(crate) fn aliases<'tree>(root: SyntaxNode<'tree>, taken: &mut Names<'tree>) {
    for alias in root.children().filter(|node| node.kind() == SyntaxKind::TypeAlias) {
        let mut words = alias.children().filter(|one| one.kind() == SyntaxKind::Word);
        if let Some(name) = words.nth(1) {
            taken.entry(name.text()).or_insert(Top::Composite);
        }
    }
}

/// Reports names that start with a digit or have a hyphen.
pub(crate) fn check_form(report: &mut Report, word: SyntaxNode<'_>, what: &str) {
    let remedy = "choose another name and keep the database's by `@map` or `@@map`";
    let name = word.text();
    if name.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        let message = format!("the name of a {what} cannot start with a digit");
        report.error_with(word.span(), message, remedy);
    } else if name.bytes().any(|letter| letter == b'-') {
        let message = format!("the name of a {what} cannot have a hyphen");
        report.error_with(word.span(), message, remedy);
    }
}

/// Looks at the name of a field or value of `owner`, reporting one that comes again.
pub(crate) fn check<'tree>(
    report: &mut Report,
    word: SyntaxNode<'tree>,
    what: &str,
    owner: &str,
    seen: &mut Seen<'tree>,
) -> &'tree str {
    check_form(report, word, what);
    let name = word.text();
    if !seen.insert(name) {
        report.error(word.span(), format!("`{owner}` already has a {what} `{name}`"));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{RESERVED, Seen, forget};

    #[test]
    fn names_of_a_block_are_forgotten_however_many_there_were() {
        for many in [3, 3000] {
            let names: Vec<String> = (0..many).map(|at| format!("name{at}")).collect();
            let mut seen = Seen::default();
            assert!(names.iter().all(|name| seen.insert(name)));
            forget(&mut seen);
            assert!(names.iter().all(|name| seen.insert(name)));
        }
    }

    #[test]
    fn reserved_names_are_in_order() {
        assert!(RESERVED.is_sorted());
    }
}
