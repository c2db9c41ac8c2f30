//! `prisma format`: the same text, laid out the way Prisma lays it out.
//!
//! Columns are aligned between blank lines (their width counted in bytes, as Prisma does), attributes
//! are put in Prisma's order, block attributes go to the end of their block with the comments above
//! them, blank lines are at most one. Lines that make no sense stay as they are. Unlike Prisma's,
//! this formatter keeps what follows the opening brace of a block (comments too), and a key without
//! a value. Missing relation fields are not added.

use std::fmt::Write as _;

use crate::syntax::ast::{
    self, Arg, Attribute, BadField, Block, Call, EnumValue, Field, KeyValue, Value, ValueKind,
};
use crate::syntax::{self, SyntaxElement, SyntaxKind, SyntaxNode};
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
    for element in parse.root().children_with_tokens() {
        match element.kind() {
            SyntaxKind::Whitespace => {}
            SyntaxKind::Newline if open => open = false,
            SyntaxKind::Newline => blank = true,
            kind => {
                // Prisma leaves what follows `}` on its line right below it, and moves it away the
                // next time; here it is moved at once.
                if (blank || after_block) && !out.is_empty() {
                    out.push('\n');
                }
                blank = false;
                open = item(&mut out, &element, kind);
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
fn item(out: &mut String, element: &SyntaxElement, kind: SyntaxKind) -> bool {
    match element {
        rowan::NodeOrToken::Token(token) => {
            if kind == SyntaxKind::BlockComment {
                block_comment(out, token.text(), "");
            } else {
                out.push_str(token.text());
                out.push('\n');
            }
            true
        }
        rowan::NodeOrToken::Node(node) => {
            if let Some(known) = Block::cast(node.clone()) {
                block(out, &known);
                return false;
            }
            let _ = write!(out, "{}", node.text());
            out.push('\n');
            true
        }
    }
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

fn block(out: &mut String, block: &Block) {
    let keyword = match block.kind() {
        SyntaxKind::Model => "model",
        SyntaxKind::View => "view",
        SyntaxKind::CompositeType => "type",
        SyntaxKind::Enum => "enum",
        SyntaxKind::Datasource => "datasource",
        _ => "generator",
    };
    let name = block.name().map_or_else(String::new, |name| name.text().to_owned());
    let _ = write!(out, "{keyword} {name} {{");
    let mut elements: Vec<SyntaxElement> = block.node().children_with_tokens().collect();
    let open =
        elements.iter().position(|element| element.kind() == SyntaxKind::LBrace).unwrap_or(0);
    let body = elements.split_off(open + 1);
    let mut body = body.into_iter().peekable();
    while let Some(element) = body.next_if(|element| element.kind() != SyntaxKind::Newline) {
        if element.kind() != SyntaxKind::Whitespace {
            let _ = write!(out, " {element}");
        }
    }
    out.push('\n');
    let body: Vec<SyntaxElement> =
        body.filter(|element| element.kind() != SyntaxKind::Whitespace).collect();
    lines(out, &body);
    out.push_str("}\n");
}

/// A block attribute with the comments right above it.
struct AtEnd {
    rank: usize,
    comments: Vec<Line>,
    text: String,
}

fn lines(out: &mut String, body: &[SyntaxElement]) {
    let mut table = Table::default();
    let mut attributes: Vec<AtEnd> = Vec::new();
    let mut above: Vec<Line> = Vec::new();
    let start = out.len();
    let leads = leads_to_attribute(body);
    // The first line end belongs to the opening brace.
    let mut open = true;
    let mut blank = false;
    for (at, element) in body.iter().enumerate() {
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
        match element {
            rowan::NodeOrToken::Token(token) => {
                let text = token.text().to_owned();
                let line = if kind == SyntaxKind::BlockComment {
                    Line::Comment(text)
                } else {
                    Line::Raw(text)
                };
                if goes_to_the_end {
                    above.push(line);
                } else {
                    table.lines.push(line);
                }
            }
            rowan::NodeOrToken::Node(node) => match Attribute::cast(node.clone()) {
                Some(attribute) => attributes.push(AtEnd {
                    rank: block_rank(&attribute),
                    comments: std::mem::take(&mut above),
                    text: with_comment(node, &format!("@@{}", rendered(&attribute))),
                }),
                None => table.lines.push(line(node)),
            },
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
fn leads_to_attribute(body: &[SyntaxElement]) -> Vec<bool> {
    let mut leads = vec![false; body.len()];
    let (mut below, mut newlines) = (false, 0);
    for (at, element) in body.iter().enumerate().rev() {
        match element.kind() {
            SyntaxKind::Newline => newlines += 1,
            kind => {
                let comment = matches!(
                    kind,
                    SyntaxKind::Comment | SyntaxKind::DocComment | SyntaxKind::BlockComment
                );
                below = kind == SyntaxKind::BlockAttribute || (comment && below && newlines <= 1);
                leads[at] = below;
                newlines = 0;
            }
        }
    }
    leads
}

fn line(node: &SyntaxNode) -> Line {
    let (cells, attributes) = if let Some(field) = Field::cast(node.clone()) {
        let name = field.name().map_or_else(String::new, |name| name.text().to_owned());
        let kind = field.field_type().map_or_else(String::new, |kind| field_type(kind.node()));
        (vec![name, kind], true)
    } else if let Some(field) = BadField::cast(node.clone()) {
        let name = field.name().map_or_else(String::new, |name| name.text().to_owned());
        match field.field_type() {
            Some(kind) => (vec![name, modern(kind.node())], true),
            None if ast::attributes(node).next().is_some() => (vec![name, String::new()], true),
            None => (vec![name], true),
        }
    } else if let Some(value) = EnumValue::cast(node.clone()) {
        (vec![value.name().map_or_else(String::new, |name| name.text().to_owned())], true)
    } else if let Some(setting) = KeyValue::cast(node.clone()) {
        let key = setting.key().map_or_else(String::new, |key| key.text().to_owned());
        let given = setting.value().map_or_else(String::new, |given| format!(" {}", value(&given)));
        (vec![key, format!("={given}")], false)
    } else {
        return Line::Raw(node.text().to_string());
    };
    let mut cells = cells;
    if attributes {
        let mut given: Vec<Attribute> = ast::attributes(node).collect();
        given.sort_by_key(rank);
        let texts: Vec<_> =
            given.iter().map(|attribute| format!("@{}", rendered(attribute))).collect();
        if !texts.is_empty() {
            cells.push(texts.join(" "));
        }
    }
    Line::Row(cells, comment_behind(node))
}

/// The order of attributes on a field; the rest stay behind them in their own order.
fn rank(attribute: &Attribute) -> usize {
    const ORDER: [&str; 7] = ["id", "unique", "default", "updatedAt", "map", "relation", "ignore"];
    position(attribute, &ORDER)
}

/// The order of block attributes.
fn block_rank(attribute: &Attribute) -> usize {
    const ORDER: [&str; 6] = ["id", "unique", "index", "fulltext", "map", "ignore"];
    position(attribute, &ORDER)
}

fn position(attribute: &Attribute, order: &[&str]) -> usize {
    let name = attribute.name();
    let name = name.as_ref().map_or("", |name| name.text());
    order.iter().position(|known| *known == name).unwrap_or(order.len())
}

/// Name and arguments, without the `@`.
fn rendered(attribute: &Attribute) -> String {
    let mut text = attribute.name().map_or_else(String::new, |name| name.text().to_owned());
    if attribute.node().children().any(|child| child.kind() == SyntaxKind::ArgList) {
        text.push_str(&arguments(attribute.args()));
    }
    text
}

fn arguments(args: impl Iterator<Item = Arg>) -> String {
    let texts = args.map(|arg| {
        let given = arg.value().map_or_else(String::new, |given| value(&given));
        match arg.name() {
            Some(name) => format!("{}: {given}", name.text()),
            None => given,
        }
    });
    format!("({})", texts.collect::<Vec<_>>().join(", "))
}

fn value(given: &Value) -> String {
    match given.kind() {
        ValueKind::Array(values) => {
            format!("[{}]", values.iter().map(value).collect::<Vec<_>>().join(", "))
        }
        ValueKind::Call(called) => call(&called),
        ValueKind::Object(members) => {
            let texts =
                members.iter().map(|(key, member)| format!("{}: {}", key.text(), value(member)));
            format!("{{ {} }}", texts.collect::<Vec<_>>().join(", "))
        }
        ValueKind::String(_) | ValueKind::Number(_) | ValueKind::Path(_) => given.text(),
    }
}

fn call(called: &Call) -> String {
    let name = called.name().map_or_else(String::new, |name| name.text().to_owned());
    format!("{name}{}", arguments(called.args()))
}

/// The type without blanks, except inside of `Unsupported( … )`, which stays as it is.
fn field_type(node: &SyntaxNode) -> String {
    let mut text = String::new();
    let mut inside = false;
    for element in node.children_with_tokens() {
        match element.kind() {
            SyntaxKind::LParen => inside = true,
            SyntaxKind::RParen => inside = false,
            SyntaxKind::Whitespace if !inside => continue,
            _ => {}
        }
        let _ = write!(text, "{element}");
    }
    text
}

/// A type of an old form, `[Type]` or `Type!`, in today's.
fn modern(node: &SyntaxNode) -> String {
    let text = field_type(node);
    match text.strip_prefix('[') {
        Some(inside) => format!("{}[]", inside.trim_end_matches(']')),
        None => text.trim_end_matches('!').to_owned(),
    }
}

fn comment_behind(node: &SyntaxNode) -> Option<String> {
    let comments = node.children_with_tokens().filter(|element| {
        matches!(
            element.kind(),
            SyntaxKind::Comment | SyntaxKind::DocComment | SyntaxKind::BlockComment
        )
    });
    comments.last().map(|comment| comment.to_string())
}

fn with_comment(node: &SyntaxNode, text: &str) -> String {
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
