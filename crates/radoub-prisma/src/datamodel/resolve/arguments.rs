//! Attributes of a block or field, and their arguments: each is taken once by who knows it, and
//! what nobody took is a mistake.

use std::ops::Range;

use super::Report;
use crate::syntax::SyntaxNode;
use crate::syntax::ast::{self, Attribute, Value, ValueKind};

/// The attributes of one block or field.
pub(crate) struct Attributes {
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    attribute: Attribute,
    taken: bool,
}

impl Attributes {
    pub(crate) fn of(node: &SyntaxNode) -> Self {
        let entries = ast::attributes(node).map(|attribute| Entry {
            name: attribute.name().map_or_else(String::new, |name| name.text().to_owned()),
            attribute,
            taken: false,
        });
        Self { entries: entries.collect() }
    }

    /// Reports names that no attribute can have.
    pub(crate) fn check_names(&self, report: &mut Report) {
        for entry in &self.entries {
            let Some(name) = entry.attribute.name() else { continue };
            super::names::check_form(report, name.text(), ast::token_span(&name), "attribute");
        }
    }

    /// The attribute of this name. Given more than once, each is a mistake and none is returned.
    pub(crate) fn take(&mut self, report: &mut Report, name: &str) -> Option<Arguments> {
        let mut found = self.entries.iter_mut().filter(|entry| entry.name == name && !entry.taken);
        let first = found.next()?;
        first.taken = true;
        let mut again = found.peekable();
        if again.peek().is_none() {
            return Some(Arguments::of(report, first.attribute.clone()));
        }
        report.error(first.attribute.span(), format!("`@{name}` is given more than once"));
        for entry in again {
            entry.taken = true;
            report.error(entry.attribute.span(), format!("`@{name}` is given more than once"));
        }
        None
    }

    /// Every attribute of this name, in order.
    pub(crate) fn take_all(&mut self, report: &mut Report, name: &str) -> Vec<Arguments> {
        let found = self.entries.iter_mut().filter(|entry| entry.name == name && !entry.taken);
        let attributes: Vec<_> = found
            .map(|entry| {
                entry.taken = true;
                entry.attribute.clone()
            })
            .collect();
        attributes.into_iter().map(|attribute| Arguments::of(report, attribute)).collect()
    }

    /// The first attribute with a dot in its name, split at it; every further one is a mistake.
    pub(crate) fn take_native(
        &mut self,
        report: &mut Report,
    ) -> Option<(String, String, Attribute)> {
        let mut found =
            self.entries.iter_mut().filter(|entry| entry.name.contains('.') && !entry.taken);
        let first = found.next()?;
        first.taken = true;
        let (prefix, name) = first.name.split_once('.').unwrap_or((&first.name, ""));
        let native = (prefix.to_owned(), name.to_owned(), first.attribute.clone());
        for entry in found {
            if entry.name.split('.').next() == Some(native.0.as_str()) {
                entry.taken = true;
                report.error(
                    entry.attribute.span(),
                    format!("`@{}` is given more than once", native.0),
                );
            }
        }
        Some(native)
    }

    /// Reports every attribute that nobody took.
    pub(crate) fn finish(self, report: &mut Report) {
        for entry in self.entries.into_iter().filter(|entry| !entry.taken) {
            report.error(
                entry.attribute.span(),
                format!("there is no attribute `@{}` here", entry.name),
            );
        }
    }
}

/// The arguments of one attribute.
pub(crate) struct Arguments {
    pub(crate) attribute: Attribute,
    entries: Vec<Argument>,
}

struct Argument {
    name: Option<String>,
    value: Option<Value>,
    span: Range<usize>,
    taken: bool,
}

