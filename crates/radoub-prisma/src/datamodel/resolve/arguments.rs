//! Attributes of a block or field, and their arguments: each is taken once by who knows it, and
//! what nobody took is a mistake.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use super::Report;
use crate::syntax::SyntaxNode;
use crate::syntax::ast::{self, Arg, Attribute, Value, ValueKind};

/// The attributes of one block or field.
pub(crate) struct Attributes<'tree> {
    entries: SmallVec<[Entry<'tree>; 4]>,
}

struct Entry<'tree> {
    name: &'tree str,
    attribute: Attribute<'tree>,
    taken: bool,
}

impl<'tree> Attributes<'tree> {
    pub(crate) fn of(node: SyntaxNode<'tree>) -> Self {
        let entries = ast::attributes(node).map(|attribute| Entry {
            name: attribute.name().map_or("", SyntaxNode::text),
            attribute,
            taken: false,
        });
        Self { entries: entries.collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Reports names that no attribute can have.
    pub(crate) fn check_names(&self, report: &mut Report) {
        for entry in &self.entries {
            let Some(name) = entry.attribute.name() else { continue };
            super::names::check_form(report, name, "attribute");
        }
    }

    /// The attribute of this name. Given more than once, each is a mistake and none is returned.
    pub(crate) fn take(&mut self, report: &mut Report, name: &str) -> Option<Arguments<'tree>> {
        let mut found = self.entries.iter_mut().filter(|entry| entry.name == name && !entry.taken);
        let first = found.next()?;
        first.taken = true;
        let mut again = found.peekable();
        if again.peek().is_none() {
            return Some(Arguments::of(report, first.attribute));
        }
        report.error(first.attribute.span(), format!("`@{name}` is given more than once"));
        for entry in again {
            entry.taken = true;
            report.error(entry.attribute.span(), format!("`@{name}` is given more than once"));
        }
        None
    }

    /// Every attribute of this name, in order.
    pub(crate) fn take_all(
        &mut self,
        report: &mut Report,
        name: &str,
    ) -> SmallVec<[Arguments<'tree>; 1]> {
        let found = self.entries.iter_mut().filter(|entry| entry.name == name && !entry.taken);
        let arguments = found.map(|entry| {
            entry.taken = true;
            Arguments::of(report, entry.attribute)
        });
        arguments.collect()
    }

    /// The first attribute with a dot in its name; every further one that is the same up to the dot
    /// is a mistake.
    pub(crate) fn take_native(&mut self, report: &mut Report) -> Option<Attribute<'tree>> {
        let mut found =
            self.entries.iter_mut().filter(|entry| entry.name.contains('.') && !entry.taken);
        let first = found.next()?;
        first.taken = true;
        let prefix = |entry: &Entry<'tree>| entry.name.split('.').next().unwrap_or_default();
        let same = prefix(first);
        for entry in found.filter(|entry| prefix(entry) == same) {
            entry.taken = true;
            report.error(entry.attribute.span(), format!("`@{same}` is given more than once"));
        }
        Some(first.attribute)
    }

    /// Reports every attribute that nobody took.
    pub(crate) fn finish(self, report: &mut Report) {
        for entry in self.entries.iter().filter(|entry| !entry.taken) {
            report.error(
                entry.attribute.span(),
                format!("there is no attribute `@{}` here", entry.name),
            );
        }
    }
}

/// The arguments of one attribute.
pub(crate) struct Arguments<'tree> {
    pub(crate) attribute: Attribute<'tree>,
    entries: SmallVec<[Argument<'tree>; 4]>,
}

struct Argument<'tree> {
    name: Option<&'tree str>,
    value: Option<Value<'tree>>,
    whole: Arg<'tree>,
    taken: bool,
}

impl<'tree> Arguments<'tree> {
    fn of(report: &mut Report, attribute: Attribute<'tree>) -> Self {
        let mut entries: SmallVec<[Argument<'tree>; 4]> = SmallVec::new();
        let mut unnamed = 0;
        for whole in attribute.args() {
            let name = whole.name().map(SyntaxNode::text);
            match name {
                None => unnamed += 1,
                Some(name) if entries.iter().any(|other| other.name == Some(name)) => {
                    report.error(whole.span(), format!("argument `{name}` is given twice"));
                    continue;
                }
                Some(_) => {}
            }
            entries.push(Argument { name, value: whole.value(), whole, taken: false });
        }
        if unnamed > 1 {
            report.error_with(
                attribute.span(),
                "only one argument can go without a name",
                "put brackets around the values, or name them",
            );
            let mut first = true;
            entries.retain(|entry| entry.name.is_some() || std::mem::take(&mut first));
        }
        Self { attribute, entries }
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.attribute.span()
    }

    /// The argument of this name, `None` for the one without, which is then taken.
    fn entry(&mut self, name: Option<&str>) -> Option<&Argument<'tree>> {
        let entry = self.entries.iter_mut().find(|entry| entry.name == name)?;
        entry.taken = true;
        Some(entry)
    }

