//! The tokens of a shell text: words, and what ends a command; comments, redirections and here-documents left out.

/// A token of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word {
        text: String,
        quoted: bool,
    },
    /// `;`, a line end, `&&`, `||`, `|`, `&`, `(`, `)`, `{` and `}` are words or ends of their own.
    End(End),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Line,
    Semicolon,
    And,
    Or,
    Pipe,
    Background,
    Open,
    Close,
}

/// The tokens of a text with their lines.
pub(super) fn tokens(text: &str) -> Vec<(Token, usize)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lexer = Lexer { rest: text, line: 1, tokens: Vec::new(), heredocs: Vec::new() };
    lexer.run();
    lexer.tokens
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<(Token, usize)>,
    /// Ends of here-documents that begin at the next line.
    heredocs: Vec<String>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        if character == '\n' {
            self.line += 1;
        }
        Some(character)
    }

    fn end(&mut self, end: End) {
        self.tokens.push((Token::End(end), self.line));
    }

    fn run(&mut self) {
        while let Some(character) = self.rest.chars().next() {
            match character {
                '\n' => {
                    self.end(End::Line);
                    self.next();
                    self.skip_heredocs();
                }
                ' ' | '\t' | '\r' => drop(self.next()),
                '#' => {
                    while self.rest.chars().next().is_some_and(|it| it != '\n') {
                        self.next();
                    }
                }
                ';' => {
                    self.next();
                    self.end(End::Semicolon);
                }
                '&' | '|' => {
                    self.next();
                    let doubled = self.rest.starts_with(character);
                    if doubled {
                        self.next();
                    }
                    self.end(match (character, doubled) {
                        ('&', true) => End::And,
                        ('|', true) => End::Or,
                        ('&', false) => End::Background,
                        _ => End::Pipe,
                    });
                }
                '(' => {
                    self.next();
                    self.end(End::Open);
                }
                ')' => {
                    self.next();
                    self.end(End::Close);
                }
                '\\' if self.rest.starts_with("\\\n") || self.rest.starts_with("\\\r\n") => {
                    while self.next() != Some('\n') {}
                }
                _ => self.word(),
            }
        }
    }

    fn word(&mut self) {
        let line = self.line;
        let (mut text, mut quoted) = (String::new(), false);
        while let Some(character) = self.rest.chars().next() {
            match character {
                '\'' | '"' => {
                    quoted = true;
                    self.next();
                    while let Some(inner) = self.next() {
                        if inner == character {
                            break;
                        }
                        if inner == '\\' && character == '"' {
                            match self.next() {
                                Some('\n') | None => {}
                                Some(escaped @ ('"' | '\\' | '$' | '`')) => text.push(escaped),
                                Some(other) => text.extend(['\\', other]),
                            }
                        } else {
                            text.push(inner);
                        }
                    }
                }
                '\\' => {
                    self.next();
                    if let Some(escaped) = self.next().filter(|it| *it != '\n') {
                        text.push(escaped);
                    }
                }
                '$' if self.rest.starts_with("$(") => {
                    // What is run for its output is a matter of its own; its words stay together.
                    let mut depth = 0_usize;
                    while let Some(inner) = self.next() {
                        text.push(inner);
                        match inner {
                            '(' => depth += 1,
                            ')' => {
                                depth -= 1;
                                if depth == 0 {
                                    break;
                                }
                            }
                            _ => {}
                        }
                    }
                }
                // `2>&1` and `&>` are redirections, not the end of a command.
                '&' if text.ends_with('>') || self.rest.starts_with("&>") => {
                    text.push(character);
                    self.next();
                }
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' => break,
                other => {
                    text.push(other);
                    self.next();
                }
            }
        }
        if let Some(mark) = text.strip_prefix("<<").filter(|it| !it.starts_with('<') && !quoted) {
            self.heredocs.push(mark.trim_start_matches('-').to_owned());
        } else if let Some(mark) = text.strip_prefix("<<").filter(|_| quoted) {
            self.heredocs.push(mark.trim_start_matches('-').to_owned());
        }
        let is_redirection = text
            .trim_start_matches(|it: char| it.is_ascii_digit() || it == '&')
            .starts_with(['>', '<'])
            && !quoted;
        if !is_redirection || text.starts_with("<<") {
            if !text.starts_with("<<") {
                self.tokens.push((Token::Word { text, quoted }, line));
            }
        } else if text.ends_with(['>', '<']) {
            // Its file is the next word.
            while self.rest.starts_with([' ', '\t']) {
                self.next();
            }
            while self.rest.chars().next().is_some_and(|it| !it.is_whitespace() && it != ';') {
                self.next();
            }
        }
    }

    fn skip_heredocs(&mut self) {
        for mark in std::mem::take(&mut self.heredocs) {
            while !self.rest.is_empty() {
                let line = self.rest.lines().next().unwrap_or_default().trim().to_owned();
                while let Some(character) = self.next() {
                    if character == '\n' {
                        break;
                    }
                }
                if line == mark {
                    break;
                }
            }
        }
    }
}
