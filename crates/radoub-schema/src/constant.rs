//! Constants and names in quotes, as a server prints them in expressions.

/// The text up to the closing quote, which is doubled where it is meant itself, and what follows; `text` begins behind
/// the opening one. With `escapes` a backslash stands for what it does in `E'…'`. `None` when the quote never closes.
///
/// Source: PostgreSQL manual, 4.1.2.
pub fn quoted(text: &str, quote: char, escapes: bool) -> Option<(String, &str)> {
    let mut content = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            let rest = &text[at + quote.len_utf8()..];
            if !rest.starts_with(quote) {
                return Some((content, rest));
            }
            letters.next();
            content.push(quote);
        } else if escapes && letter == '\\' {
            content.push(match letters.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                other => other,
            });
        } else {
            content.push(letter);
        }
    }
    None
}
