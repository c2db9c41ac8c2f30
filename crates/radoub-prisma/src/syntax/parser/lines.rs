//! The lines of blocks: fields, values of enums, settings, block attributes.

use super::{Lines, Matched, NoMatch, Parser, SyntaxErrorKind};
use crate::syntax::SyntaxKind;
use crate::syntax::ast::UNSUPPORTED;

impl Parser<'_> {
    pub(super) fn line(&mut self, block: SyntaxKind, lines: Lines) {
        let place = self.place();
        let matched = match (lines, self.peek()) {
            (Lines::Fields | Lines::Values, Some(SyntaxKind::AtAt)) => self.block_attribute(),
            (Lines::Fields, Some(SyntaxKind::Word)) => self.field(),
            (Lines::Values, Some(SyntaxKind::Word)) => self.enum_value(),
            (Lines::Settings, Some(SyntaxKind::Word)) => self.key_value(),
            _ => Err(NoMatch),
        };
        self.in_attribute = false;
        if matched.is_ok() {
            return;
        }
        self.back(place);
        if lines == Lines::Fields && self.field_without_type().is_ok() {
            return;
        }
        self.back(place);
        self.in_attribute = false;
        let kind = match (lines, block) {
            (Lines::Fields, _) => SyntaxErrorKind::NotAField,
            (Lines::Values, _) => SyntaxErrorKind::NotAnEnumValue,
            (Lines::Settings, SyntaxKind::Datasource) => SyntaxErrorKind::NotADatasourceProperty,
            (Lines::Settings, _) => SyntaxErrorKind::NotAGeneratorProperty,
        };
        self.error_line(kind);
    }

    /// A line that would be a field if it had a type.
    pub(super) fn field_without_type(&mut self) -> Matched {
        self.start(SyntaxKind::BadField);
        let (from, errors) = (self.position(), self.errors.len());
        self.identifier()?;
        self.attributes()?;
        self.end_of_line()?;
        self.finish();
        let to = self.line_end(from);
        self.errors.truncate(errors);
        self.error(SyntaxErrorKind::MissingType, from..to);
        Ok(())
    }

    /// At most one comment, then the end of the line, which stays outside.
    pub(super) fn end_of_line(&mut self) -> Matched {
        if let Some(SyntaxKind::Comment | SyntaxKind::DocComment | SyntaxKind::BlockComment) =
            self.peek()
        {
            self.bump();
        }
        match self.peek() {
            None | Some(SyntaxKind::Newline) => Ok(()),
            Some(_) => Err(NoMatch),
        }
    }

    pub(super) fn field(&mut self) -> Matched {
        self.start(SyntaxKind::Field);
        let errors = self.errors.len();
        self.identifier()?;
        if self.peek() == Some(SyntaxKind::Colon) {
            let at = self.position();
            self.error(SyntaxErrorKind::LegacyColon, at..at + 1);
            self.bump();
        }
        self.field_type()?;
        let old_fashioned = self.errors[errors..].iter().any(|error| {
            !matches!(error.kind, SyntaxErrorKind::UnknownEscape | SyntaxErrorKind::UnicodeEscape)
        });
        self.attributes()?;
        self.end_of_line()?;
        if old_fashioned {
            // Prisma says so once and looks no further at the line.
            self.tree.rename(SyntaxKind::BadField);
            self.errors.truncate(errors + 1);
        }
        self.finish();
        Ok(())
    }

    pub(super) fn field_type(&mut self) -> Matched {
        self.start(SyntaxKind::FieldType);
        let from = self.position();
        let mut wrong = None;
        if self.peek() == Some(SyntaxKind::LBracket) {
            self.bump();
            self.base_type()?;
            self.expect(SyntaxKind::RBracket)?;
            wrong = Some(SyntaxErrorKind::LegacyList);
        } else {
            self.base_type()?;
            match self.peek() {
                Some(SyntaxKind::LBracket) => {
                    self.bump();
                    let adjacent = self.peek() == Some(SyntaxKind::RBracket) && !self.has_blank();
                    if !adjacent {
                        return Err(NoMatch);
                    }
                    self.bump();
                    if self.peek() == Some(SyntaxKind::Question) {
                        self.bump();
                        wrong = Some(SyntaxErrorKind::OptionalList);
                    }
                }
                Some(SyntaxKind::Question) => self.bump(),
                Some(SyntaxKind::Bang) => {
                    self.bump();
                    wrong = Some(SyntaxErrorKind::LegacyRequired);
                }
                _ => {}
            }
        }
        if let Some(kind) = wrong {
            self.error(kind, from..self.tree.end());
        }
        self.finish();
        Ok(())
    }

    /// A name, or `Unsupported("…")`.
    pub(super) fn base_type(&mut self) -> Matched {
        let unsupported = self.peek_text() == UNSUPPORTED;
        self.identifier()?;
        if unsupported && self.peek() == Some(SyntaxKind::LParen) {
            if self.has_blank() {
                return Err(NoMatch);
            }
            self.bump();
            if self.peek() != Some(SyntaxKind::Str) {
                return Err(NoMatch);
            }
            self.string();
            self.expect(SyntaxKind::RParen)?;
        }
        Ok(())
    }

    pub(super) fn attributes(&mut self) -> Matched {
        while self.peek() == Some(SyntaxKind::At) {
            self.start(SyntaxKind::Attribute);
            self.bump();
            self.attribute_rest()?;
            self.finish();
        }
        Ok(())
    }

    /// Name and arguments of an attribute.
    pub(super) fn attribute_rest(&mut self) -> Matched {
        self.in_attribute = true;
        if !self.peek().is_some_and(SyntaxKind::is_word) {
            return Err(NoMatch);
        }
        self.bump();
        if self.peek() == Some(SyntaxKind::LParen) {
            self.arguments(0)?;
        }
        self.in_attribute = false;
        Ok(())
    }

    pub(super) fn block_attribute(&mut self) -> Matched {
        self.start(SyntaxKind::BlockAttribute);
        self.bump();
        self.attribute_rest()?;
        self.end_of_line()?;
        self.finish();
        Ok(())
    }

    pub(super) fn enum_value(&mut self) -> Matched {
        self.start(SyntaxKind::EnumValue);
        self.identifier()?;
        self.attributes()?;
        self.end_of_line()?;
        self.finish();
        Ok(())
    }

    pub(super) fn key_value(&mut self) -> Matched {
        self.start(SyntaxKind::KeyValue);
        self.identifier()?;
        self.expect(SyntaxKind::Equals)?;
        if !matches!(
            self.peek(),
            None | Some(
                SyntaxKind::Newline
                    | SyntaxKind::Comment
                    | SyntaxKind::DocComment
                    | SyntaxKind::BlockComment
            )
        ) {
            self.value(0)?;
        }
        self.end_of_line()?;
        self.finish();
        Ok(())
    }
}
