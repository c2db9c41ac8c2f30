//! The arguments of an attribute: each is taken once by who knows it, and what nobody took is a
//! mistake.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use super::Report;
use super::names::Seen;
use crate::syntax::SyntaxNode;
use crate::syntax::ast::{Arg, Attribute, Value, ValueKind};

/// The arguments of one attribute.
pub(crate) struct Arguments<'tree> {
    pub(crate) attribute: Attribute<'tree>,
    entries: SmallVec<[Entry<'tree>; 4]>,
}

struct Entry<'tree> {
    name: Option<&'tree str>,
    arg: Arg<'tree>,
    taken: bool,
}

impl<'tree> Arguments<'tree> {
    pub(crate) fn of(report: &mut Report, attribute: Attribute<'tree>) -> Self {
        let mut arguments = Self { attribute, entries: SmallVec::new() };
        // Most attributes have none.
        let Some(list) = attribute.arg_list() else { return arguments };
        for arg in list.args() {
            let name = arg.name().map(SyntaxNode::text);
            arguments.entries.push(Entry { name, arg, taken: false });
        }
        if !arguments.are_plainly_right() {
            arguments.check(report);
        }
        arguments
    }

    /// Whether no two have one name or none; to look at each pair is only worth it for a few.
    fn are_plainly_right(&self) -> bool {
        let entries = self.entries.as_slice();
        let differs = |at: usize| entries[..at].iter().all(|other| other.name != entries[at].name);
        entries.len() <= 8 && (0..entries.len()).all(differs)
    }

    /// Reports and forgets names that come twice, and values without a name beside the first.
    fn check(&mut self, report: &mut Report) {
        let (mut seen, mut unnamed) = (Seen::default(), 0);
        self.entries.retain(|entry| {
            if let Some(name) = entry.name {
                let is_new = seen.insert(name);
                if !is_new {
                    report.error(entry.arg.span(), format!("argument `{name}` is given twice"));
                }
                is_new
            } else {
                unnamed += 1;
                unnamed == 1
            }
        });
        if unnamed > 1 {
            report.error_with(
                self.span(),
                "only one argument can go without a name",
                "put brackets around the values, or name them",
            );
        }
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.attribute.span()
    }

    /// Takes the argument of this name, the one without for `None`.
    fn take(&mut self, name: Option<&str>) -> Option<Arg<'tree>> {
        let entry = self.entries.iter_mut().find(|entry| entry.name == name)?;
        entry.taken = true;
        Some(entry.arg)
    }

    /// The value of the argument of this name.
    pub(crate) fn optional(&mut self, name: &str) -> Option<Value<'tree>> {
        self.take(Some(name))?.value()
    }

    fn unnamed(&mut self) -> Option<Value<'tree>> {
        self.take(None)?.value()
    }

    /// The value without a name, or of this name; a mistake when both are there.
    pub(crate) fn first(&mut self, report: &mut Report, name: &str) -> Option<Value<'tree>> {
        let value = self.unnamed();
        let Some(value) = value else { return self.optional(name) };
        if let Some(named) = self.take(Some(name)) {
            report.error(named.span(), format!("argument `{name}` is given twice"));
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
        self.entries.iter().any(|entry| entry.arg.value().is_none())
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
        Some(entry.arg.span())
    }

    /// Reports every argument that nobody took.
    pub(crate) fn finish(self, report: &mut Report) {
        for entry in self.entries.iter().filter(|entry| !entry.taken) {
            if entry.arg.value().is_some() {
                report.error(entry.arg.span(), "there is no such argument");
            }
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