    /// The value of the argument of this name.
    pub(crate) fn optional(&mut self, name: &str) -> Option<Value<'tree>> {
        self.entry(Some(name))?.value
    }

    fn unnamed(&mut self) -> Option<Value<'tree>> {
        self.entry(None)?.value
    }

    /// The value without a name, or of this name; a mistake when both are there.
    pub(crate) fn first(&mut self, report: &mut Report, name: &str) -> Option<Value<'tree>> {
        let value = self.unnamed();
        let Some(value) = value else { return self.optional(name) };
        if let Some(named) = self.entry(Some(name)) {
            report.error(named.whole.span(), format!("argument `{name}` is given twice"));
        }
        Some(value)
    }

    /// The same, a mistake when missing.
    pub(crate) fn required(&mut self, report: &mut Report, name: &str) -> Option<Value<'tree>> {
        let value = self.first(report, name);
        if value.is_none() && !self.has_empty() {
            report.error(self.span(), format!("argument `{name}` is missing"));
        }
        value
    }

    /// Whether some argument has a name and no value, which is reported already.
    fn has_empty(&self) -> bool {
        self.entries.iter().any(|entry| entry.value.is_none())
    }

    /// The value without a name or of this name; none when both are there, which Prisma lets
    /// pass (measured).
    pub(crate) fn either(&mut self, name: &str) -> Option<Value<'tree>> {
        match (self.unnamed(), self.optional(name)) {
            (Some(_), Some(_)) => None,
            (unnamed, named) => unnamed.or(named),
        }
    }

    /// The text of the argument of this name, where the empty text is a mistake.
    pub(crate) fn nonempty(&mut self, report: &mut Report, name: &str) -> Option<Cow<'tree, str>> {
        let text = string(report, self.optional(name)?)?;
        if text.is_empty() {
            report.error(self.span(), format!("argument `{name}` is empty"));
            return None;
        }
        Some(text)
    }

    /// The word of the argument of this name.
    pub(crate) fn word(
        &mut self,
        report: &mut Report,
        name: &str,
    ) -> Option<(&'tree str, Range<usize>)> {
        let value = self.optional(name)?;
        if let ValueKind::Path(word) = value.read() {
            return Some((word, value.span()));
        }
        report.error(value.span(), format!("argument `{name}` is a word without quotes"));
        None
    }

    /// Whether the argument of this name is there; a mistake when it is no boolean.
    pub(crate) fn boolean(&mut self, report: &mut Report, name: &str) -> bool {
        let Some(value) = self.optional(name) else { return false };
        let boolean = matches!(value.read(), ValueKind::Path("true" | "false"));
        if !boolean {
            report.error_with(
                value.span(),
                format!("argument `{name}` is a boolean"),
                "write true or false",
            );
        }
        boolean
    }

    /// Whether the argument of this name is there; a mistake when it is no number.
    pub(crate) fn number(&mut self, report: &mut Report, name: &str) -> bool {
        let Some(value) = self.optional(name) else { return false };
        let number = matches!(value.read(), ValueKind::Number(_));
        if !number {
            report.error(value.span(), format!("argument `{name}` is a number"));
        }
        number
    }

    /// Bytes of the argument of this name, with the name.
    pub(crate) fn span_of(&self, name: &str) -> Option<Range<usize>> {
        let entry = self.entries.iter().find(|entry| entry.name == Some(name))?;
        Some(entry.whole.span())
    }

    /// Reports every argument that nobody took.
    pub(crate) fn finish(self, report: &mut Report) {
        for entry in self.entries.iter().filter(|entry| !entry.taken && entry.value.is_some()) {
            report.error(entry.whole.span(), "there is no such argument");
        }
    }
}

/// The text of a string, else a mistake.
pub(crate) fn string<'tree>(report: &mut Report, value: Value<'tree>) -> Option<Cow<'tree, str>> {
    let text = value.as_string();
    if text.is_none() {
        report.error_with(value.span(), "this is not a string", "put it between double quotes");
    }
    text
}
