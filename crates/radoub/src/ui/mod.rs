//! The only place that prints.
//!
//! Four voices: *data* goes to standard output, *status*, *warnings* and *hints* to standard
//! error. Meaning never rests on colour alone, and colour goes when the output is no terminal or
//! `NO_COLOR` is set.

pub(crate) mod ask;
pub(crate) mod live;
pub(crate) mod screen;
pub(crate) mod table;
pub(crate) mod words;

use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

use crate::cli::{Lang, Shared};
use words::{Value, Words};

/// How results are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Tables and progress, for a person at a terminal.
    Terminal,
    /// Lines, for pipes, files and scripts; the words of the guide.
    Plain,
    /// One JSON document.
    Json,
}

/// Where everything is said.
pub(crate) struct Ui {
    words: Words,
    view: View,
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
    err_is_terminal: bool,
    in_is_terminal: bool,
}

/// Colours by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// In order.
    Good,
    /// Something to do.
    Notice,
    /// Something is wrong.
    Bad,
    /// Beside the point.
    Quiet,
    /// A heading.
    Strong,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Good => AnsiColor::Green.on_default(),
            Self::Notice => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Quiet => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
        }
    }

    /// The text in this tone; the streams take the codes off where they do not belong.
    pub(crate) fn paint(self, text: impl std::fmt::Display) -> String {
        let style = self.style();
        format!("{style}{text}{style:#}")
    }
}

impl Ui {
    /// Looks at the terminal and the settings once.
    pub(crate) fn new(shared: &Shared, lang: Lang) -> Self {
        let view = if shared.json {
            View::Json
        } else if shared.plain || !io::stdout().is_terminal() {
            View::Plain
        } else {
            View::Terminal
        };
        Self {
            words: Words::new(lang),
            view,
            out: AutoStream::new(io::stdout(), AutoStream::choice(&io::stdout())),
            err: AutoStream::new(io::stderr(), AutoStream::choice(&io::stderr())),
            err_is_terminal: io::stderr().is_terminal(),
            in_is_terminal: io::stdin().is_terminal(),
        }
    }

    /// How results are shown.
    pub(crate) fn view(&self) -> View {
        self.view
    }

    /// Whether progress may be drawn on standard error.
    pub(crate) fn may_draw(&self) -> bool {
        self.view == View::Terminal && self.err_is_terminal
    }

    /// The sentences.
    pub(crate) fn words(&self) -> &Words {
        &self.words
    }

    /// A sentence without values.
    pub(crate) fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// A sentence with values.
    pub(crate) fn tell(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.words.tell(key, values)
    }

    /// A name and what is said of it: `hr-service: done`, with the blank that French has before a colon.
    pub(crate) fn labelled(&self, label: &str, text: &str) -> String {
        self.tell("labelled", &[("label", label.into()), ("text", text.into())])
    }

    /// Results.
    pub(crate) fn data(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// What is being done.
    pub(crate) fn status(&mut self) -> &mut dyn Write {
        &mut self.err
    }

    /// What is odd, with its mark.
    pub(crate) fn warning(&mut self, text: &str) -> io::Result<()> {
        let mark = Tone::Notice.paint(self.words.say("mark-warning"));
        writeln!(self.err, "{mark} {text}")
    }

    /// What went wrong, with its mark; causes follow, each on a line of its own.
    pub(crate) fn error(&mut self, text: &str, causes: &[String]) -> io::Result<()> {
        let mark = Tone::Bad.paint(self.words.say("mark-error"));
        writeln!(self.err, "{mark} {text}")?;
        causes.iter().try_for_each(|cause| writeln!(self.err, "   {cause}"))
    }

    /// What to do next.
    pub(crate) fn hint(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.err, "   → {text}")
    }

    /// A text as standard output takes it, for what is drawn there: without colours where they do not belong.
    pub(crate) fn fitted(text: String) -> String {
        match AutoStream::choice(&io::stdout()) {
            anstream::ColorChoice::Never => anstream::adapter::strip_str(&text).to_string(),
            _ => text,
        }
    }

    /// One JSON document on a line of its own, for a stream of them.
    pub(crate) fn json_line(&mut self, document: &impl serde::Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, document)?;
        writeln!(self.out)?;
        self.out.flush()
    }

    /// One JSON document, and a line end.
    pub(crate) fn json(&mut self, document: &impl serde::Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, document)?;
        writeln!(self.out)
    }
}
