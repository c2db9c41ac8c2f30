//! What is left of a text that is read from its beginning: words, names, constants, casts.

use radoub_schema::constant::quoted;

/// What is left of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest<'a>(pub(super) &'a str);

impl<'a> Rest<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.trim_start().is_empty()
    }

    pub(super) fn spaces(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// Takes this character, blanks before it left aside.
    pub(super) fn symbol(&mut self, symbol: char) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(symbol)?;
        Some(())
    }

    pub(super) fn keyword(&mut self, keyword: &str) -> bool {
        let mut rest = *self;
        rest.spaces();
        let found = rest.word().is_some_and(|word| word == keyword);
        if found {
            *self = rest;
        }
        found
    }

    /// Takes letters, digits and underscores.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        let end =
            self.0.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    /// Takes a name, quoted or not.
    pub(super) fn name(&mut self) -> Option<String> {
        let Some(inner) = self.0.strip_prefix('"') else {
            let end = self.0.find(['.', '"', '\'', ')', ' ']).unwrap_or(self.0.len());
            let (word, rest) = self.0.split_at(end);
            self.0 = rest;
            return (!word.is_empty()).then(|| word.to_owned());
        };
        let (name, rest) = quoted(inner, '"', false)?;
        self.0 = rest;
        Some(name)
    }

    /// Takes a text constant, `'…'` or `E'…'`.
    pub(super) fn quoted(&mut self) -> Option<String> {
        let text = self.0.trim_start();
        let (inner, escapes) = match text.strip_prefix(['E', 'e']) {
            Some(rest) => (rest.strip_prefix('\'')?, true),
            None => (text.strip_prefix('\'')?, false),
        };
        let (text, rest) = quoted(inner, '\'', escapes)?;
        self.0 = rest;
        Some(text)
    }

    /// Takes casts: `::character varying(5)[]`, `::"Color"`, `::public."Color"`; when exact none to a
    /// bare name with an underscore in front.
    pub(super) fn casts(&mut self, is_exact: bool) {
        loop {
            let mut rest = *self;
            let Some(after) = rest.0.trim_start().strip_prefix("::") else { return };
            rest = Rest(after);
            let mut seen = false;
            loop {
                let before = rest.0.trim_start();
                if before.starts_with('"') {
                    let mut name = Rest(before);
                    if name.name().is_none() {
                        break;
                    }
                    rest = name;
                } else if before
                    .starts_with(|it: char| it.is_alphabetic() || it == '_' && !is_exact)
                {
                    let mut word = Rest(before);
                    let _ = word.word();
                    rest = word;
                } else {
                    break;
                }
                seen = true;
                if let Some(after) = rest.0.strip_prefix('.') {
                    rest = Rest(after);
                }
            }
            if !seen {
                return;
            }
            if let Some(inner) = rest.0.strip_prefix('(') {
                let Some(end) = inner.find(')') else { return };
                rest = Rest(&inner[end + 1..]);
                // `timestamp(3) without time zone`
                let before = rest.0.trim_start();
                if before.starts_with(char::is_alphabetic) {
                    rest = Rest(before);
                    while rest.word().is_some() {
                        rest.spaces();
                    }
                }
            }
            while let Some(after) = rest.0.strip_prefix("[]") {
                rest = Rest(after);
            }
            *self = rest;
        }
    }

    /// Takes the digits of a number; of one with a fraction a blank behind the sign is taken too.
    pub(super) fn digits(&mut self, fraction: bool) -> Option<String> {
        self.spaces();
        let sign = if self.symbol('-').is_some() { "-" } else { "" };
        if fraction {
            self.spaces();
        }
        let end = self
            .0
            .find(|it: char| !(it.is_ascii_digit() || fraction && it == '.'))
            .unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        if !digits.contains(|it: char| it.is_ascii_digit()) || digits.matches('.').count() > 1 {
            return None;
        }
        self.0 = rest;
        let is_zero = digits.bytes().all(|it| matches!(it, b'0' | b'.'));
        Some(if is_zero { digits.to_owned() } else { format!("{sign}{digits}") })
    }
}

/// The text up to the closing quote of an element of an array constant, and what follows it.
pub(super) fn escaped(text: &str) -> Option<(String, &str)> {
    let mut content = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((content, &text[at + 1..])),
            '\\' => content.push(letters.next()?.1),
            other => content.push(other),
        }
    }
    None
}
