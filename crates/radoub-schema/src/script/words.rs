//! The words of one statement, read from left to right.
//!
//! What they mean is settled by those who read them: [`super::classification`] and
//! [`crate::hazard`].

use super::QualifiedName;
use super::lexer::{Kind, Lexer, Token};

/// Longest name that PostgreSQL stores, in bytes; the rest is cut off at a character.
/// Source: PostgreSQL manual, 4.1.1.
const NAME_BYTES: usize = 63;

/// The tokens of a statement, read from left to right.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Words<'a> {
    /// Reads these tokens of this text.
    pub(super) fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self { text, tokens, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a [Token] {
        self.tokens.get(self.at..).unwrap_or_default()
    }

    fn text_of(&self, token: &Token) -> &'a str {
        &self.text[token.range.clone()]
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    /// The next token as it is written.
    pub(crate) fn peek(&self) -> Option<&'a str> {
        self.rest().first().map(|token| self.text_of(token))
    }

    /// Passes over one token.
    pub(crate) fn skip(&mut self) {
        self.at += 1;
    }

    /// Takes these words when all of them come next.
    pub(crate) fn take_all(&mut self, words: &[&str]) -> bool {
        let before = self.at;
        let taken = words.iter().all(|word| self.take(word));
        if !taken {
            self.at = before;
        }
        taken
    }

    /// Takes the next token if it is one of these words.
    pub(crate) fn take_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.take(word))
    }

    /// Whether one of these words stands further on, outside of parentheses.
    pub(crate) fn has_any(&self, words: &[&str]) -> bool {
        let mut further = *self;
        while !further.is_empty() {
            if words.iter().any(|word| Words::clone(&further).take(word)) {
                return true;
            }
            further.step();
        }
        false
    }

    /// The token behind the first mention of this word outside of parentheses, as it is written.
    pub(super) fn after(&self, word: &str) -> Option<&'a str> {
        let mut words = *self;
        while !words.is_empty() {
            if words.take(word) {
                return words.peek();
            }
            words.step();
        }
        None
    }

    /// Passes over one token, or over parentheses with what is in them.
    pub(crate) fn step(&mut self) {
        match self.rest().first().map(|token| token.kind) {
            Some(Kind::Open) => self.skip_parentheses(),
            _ => self.at += 1,
        }
    }

    /// Takes what comes before the next comma outside of parentheses, and the comma.
    pub(crate) fn item(&mut self) -> Self {
        let start = self.at;
        while !self.is_empty() && self.peek() != Some(",") {
            self.step();
        }
        let end = self.at.min(self.tokens.len());
        self.at += 1;
        Self { text: self.text, tokens: &self.tokens[..end], at: start }
    }

    /// Takes the parentheses that come next and gives what is in them.
    pub(crate) fn group(&mut self) -> Option<Self> {
        if self.rest().first()?.kind != Kind::Open {
            return None;
        }
        let start = self.at + 1;
        self.skip_parentheses();
        let end = self.at.saturating_sub(1).max(start).min(self.tokens.len());
        Some(Self { text: self.text, tokens: &self.tokens[..end], at: start.min(end) })
    }

    /// Whether the next token opens parentheses.
    pub(crate) fn is_at_group(&self) -> bool {
        self.rest().first().is_some_and(|token| token.kind == Kind::Open)
    }

    /// Whether the next token is a word or a name in quotes.
    pub(crate) fn is_at_name(&self) -> bool {
        let kind = self.rest().first().map(|token| token.kind);
        matches!(kind, Some(Kind::Word | Kind::QuotedName | Kind::UnicodeName))
    }

    /// What is left, as it is written.
    pub(crate) fn written(&self) -> &'a str {
        match (self.rest().first(), self.rest().last()) {
            (Some(first), Some(last)) => &self.text[first.range.start..last.range.end],
            _ => "",
        }
    }

    /// Takes the next token if it is this word or sign, in any case.
    pub(crate) fn take(&mut self, word: &str) -> bool {
        let taken = self.rest().first().is_some_and(|token| {
            matches!(token.kind, Kind::Word | Kind::Other)
                && self.text_of(token).eq_ignore_ascii_case(word)
        });
        self.at += usize::from(taken);
        taken
    }

    /// Takes a parenthesis and everything up to its partner.
    pub(crate) fn skip_parentheses(&mut self) {
        let mut depth = 0_usize;
        for token in self.rest() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                self.at += usize::from(token.kind == Kind::Close);
                return;
            }
            self.at += 1;
        }
    }

    /// Whether parentheses further on hold this option with this value; a bare option is true.
    /// The last mention counts.
    pub(crate) fn has_option(&self, option: &str, value: bool) -> bool {
        let rest = self.rest();
        let mut found = None;
        for (index, token) in rest.iter().enumerate() {
            let opens = index > 0 && matches!(self.text_of(&rest[index - 1]), "(" | ",");
            if opens && self.text_of(token).eq_ignore_ascii_case(option) {
                let mut after = rest[index + 1..].iter().map(|it| self.text_of(it));
                let said = match after.next() {
                    Some("=") => after.next(),
                    other => other,
                };
                let said = said.unwrap_or_default().trim_matches('\'');
                let denied = ["false", "off", "0"];
                found = Some(!denied.iter().any(|it| said.eq_ignore_ascii_case(it)));
            }
        }
        found == Some(value)
    }

    /// The content of every text constant further on.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> + use<'a> {
        let words = *self;
        self.rest().iter().filter_map(move |token| {
            let text = words.text_of(token);
            match token.kind {
                Kind::DollarText => {
                    let tag = text[1..].find('$').map_or(text.len(), |at| at + 2);
                    let end = text.len().saturating_sub(tag).max(tag);
                    Some(text.get(tag..end).unwrap_or_default().to_owned())
                }
                Kind::Text => {
                    let open = text.find('\'').map_or(text.len(), |at| at + 1);
                    Some(text[open..].trim_end_matches('\'').replace("''", "'"))
                }
                _ => None,
            }
        })
    }

    /// Takes `name` or `schema.name` (or `database.schema.name`), as the catalog stores it.
    pub(crate) fn qualified_name(&mut self) -> Option<QualifiedName> {
        let mut schema = None;
        let mut name = self.name()?;
        while self.take(".") {
            schema = Some(std::mem::replace(&mut name, self.name()?));
        }
        Some(QualifiedName { schema, name })
    }

    pub(crate) fn name(&mut self) -> Option<String> {
        let token = self.rest().first()?;
        let text = self.text_of(token);
        let name = match token.kind {
            // Only ASCII letters are lowered when the database is in UTF-8.
            Kind::Word => text.to_ascii_lowercase(),
            Kind::QuotedName => unquoted(text, 1)?,
            Kind::UnicodeName => {
                let (escape, width) = self.unicode_escape();
                self.at += width;
                unescaped(&unquoted(text, 3)?, escape)?
            }
            _ => return None,
        };
        self.at += 1;
        Some(cut(name))
    }

    /// The escape character of the `U&""` at hand, and how many tokens `UESCAPE '!'` takes.
    fn unicode_escape(&self) -> (char, usize) {
        match self.rest() {
            [_, word, text, ..] if self.text_of(word).eq_ignore_ascii_case("UESCAPE") => {
                let escape = self.text_of(text).trim_matches('\'').chars().next();
                (escape.unwrap_or('\\'), 2)
            }
            _ => ('\\', 0),
        }
    }
}

