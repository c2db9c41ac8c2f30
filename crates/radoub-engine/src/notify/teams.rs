//! A letter as an adaptive card, for a workflow of Microsoft Teams that starts "when a webhook request is
//! received".
//!
//! Source: Microsoft's reference of Workflows and of Adaptive Cards 1.4. Texts that others have written are
//! runs of rich text, in which nothing is Markdown.

use serde_json::{Value as Json, json};

use super::letter::{Letter, Mood};

/// The body to post.
pub(super) fn body(letter: &Letter) -> Json {
    let colour = match letter.mood {
        Mood::Good => "Good",
        Mood::Plain => "Default",
        Mood::Bad => "Attention",
    };
    let mut card = vec![rich(&[
        json!({ "type": "TextRun", "text": letter.subject, "weight": "Bolder", "size": "Medium", "color": colour }),
    ])];
    let facts = letter.facts.iter();
    card.extend(facts.map(|(word, value)| {
        rich(&[
            json!({ "type": "TextRun", "text": format!("{word}: "), "isSubtle": true }),
            run(value),
        ])
    }));
    card.extend(letter.trouble.iter().map(|(service, line)| {
        rich(&[
            json!({ "type": "TextRun", "text": format!("{service}: "), "weight": "Bolder" }),
            run(line),
        ])
    }));
    card.extend(letter.more.as_deref().map(|more| rich(&[run(more)])));
    card.extend(letter.next.as_ref().map(|(word, command)| {
        rich(&[
            json!({ "type": "TextRun", "text": format!("{word}: "), "weight": "Bolder" }),
            json!({ "type": "TextRun", "text": command, "fontType": "Monospace" }),
        ])
    }));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": { "width": "Full" },
                "fallbackText": letter.subject,
                "body": card,
            },
        }],
    })
}

fn rich(runs: &[Json]) -> Json {
    json!({ "type": "RichTextBlock", "inlines": runs })
}

fn run(text: &str) -> Json {
    json!({ "type": "TextRun", "text": text })
}
