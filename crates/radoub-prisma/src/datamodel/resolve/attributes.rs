//! Attributes of a block or field: which may stand there, and how often.

use smallvec::SmallVec;

use super::Report;
use super::names::check_form;
use crate::syntax::SyntaxNode;
use crate::syntax::ast::{self, Attribute};

/// What an attribute is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Word {
    /// No attribute of the language.
    Unknown,
    Default,
    Fulltext,
    Id,
    Ignore,
    Index,
    Map,
    /// One with a dot: `@db.X`.
    Native,
    Relation,
    Schema,
    ShardKey,
    Unique,
    UpdatedAt,
}

impl Word {
    fn of(name: &str) -> Self {
        match name {
            "default" => Self::Default,
            "fulltext" => Self::Fulltext,
            "id" => Self::Id,
            "ignore" => Self::Ignore,
            "index" => Self::Index,
            "map" => Self::Map,
            "relation" => Self::Relation,
            "schema" => Self::Schema,
            "shardKey" => Self::ShardKey,
            "unique" => Self::Unique,
            "updatedAt" => Self::UpdatedAt,
            _ if name.contains('.') => Self::Native,
            _ => Self::Unknown,
        }
    }
}

/// Some of them.
#[derive(Debug, Clone, Copy)]
struct Words(u16);

impl Words {
    const NONE: Self = Self(0);

    const fn of(words: &[Word]) -> Self {
        let (mut all, mut at) = (Self::NONE, 0);
        while at < words.len() {
            all = all.and(words[at]);
            at += 1;
        }
        all
    }

    const fn and(self, word: Word) -> Self {
        Self(self.0 | 1 << word as u8)
    }

    const fn has(self, word: Word) -> bool {
        self.0 & 1 << word as u8 != 0
    }
}

/// Which attributes may stand on a thing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Takes {
    once: Words,
    often: Words,
}

impl Takes {
    /// Some at most once each, some any number of times.
    pub(crate) const fn new(once: &[Word], often: &[Word]) -> Self {
        Self { once: Words::of(once), often: Words::of(often) }
    }
}

/// The attributes of one block or field.
#[derive(Debug)]
pub(crate) struct Attributes<'tree> {
    entries: SmallVec<[(Word, Attribute<'tree>); 4]>,
    takes: Takes,
    /// Those that are there more than once.
    again: Words,
}

impl<'tree> Attributes<'tree> {
    pub(crate) fn of(node: SyntaxNode<'tree>, takes: Takes) -> Self {
        let (mut given, mut again) = (Words::NONE, Words::NONE);
        let mut entries = SmallVec::new();
        for attribute in ast::attributes(node) {
            let word = Word::of(attribute.name().map_or("", SyntaxNode::text));
            if given.has(word) {
                again = again.and(word);
            }
            given = given.and(word);
            entries.push((word, attribute));
        }
        Self { entries, takes, again }
    }

    /// Each attribute and what it is, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Word, Attribute<'tree>)> {
        self.entries.iter().copied()
    }

    /// Reports names that no attribute can have.
    pub(crate) fn check_names(&self, report: &mut Report) {
        for (word, attribute) in &self.entries {
            if let (Word::Unknown | Word::Native, Some(name)) = (word, attribute.name()) {
                check_form(report, name, "attribute");
            }
        }
    }

    /// Whether an attribute may stand here; it is reported when it may not.
    pub(crate) fn accepts(
        &self,
        report: &mut Report,
        word: Word,
        attribute: Attribute<'tree>,
    ) -> bool {
        if self.takes.often.has(word) || self.takes.once.has(word) && !self.again.has(word) {
            return true;
        }
        let name = attribute.name().map_or("", SyntaxNode::text);
        if !self.takes.once.has(word) {
            let message = format!("there is no attribute `@{name}` here");
            report.error(attribute.span(), message);
            return false;
        }
        if word == Word::Native {
            return self.accepts_native(report, attribute, name);
        }
        report.error(attribute.span(), format!("`@{name}` is given more than once"));
        false
    }

    /// Of several attributes with a dot the first is taken; to which extent another is alike decides
    /// what is wrong with it.
    fn accepts_native(&self, report: &mut Report, attribute: Attribute<'tree>, name: &str) -> bool {
        let mut natives = self.iter().filter(|(word, _)| *word == Word::Native);
        let first = natives.next().map_or(attribute, |(_, first)| first);
        if first.span() == attribute.span() {
            return true;
        }
        let prefix = name.split('.').next();
        let taken = first.name().and_then(|name| name.text().split('.').next());
        let message = match taken {
            Some(taken) if prefix == Some(taken) => format!("`@{taken}` is given more than once"),
            _ => format!("there is no attribute `@{name}` here"),
        };
        report.error(attribute.span(), message);
        false
    }
}
