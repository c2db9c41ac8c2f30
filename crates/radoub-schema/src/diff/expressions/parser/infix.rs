//! What stands between two expressions or behind one.

use super::super::tokens::Token;
use super::{Expression, Parser, binding};

impl Parser<'_> {
    /// What goes on after `left`, if something binds it at least so tightly. The outer `None` is a
    /// text that is not known, the inner one its end.
    #[expect(clippy::option_option, reason = "two ways of not going on")]
    pub(super) fn infix(&mut self, left: Expression, least: u8) -> Option<Option<Expression>> {
        let left = Box::new(left);
        if let Some(Token::Sign(sign)) = self.tokens.first() {
            if matches!(sign.as_str(), "(" | ")" | "[" | "]" | "," | "." | "::") {
                return Some(None);
            }
            let binds = match sign.as_str() {
                "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" => binding::COMPARISON,
                "+" | "-" => binding::SUM,
                "*" | "/" | "%" => binding::PRODUCT,
                "^" => binding::POWER,
                _ => binding::OTHER,
            };
            if binds < least {
                return Some(None);
            }
            self.tokens = &self.tokens[1..];
            let sign = if sign == "!=" { "<>".to_owned() } else { sign.clone() };
            let right = self.boxed(binds + 1)?;
            return Some(Some(Expression::Binary(sign, left, right)));
        }
        let words: [(&[&str], u8); 6] = [
            (&["AND"], binding::AND),
            (&["OR"], binding::OR),
            (&["LIKE"], binding::RANGE),
            (&["ILIKE"], binding::RANGE),
            (&["NOT", "LIKE"], binding::RANGE),
            (&["NOT", "ILIKE"], binding::RANGE),
        ];
        for (words, binds) in words {
            if binds >= least && self.take_words(words) {
                let right = self.boxed(binds + 1)?;
                return Some(Some(Expression::Binary(words.join(" "), left, right)));
            }
        }
        if binding::COLLATE >= least && self.take_words(&["COLLATE"]) {
            let right = Box::new(self.named()?);
            return Some(Some(Expression::Binary("COLLATE".to_owned(), left, right)));
        }
        if binding::ZONE >= least && self.take_words(&["AT", "TIME", "ZONE"]) {
            let right = self.boxed(binding::ZONE + 1)?;
            return Some(Some(Expression::Binary("AT TIME ZONE".to_owned(), left, right)));
        }
        if binding::RANGE >= least {
            for negated in [false, true] {
                let words = |word| if negated { vec!["NOT", word] } else { vec![word] };
                if self.take_words(&words("BETWEEN")) {
                    let low = self.expression(binding::RANGE + 1)?;
                    if !self.take_words(&["AND"]) {
                        return None;
                    }
                    let high = self.expression(binding::RANGE + 1)?;
                    return Some(Some(Expression::Between(negated, Box::new([*left, low, high]))));
                }
                if self.take_words(&words("IN")) {
                    if !self.take_sign("(") {
                        return None;
                    }
                    return Some(Some(Expression::In(negated, left, self.list(")")?)));
                }
            }
        }
        if binding::IS >= least && self.is_word(0, "IS") {
            for distinct in [&["IS", "DISTINCT", "FROM"][..], &["IS", "NOT", "DISTINCT", "FROM"]] {
                if self.take_words(distinct) {
                    let right = self.boxed(binding::IS + 1)?;
                    return Some(Some(Expression::Binary(distinct.join(" "), left, right)));
                }
            }
            for value in ["NULL", "TRUE", "FALSE", "UNKNOWN"] {
                for words in [&["IS", value][..], &["IS", "NOT", value]] {
                    if self.take_words(words) {
                        return Some(Some(Expression::Postfix(left, words.join(" "))));
                    }
                }
            }
            return None;
        }
        Some(None)
    }
}
