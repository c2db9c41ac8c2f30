//! `prisma format`: the same text, laid out the way Prisma lays it out.
//!
//! Columns are aligned between blank lines (their width counted in bytes, as Prisma does), attributes
//! are put in Prisma's order, block attributes go to the end of their block with the comments above
//! them, blank lines are at most one. Lines that make no sense stay as they are. Unlike Prisma's,
//! this formatter keeps what follows the opening brace of a block (comments too), and a key without
//! a value. Missing relation fields are not added.

use std::fmt::Write as _;

use crate::syntax::ast::{
    self, Arg, Attribute, BadField, Block, EnumValue, Field, KeyValue, Value, ValueKind,
};
use crate::syntax::{self, SyntaxKind, SyntaxNode};
use crate::version::PrismaMajor;

/// Lays the text of one file out. The result ends with a line end, lines end with LF, and laying it
/// out again changes nothing.
pub fn format(text: &str, major: PrismaMajor) -> String {
    let parse = syntax::parse(text, major);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    // Whether the next line end only closes a line that is already there.
    let mut open = false;
    let mut blank = false;
    let mut after_block = false;
    for element in parse.root().children() {
        match element.kind() {
            SyntaxKind::Newline if open => open = false,
            SyntaxKind::Newline => blank = true,
            _ => {
                // Prisma leaves what follows `}` on its line right below it, and moves it away the
                // next time; here it is moved at once.
                if (blank || after_block) && !out.is_empty() {
                    out.push('\n');
                }
                blank = false;
                open = item(&mut out, element);
                after_block = !open;
            }
        }
    }
    if out.is_empty() {
        out.push('\n');
    }
    out
}

/// Writes one thing of the top level, with its line end. The answer says whether the line end
/// behind it in the text belongs to it.
fn item(out: &mut String, element: SyntaxNode<'_>) -> bool {
    if let Some(known) = Block::cast(element) {
        block(out, known);
        return false;
    }
    if element.kind() == SyntaxKind::BlockComment {
        block_comment(out, element.text(), "");
    } else {
        out.push_str(element.text());
        out.push('\n');
    }
    true
}

/// One line of a block.
enum Line {
    /// Cells to align, and the comment behind them.
    Row(Vec<String>, Option<String>),
    /// Text that is not aligned, without indentation.
    Raw(String),
    /// A block comment of its own.
    Comment(String),
}

/// The lines between two blank ones.
#[derive(Default)]
struct Table {
    lines: Vec<Line>,
}

impl Table {
    fn write(&mut self, out: &mut String) {
        let mut widths: Vec<usize> = Vec::new();
        for line in &self.lines {
            let Line::Row(cells, _) = line else { continue };
            for (column, cell) in cells.iter().enumerate() {
                match widths.get_mut(column) {
                    Some(width) => *width = (*width).max(cell.len()),
                    None => widths.push(cell.len()),
                }
            }
        }
        for line in self.lines.drain(..) {
            match line {
                Line::Row(cells, comment) => {
                    out.push_str("  ");
                    for (column, cell) in cells.iter().enumerate() {
                        out.push_str(cell);
                        if column + 1 < cells.len() {
                            out.extend(std::iter::repeat_n(' ', widths[column] - cell.len() + 1));
                        }
                    }
                    if let Some(comment) = comment {
                        out.push(' ');
                        out.push_str(&comment);
                    }
                    out.push('\n');
                }
                Line::Raw(text) => {
                    out.push_str("  ");
                    out.push_str(&text);
                    out.push('\n');
                }
                Line::Comment(text) => block_comment(out, &text, "  "),
            }
        }
    }
}

fn block(out: &mut String, block: Block<'_>) {
    let keyword = match block.kind() {
        SyntaxKind::Model => "model",
        SyntaxKind::View => "view",
        SyntaxKind::CompositeType => "type",
        SyntaxKind::Enum => "enum",
        SyntaxKind::Datasource => "datasource",
        _ => "generator",
    };
    let _ = write!(out, "{keyword} {} {{", text(block.name()));
    let children = block.node().children();
    let inside = children.skip_while(|child| child.kind() != SyntaxKind::LBrace).skip(1);
    let mut inside = inside.peekable();
    while let Some(child) = inside.next_if(|child| child.kind() != SyntaxKind::Newline) {
        out.push(' ');
        out.push_str(child.text());
    }
    out.push('\n');
    lines(out, &inside.collect::<Vec<_>>());
    out.push_str("}\n");
}

