//! Tokens, read on demand.
//!
//! A line that cannot be read is dropped to its end and reading starts again behind it, so the
//! scanner can be put at any place of the text.

use std::ops::Range;

use logos::{Lexer, Logos as _};

use super::SyntaxKind;

/// Reads tokens from any place of a text; one is always being looked at.
pub(super) struct Scanner<'text> {
    lexer: Lexer<'text, SyntaxKind>,
    kind: Option<SyntaxKind>,
}

impl<'text> Scanner<'text> {
    /// Looks at the first token of a text.
    pub(super) fn new(text: &'text str) -> Self {
        let mut scanner = Self { lexer: SyntaxKind::lexer(text), kind: None };
        scanner.advance();
        scanner
    }

    /// The kind of the token, `None` at the end of the text. What is no token is garbage, a character
    /// or an opened comment at a time.
    pub(super) fn kind(&self) -> Option<SyntaxKind> {
        self.kind
    }

    /// Its bytes; at the end of the text there are none.
    pub(super) fn span(&self) -> Range<usize> {
        self.lexer.span()
    }

    /// Its text.
    pub(super) fn text(&self) -> &'text str {
        self.lexer.slice()
    }

    /// Looks at the next token.
    pub(super) fn advance(&mut self) {
        self.kind = self.lexer.next().map(|kind| kind.unwrap_or(SyntaxKind::Garbage));
    }

    /// Looks at the first token behind this byte, which must be a character boundary.
    pub(super) fn go(&mut self, position: usize) {
        self.lexer = SyntaxKind::lexer_with_extras(self.lexer.source(), self.lexer.extras.clone());
        self.lexer.bump(position);
        self.advance();
    }
}