impl Arguments {
    fn of(report: &mut Report, attribute: Attribute) -> Self {
        let mut entries: Vec<Argument> = Vec::new();
        let mut unnamed = 0;
        for arg in attribute.args() {
            let name = arg.name().map(|name| name.text().to_owned());
            if name.is_none() {
                unnamed += 1;
            } else if entries.iter().any(|other| other.name == name) {
                report.error(
                    arg.span(),
                    format!("argument `{}` is given twice", name.unwrap_or_default()),
                );
                continue;
            }
            entries.push(Argument { name, value: arg.value(), span: arg.span(), taken: false });
        }
        if unnamed > 1 {
            report.error_with(
                attribute.span(),
                "only one argument can go without a name".to_owned(),
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

    /// The value of the argument of this name.
    pub(crate) fn optional(&mut self, name: &str) -> Option<Value> {
        let entry = self.entries.iter_mut().find(|entry| entry.name.as_deref() == Some(name))?;
        entry.taken = true;
        entry.value.clone()
    }

    /// The value without a name, or of this name; a mistake when both are there.
    pub(crate) fn first(&mut self, report: &mut Report, name: &str) -> Option<Value> {
        let value = self.unnamed();
        let Some(value) = value else { return self.optional(name) };
        if let Some(named) =
            self.entries.iter_mut().find(|entry| entry.name.as_deref() == Some(name))
        {
            named.taken = true;
            report.error(named.span.clone(), format!("argument `{name}` is given twice"));
        }
        Some(value)
    }

    /// The same, a mistake when missing.
    pub(crate) fn required(&mut self, report: &mut Report, name: &str) -> Option<Value> {
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
    pub(crate) fn either(&mut self, name: &str) -> Option<Value> {
        match (self.unnamed(), self.optional(name)) {
            (Some(_), Some(_)) => None,
            (unnamed, named) => unnamed.or(named),
        }
    }

    fn unnamed(&mut self) -> Option<Value> {
        let entry = self.entries.iter_mut().find(|entry| entry.name.is_none())?;
        entry.taken = true;
        entry.value.clone()
    }

    /// The text of the argument of this name.
    pub(crate) fn string(
        &mut self,
        report: &mut Report,
        name: &str,
    ) -> Option<(String, Range<usize>)> {
        let value = self.optional(name)?;
        Some((string(report, &value)?, value.span()))
    }

    /// The same, where the empty text is a mistake.
    pub(crate) fn nonempty(&mut self, report: &mut Report, name: &str) -> Option<String> {
        let (text, _) = self.string(report, name)?;
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
    ) -> Option<(String, Range<usize>)> {
        let value = self.optional(name)?;
        if let ValueKind::Path(word) = value.kind() {
            return Some((word, value.span()));
        }
        report.error(value.span(), format!("argument `{name}` is a word without quotes"));
        None
    }

    /// Whether the argument of this name is there; a mistake when it is no boolean.
    pub(crate) fn boolean(&mut self, report: &mut Report, name: &str) -> bool {
        let Some(value) = self.optional(name) else { return false };
        let boolean =
            matches!(value.kind(), ValueKind::Path(word) if word == "true" || word == "false");
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
        let number = matches!(value.kind(), ValueKind::Number(_));
        if !number {
            report.error(value.span(), format!("argument `{name}` is a number"));
        }
        number
    }

    /// Bytes of the argument of this name, with the name.
    pub(crate) fn span_of(&self, name: &str) -> Option<Range<usize>> {
        let entry = self.entries.iter().find(|entry| entry.name.as_deref() == Some(name))?;
        Some(entry.span.clone())
    }

    /// Reports every argument that nobody took.
    pub(crate) fn finish(self, report: &mut Report) {
        for entry in self.entries.into_iter().filter(|entry| !entry.taken && entry.value.is_some())
        {
            report.error(entry.span, "there is no such argument".to_owned());
        }
    }
}

/// The text of a string, else a mistake.
pub(crate) fn string(report: &mut Report, value: &Value) -> Option<String> {
    let text = value.as_string();
    if text.is_none() {
        report.error_with(
            value.span(),
            "this is not a string".to_owned(),
            "put it between double quotes",
        );
    }
    text
}
