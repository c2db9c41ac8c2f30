//! A letter as blocks of Slack, for an incoming webhook.
//!
//! Source: Slack's reference of Block Kit: a header takes 150 characters of plain text, a section 3000, ten
//! fields of 2000 each; in its markup only `&`, `<` and `>` are special.

use serde_json::{Value as Json, json};

use super::letter::Letter;

const HEADER: usize = 150;
const SECTION: usize = 2900;
const FIELDS: usize = 10;
const FIELD: usize = 1900;

/// The body to post.
pub(super) fn body(letter: &Letter) -> Json {
    let mut blocks = vec![json!({
        "type": "header",
        "text": { "type": "plain_text", "text": cut(&letter.subject, HEADER), "emoji": true },
    })];
    let fields: Vec<Json> = letter
        .facts
        .iter()
        .take(FIELDS)
        .map(|(word, value)| {
            markup(&format!("*{}*\n{}", escaped(word), cut(&escaped(value), FIELD)))
        })
        .collect();
    if !fields.is_empty() {
        blocks.push(json!({ "type": "section", "fields": fields }));
    }
    let trouble: Vec<String> = letter
        .trouble
        .iter()
        .map(|(service, line)| format!("*{}*: {}", escaped(service), escaped(line)))
        .chain(letter.more.as_deref().map(escaped))
        .collect();
    if !trouble.is_empty() {
        let text = cut(&trouble.join("\n"), SECTION);
        blocks.push(json!({ "type": "section", "text": markup(&text) }));
    }
    if let Some((word, command)) = &letter.next {
        let text = format!("*{}*: `{}`", escaped(word), cut(&escaped(command), SECTION));
        blocks.push(json!({ "type": "section", "text": markup(&text) }));
    }
    json!({ "text": escaped(&letter.subject), "blocks": blocks })
}

fn markup(text: &str) -> Json {
    json!({ "type": "mrkdwn", "text": text })
}

/// A text in which nothing addresses or links anybody.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most - 1) {
        Some((at, _)) if text.chars().count() > most => format!("{}…", &text[..at]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::{Moment, Mood};

    #[test]
    fn what_slack_does_not_take_is_cut_and_nothing_addresses_anybody() {
        let letter = Letter {
            moment: Moment::Result,
            services: Vec::new(),
            mood: Mood::Bad,
            subject: "é".repeat(400),
            facts: vec![("By".to_owned(), "<!channel> & co".to_owned()); 30],
            trouble: vec![("a".to_owned(), "ü".repeat(300)); 30],
            more: None,
            next: None,
            document: Json::Null,
        };
        let body = body(&letter);
        let header = body["blocks"][0]["text"]["text"].as_str().unwrap();
        assert_eq!(header.chars().count(), HEADER);
        assert_eq!(body["blocks"][1]["fields"].as_array().unwrap().len(), FIELDS);
        let field = body["blocks"][1]["fields"][0]["text"].as_str().unwrap();
        assert_eq!(field, "*By*\n&lt;!channel&gt; &amp; co");
        let section = body["blocks"][2]["text"]["text"].as_str().unwrap();
        assert_eq!(section.chars().count(), SECTION);
    }
}