/// The tokens of a text of its own.
pub(crate) struct Tokens<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Tokens<'a> {
    /// Cuts the text into tokens.
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, tokens: Lexer::new(text).collect() }
    }

    /// Its words, from the first.
    pub(crate) fn words(&self) -> Words<'_> {
        Words::new(self.text, &self.tokens)
    }
}

/// The content of a quoted name whose opening quote is the last of `prefix` bytes.
fn unquoted(text: &str, prefix: usize) -> Option<String> {
    let content = text.get(prefix..text.len().checked_sub(1)?)?;
    (!content.is_empty()).then(|| content.replace("\"\"", "\""))
}

/// Turns `\XXXX`, `\+XXXXXX` and `\\` into the characters they stand for; `None` when one stands
/// for none. Source: PostgreSQL manual, 4.1.2.3.
fn unescaped(text: &str, escape: char) -> Option<String> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        rest = &rest[next.len_utf8()..];
        if next != escape {
            units.extend(next.encode_utf16(&mut [0; 2]).iter());
            continue;
        }
        if let Some(after) = rest.strip_prefix(escape) {
            units.extend(escape.encode_utf16(&mut [0; 2]).iter());
            rest = after;
            continue;
        }
        let (digits, after) = match rest.strip_prefix('+') {
            Some(long) => (long.get(..6)?, &long[6..]),
            None => (rest.get(..4)?, &rest[4..]),
        };
        let code = u32::from_str_radix(digits, 16).ok()?;
        match u16::try_from(code) {
            // A half of a surrogate pair waits here for the other one.
            Ok(unit) => units.push(unit),
            Err(_) => units.extend(char::from_u32(code)?.encode_utf16(&mut [0; 2]).iter()),
        }
        rest = after;
    }
    String::from_utf16(&units).ok()
}

/// Cuts a name to what PostgreSQL stores.
fn cut(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(NAME_BYTES));
    name
}