/// A block attribute with the comments right above it.
struct AtEnd {
    rank: usize,
    comments: Vec<Line>,
    text: String,
}

fn lines(out: &mut String, body: &[SyntaxNode<'_>]) {
    let mut table = Table::default();
    let mut attributes: Vec<AtEnd> = Vec::new();
    let mut above: Vec<Line> = Vec::new();
    let start = out.len();
    let leads = leads_to_attribute(body);
    // The first line end belongs to the opening brace.
    let mut open = true;
    let mut blank = false;
    for (at, &element) in body.iter().enumerate() {
        let kind = element.kind();
        if kind == SyntaxKind::Newline {
            if open {
                open = false;
            } else {
                blank = true;
            }
            continue;
        }
        if kind == SyntaxKind::RBrace {
            break;
        }
        open = true;
        let goes_to_the_end = leads[at];
        if blank && !goes_to_the_end {
            table.write(out);
            if out.len() > start {
                out.push('\n');
            }
        }
        blank = false;
        if let Some(attribute) = Attribute::cast(element) {
            attributes.push(AtEnd {
                rank: block_rank(attribute),
                comments: std::mem::take(&mut above),
                text: with_comment(element, &format!("@@{}", rendered(attribute))),
            });
            continue;
        }
        let line = match kind {
            SyntaxKind::BlockComment => Line::Comment(element.text().to_owned()),
            _ => line(element),
        };
        if goes_to_the_end {
            above.push(line);
        } else {
            table.lines.push(line);
        }
    }
    table.write(out);
    if attributes.is_empty() {
        return;
    }
    out.push('\n');
    attributes.sort_by_key(|attribute| attribute.rank);
    for attribute in attributes {
        table.lines.extend(attribute.comments);
        table.lines.push(Line::Raw(attribute.text));
    }
    table.write(out);
}

/// For each thing of a block, whether it is a block attribute or a comment right above one.
fn leads_to_attribute(body: &[SyntaxNode<'_>]) -> Vec<bool> {
    let mut leads = vec![false; body.len()];
    let (mut below, mut newlines) = (false, 0);
    for (at, element) in body.iter().enumerate().rev() {
        match element.kind() {
            SyntaxKind::Newline => newlines += 1,
            kind => {
                let is_above = kind.is_comment() && below && newlines <= 1;
                below = kind == SyntaxKind::BlockAttribute || is_above;
                leads[at] = below;
                newlines = 0;
            }
        }
    }
    leads
}

fn line(node: SyntaxNode<'_>) -> Line {
    let (mut cells, attributes) = if let Some(field) = Field::cast(node) {
        let kind = field.field_type().map_or_else(String::new, |kind| field_type(kind.node()));
        (vec![text(field.name()), kind], true)
    } else if let Some(field) = BadField::cast(node) {
        match field.field_type() {
            Some(kind) => (vec![text(field.name()), modern(kind.node())], true),
            None if ast::attributes(node).next().is_some() => {
                (vec![text(field.name()), String::new()], true)
            }
            None => (vec![text(field.name())], true),
        }
    } else if let Some(value) = EnumValue::cast(node) {
        (vec![text(value.name())], true)
    } else if let Some(setting) = KeyValue::cast(node) {
        let given = setting.value().map_or_else(String::new, |given| format!(" {}", value(given)));
        (vec![text(setting.key()), format!("={given}")], false)
    } else {
        return Line::Raw(node.text().to_owned());
    };
    if attributes {
        let mut given: Vec<Attribute<'_>> = ast::attributes(node).collect();
        given.sort_by_key(|attribute| rank(*attribute));
        let texts: Vec<_> =
            given.into_iter().map(|attribute| format!("@{}", rendered(attribute))).collect();
        if !texts.is_empty() {
            cells.push(texts.join(" "));
        }
    }
    Line::Row(cells, comment_behind(node).map(str::to_owned))
}

fn text(name: Option<SyntaxNode<'_>>) -> String {
    name.map_or_else(String::new, |name| name.text().to_owned())
}

/// The order of attributes on a field; the rest stay behind them in their own order.
fn rank(attribute: Attribute<'_>) -> usize {
    const ORDER: [&str; 7] = ["id", "unique", "default", "updatedAt", "map", "relation", "ignore"];
    position(attribute, &ORDER)
}

/// The order of block attributes.
fn block_rank(attribute: Attribute<'_>) -> usize {
    const ORDER: [&str; 6] = ["id", "unique", "index", "fulltext", "map", "ignore"];
    position(attribute, &ORDER)
}

fn position(attribute: Attribute<'_>, order: &[&str]) -> usize {
    let name = attribute.name().map_or("", |name| name.text());
    order.iter().position(|known| *known == name).unwrap_or(order.len())
}

/// Name and arguments, without the `@`.
fn rendered(attribute: Attribute<'_>) -> String {
    let mut rendered = text(attribute.name());
    if let Some(list) = attribute.arg_list() {
        rendered.push_str(&arguments(list.args()));
    }
    rendered
}

fn arguments<'tree>(args: impl Iterator<Item = Arg<'tree>>) -> String {
    let texts = args.map(|arg| {
        let given = arg.value().map_or_else(String::new, value);
        match arg.name() {
            Some(name) => format!("{}: {given}", name.text()),
            None => given,
        }
    });
    format!("({})", texts.collect::<Vec<_>>().join(", "))
}

fn value(given: Value<'_>) -> String {
    match given.read() {
        ValueKind::Array(list) => {
            format!("[{}]", list.values().map(value).collect::<Vec<_>>().join(", "))
        }
        ValueKind::Call(called) => format!("{}{}", text(called.name()), arguments(called.args())),
        ValueKind::Object(object) => {
            let texts =
                object.members().map(|(key, member)| format!("{}: {}", key.text(), value(member)));
            format!("{{ {} }}", texts.collect::<Vec<_>>().join(", "))
        }
        ValueKind::String(_) | ValueKind::Number(_) | ValueKind::Path(_) => given.text().to_owned(),
    }
}

/// The type without blanks, except inside of `Unsupported( … )`, which stays as it is.
fn field_type(node: SyntaxNode<'_>) -> String {
    let (text, start) = (node.text(), node.span().start);
    let mut written = String::with_capacity(text.len());
    let mut done = 0;
    for leaf in node.children() {
        let (from, to) = (leaf.span().start - start, leaf.span().end - start);
        let is_inside = matches!(leaf.kind(), SyntaxKind::Str | SyntaxKind::RParen);
        written.push_str(&text[if is_inside { done } else { from }..to]);
        done = to;
    }
    written
}

/// A type of an old form, `[Type]` or `Type!`, in today's.
fn modern(node: SyntaxNode<'_>) -> String {
    let text = field_type(node);
    match text.strip_prefix('[') {
        Some(inside) => format!("{}[]", inside.trim_end_matches(']')),
        None => text.trim_end_matches('!').to_owned(),
    }
}

fn comment_behind(node: SyntaxNode<'_>) -> Option<&str> {
    node.children().filter(|child| child.kind().is_comment()).last().map(SyntaxNode::text)
}

fn with_comment(node: SyntaxNode<'_>, text: &str) -> String {
    match comment_behind(node) {
        Some(comment) => format!("{text} {comment}"),
        None => text.to_owned(),
    }
}

/// A block comment on lines of its own, a star before each.
fn block_comment(out: &mut String, text: &str, indentation: &str) {
    let inside = text.strip_prefix("/*").unwrap_or(text);
    let inside = inside.strip_suffix("*/").unwrap_or(inside);
    let _ = writeln!(out, "{indentation}/**");
    let lines = inside.split(['\n', '\r']).map(|line| {
        let line = line.trim();
        line.strip_prefix('*').unwrap_or(line).trim()
    });
    for line in lines.filter(|line| !line.is_empty()) {
        let _ = writeln!(out, "{indentation} * {line}");
    }
    let _ = writeln!(out, "{indentation} */");
}
