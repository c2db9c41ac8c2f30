//! The surface of PostgreSQL's language: where words, quotes, comments and brackets begin and end.
//!
//! Nothing here knows what a statement is; that is [`super`]'s. The rules are those of the
//! server with `standard_conforming_strings` on, its default since 9.1. Source: PostgreSQL
//! manual, 4.1 (lexical structure); the corners are measured against psql 15 in
//! `tests/splitting.rs`.

use std::ops::Range;

/// What a token is, as far as cutting needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A key word or an unquoted name.
    Word,
    /// `"a name"`, quotes included.
    QuotedName,
    /// `U&"a name"`, prefix and quotes included.
    UnicodeName,
    /// `'text'` with whatever prefix stands before it, quotes included.
    Text,
    /// `$tag$text$tag$`, both tags included.
    DollarText,
    /// A number, or `$1`.
    Number,
    /// `;`
    Semicolon,
    /// `(`
    Open,
    /// `)`
    Close,
    /// Any other character, alone.
    Other,
}

/// One token and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// Gives the tokens of a text; comments and blanks are skipped.
///
/// Linear in the length of the text: a byte is looked at a bounded number of times.
pub(super) struct Lexer<'text> {
    text: &'text str,
    at: usize,
    /// Where something opens that never closes; it reaches to the end of the text.
    pub(super) unterminated: Option<usize>,
}

impl<'text> Lexer<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        Self { text, at: 0, unterminated: None }
    }

    fn bytes(&self) -> &'text [u8] {
        self.text.as_bytes()
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes().get(self.at + ahead).copied()
    }

    /// Moves to the end of the text because what opens at `start` never closes.
    fn run_out(&mut self, start: usize) {
        self.unterminated = Some(start);
        self.at = self.text.len();
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(&wanted) {
            self.at += 1;
        }
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(byte), _) if is_space(byte) => self.at += 1,
                (Some(b'-'), Some(b'-')) => self.skip_while(|byte| !is_newline(byte)),
                (Some(b'/'), Some(b'*')) => self.skip_block_comment(),
                _ => return,
            }
        }
    }

    /// Block comments nest, unlike those of C.
    fn skip_block_comment(&mut self) {
        let start = self.at;
        self.at += 2;
        let mut depth = 1_usize;
        while depth > 0 {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                }
                (Some(_), _) => self.at += 1,
                (None, _) => return self.run_out(start),
            }
        }
    }

    /// From an opening quote to its closing one; a doubled quote is part of the content, and in
    /// `E''` a backslash takes the next character with it.
    fn skip_quoted(&mut self, start: usize, quote: u8, backslashes: bool) {
        self.at += 1;
        loop {
            match self.peek(0) {
                Some(byte) if byte == quote => {
                    self.at += 1;
                    if self.peek(0) != Some(quote) {
                        return;
                    }
                    self.at += 1;
                }
                Some(b'\\') if backslashes => self.at = (self.at + 2).min(self.text.len()),
                Some(_) => self.at += 1,
                None => return self.run_out(start),
            }
        }
    }

    /// A text constant goes on after a line break, in the manner it began: in `E'a'⏎'\''` the
    /// second part still knows backslashes, which is why this cannot be two tokens.
    fn skip_text(&mut self, start: usize, backslashes: bool) {
        loop {
            self.skip_quoted(start, b'\'', backslashes);
            match self.continuation() {
                Some(next) if self.unterminated.is_none() => self.at = next,
                _ => return,
            }
        }
    }

    /// Where the next part of a text constant opens, if only blanks, `--` comments and at least
    /// one line break lie between.
    fn continuation(&self) -> Option<usize> {
        let bytes = self.bytes();
        let (mut at, mut newline) = (self.at, false);
        loop {
            match bytes.get(at).copied() {
                Some(byte) if is_space(byte) => {
                    newline |= is_newline(byte);
                    at += 1;
                }
                Some(b'-') if bytes.get(at + 1) == Some(&b'-') => {
                    at += bytes[at..].iter().take_while(|byte| !is_newline(**byte)).count();
                }
                Some(b'\'') if newline => return Some(at),
                _ => return None,
            }
        }
    }

    /// `$1`, `$$…$$`, `$tag$…$tag$`, or a dollar that means nothing.
    fn dollar(&mut self) -> Kind {
        let start = self.at;
        self.at += 1;
        if self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            return self.number();
        }
        if self.peek(0).is_some_and(starts_word) {
            self.skip_while(|byte| starts_word(byte) || byte.is_ascii_digit());
        }
        if self.peek(0) != Some(b'$') {
            self.at = start + 1;
            return Kind::Other;
        }
        self.at += 1;
        let tag = &self.text[start..self.at];
        match self.text[self.at..].find(tag) {
            Some(length) => self.at += length + tag.len(),
            None => self.run_out(start),
        }
        Kind::DollarText
    }

    fn word_or_prefixed_quote(&mut self) -> Kind {
        let start = self.at;
        self.skip_while(continues_word);
        let is = |letters: &[u8]| self.at == start + 1 && letters.contains(&self.bytes()[start]);
        match (self.peek(0), self.peek(1)) {
            (Some(b'\''), _) if is(b"eE") => {
                self.skip_text(start, true);
                Kind::Text
            }
            (Some(b'\''), _) if is(b"bBxXnN") => {
                self.skip_text(start, false);
                Kind::Text
            }
            (Some(b'&'), Some(b'\'')) if is(b"uU") => {
                self.at += 1;
                self.skip_text(start, false);
                Kind::Text
            }
            (Some(b'&'), Some(b'"')) if is(b"uU") => {
                self.at += 1;
                self.skip_quoted(start, b'"', false);
                Kind::UnicodeName
            }
            _ => Kind::Word,
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks_and_comments();
        let start = self.at;
        let kind = match self.peek(0)? {
            b';' => self.single(Kind::Semicolon),
            b'(' => self.single(Kind::Open),
            b')' => self.single(Kind::Close),
            b'\'' => {
                self.skip_text(start, false);
                Kind::Text
            }
            b'"' => {
                self.skip_quoted(start, b'"', false);
                Kind::QuotedName
            }
            b'$' => self.dollar(),
            byte if byte.is_ascii_digit() => self.number(),
            byte if starts_word(byte) => self.word_or_prefixed_quote(),
            _ => self.single(Kind::Other),
        };
        Some(Token { kind, range: start..self.at })
    }
}

impl Lexer<'_> {
    fn single(&mut self, kind: Kind) -> Kind {
        self.at += 1;
        kind
    }

    /// `12`, `1.5e3`, `0xff`, and the name that sticks to it: PostgreSQL takes `1a$b$` for a
    /// malformed number, but opens a dollar quote in the middle of `1$b$`. Measured with 15.
    fn number(&mut self) -> Kind {
        self.skip_while(|byte| byte.is_ascii_digit() || byte == b'.');
        if self.peek(0).is_some_and(starts_word) {
            self.skip_while(continues_word);
        }
        Kind::Number
    }
}

/// The blanks of PostgreSQL 13 to 15. From 16 on a vertical tab is one too, which changes no cut.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Letters, the underscore, and every byte of a character outside ASCII: no-break spaces and
/// byte order marks are letters to PostgreSQL.
fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

fn continues_word(byte: u8) -> bool {
    starts_word(byte) || byte.is_ascii_digit() || byte == b'$'
}
