//! Values and the arguments of attributes and calls.

use std::ops::Range;

use super::{Matched, NoMatch, Parser, SyntaxErrorKind};
use crate::syntax::SyntaxKind;
use crate::syntax::string::unescape;

/// How deep values may nest. Prisma's own schemas need four; the bound keeps nonsense from
/// eating the stack.
const DEPTH: usize = 100;

impl Parser<'_> {
    pub(super) fn arguments(&mut self, depth: usize) -> Matched {
        self.start(SyntaxKind::ArgList);
        self.bump();
        loop {
            match self.peek() {
                Some(SyntaxKind::RParen) => break,
                Some(SyntaxKind::Comma) => {
                    // Only the last place may hold a comma with nothing behind it.
                    self.trailing_comma()?;
                    break;
                }
                Some(_) => {
                    self.argument(depth)?;
                    if self.peek() == Some(SyntaxKind::Comma) {
                        let comma = self.position();
                        self.bump();
                        if self.peek() == Some(SyntaxKind::RParen) {
                            self.mind(SyntaxErrorKind::TrailingComma, comma..comma + 1);
                        } else if self.peek() == Some(SyntaxKind::Comma) {
                            return Err(NoMatch);
                        }
                    } else if self.peek() != Some(SyntaxKind::RParen) {
                        return Err(NoMatch);
                    }
                }
                None => return Err(NoMatch),
            }
        }
        self.expect(SyntaxKind::RParen)?;
        self.finish();
        Ok(())
    }

    pub(super) fn trailing_comma(&mut self) -> Matched {
        let comma = self.position();
        self.bump();
        if self.peek() != Some(SyntaxKind::RParen) {
            return Err(NoMatch);
        }
        self.mind(SyntaxErrorKind::TrailingComma, comma..comma + 1);
        Ok(())
    }

    /// A mistake that counts inside attributes only.
    pub(super) fn mind(&mut self, kind: SyntaxErrorKind, span: Range<usize>) {
        if self.in_attribute {
            self.error(kind, span);
        }
    }

    pub(super) fn argument(&mut self, depth: usize) -> Matched {
        self.start(SyntaxKind::Arg);
        if self.peek() == Some(SyntaxKind::Word) {
            // Only what follows tells the name of an argument from a value.
            let (word, span) = (self.peek_text(), self.scanner.span());
            self.start(SyntaxKind::PathValue);
            self.bump();
            if self.peek() == Some(SyntaxKind::Colon) {
                self.tree.dissolve();
                self.bump();
                if matches!(self.peek(), Some(SyntaxKind::Comma | SyntaxKind::RParen)) {
                    self.mind(SyntaxErrorKind::EmptyArgument, span);
                } else {
                    self.value(depth)?;
                }
            } else {
                self.word_value(word, depth)?;
            }
        } else {
            self.value(depth)?;
        }
        self.finish();
        Ok(())
    }

    pub(super) fn value(&mut self, depth: usize) -> Matched {
        if depth > DEPTH {
            return Err(NoMatch);
        }
        match self.peek() {
            Some(SyntaxKind::Str) => {
                self.start(SyntaxKind::StringValue);
                self.string();
            }
            Some(SyntaxKind::Negative) => {
                self.start(SyntaxKind::NumberValue);
                self.bump();
            }
            Some(SyntaxKind::Word | SyntaxKind::Dotted) => {
                let word = self.peek_text();
                self.start(SyntaxKind::PathValue);
                self.bump();
                return self.word_value(word, depth);
            }
            Some(SyntaxKind::LBracket) => {
                self.start(SyntaxKind::Array);
                self.bump();
                if self.peek() != Some(SyntaxKind::RBracket) {
                    self.value(depth + 1)?;
                    while self.peek() == Some(SyntaxKind::Comma) {
                        self.bump();
                        self.value(depth + 1)?;
                    }
                }
                self.expect(SyntaxKind::RBracket)?;
            }
            Some(SyntaxKind::LBrace) if self.objects => {
                self.start(SyntaxKind::Object);
                self.bump();
                if self.peek() != Some(SyntaxKind::RBrace) {
                    self.member(depth)?;
                    while self.peek() == Some(SyntaxKind::Comma) {
                        self.bump();
                        self.member(depth)?;
                    }
                }
                self.expect(SyntaxKind::RBrace)?;
            }
            _ => return Err(NoMatch),
        }
        self.finish();
        Ok(())
    }

    /// The rest of a value that begins with this word, for which a path was started: a number, a
    /// call or a path.
    fn word_value(&mut self, word: &str, depth: usize) -> Matched {
        if depth > DEPTH {
            return Err(NoMatch);
        }
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            if !is_number(word) {
                return Err(NoMatch);
            }
            self.tree.rename(SyntaxKind::NumberValue);
        } else if self.peek() == Some(SyntaxKind::LParen) {
            self.tree.rename(SyntaxKind::Call);
            self.arguments(depth + 1)?;
        }
        self.finish();
        Ok(())
    }

    pub(super) fn member(&mut self, depth: usize) -> Matched {
        self.start(SyntaxKind::ObjectMember);
        self.identifier()?;
        self.expect(SyntaxKind::Colon)?;
        self.value(depth + 1)?;
        self.finish();
        Ok(())
    }

    /// Takes a string and looks at its escapes.
    pub(super) fn string(&mut self) {
        let from = self.position();
        let (_, wrong) = unescape(self.peek_text());
        for (span, unicode) in wrong {
            let kind = if unicode {
                SyntaxErrorKind::UnicodeEscape
            } else {
                SyntaxErrorKind::UnknownEscape
            };
            self.error(kind, from + span.start..from + span.end);
        }
        self.bump();
    }
}

/// `digits` or `digits.digits`.
fn is_number(word: &str) -> bool {
    let (whole, fraction) =
        word.split_once('.').map_or((word, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && fraction.is_none_or(digits)
}
