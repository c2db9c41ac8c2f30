//! Questions to a person at a terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use super::{Ui, View};

/// What a person answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A line, without its end.
    Line(String),
    /// Ctrl-C, or the end of the input.
    Gone,
}

impl Ui {
    /// Whether somebody can be asked: standard input is a terminal, and no build server says that
    /// nobody sits at it (`CI`).
    pub(crate) fn may_ask(&self, ci: Option<&str>) -> bool {
        let built = ci.is_some_and(|value| !matches!(value, "" | "0" | "false"));
        io::stdin().is_terminal() && !built
    }

    /// Whether a question of our own would be seen and could be answered: terminals on both sides, and no document
    /// is asked for.
    pub(crate) fn is_attended(&self) -> bool {
        self.err_is_terminal && io::stdin().is_terminal() && self.view != View::Json
    }

    /// Asks a question of our own, in the language of the user; no when there is nobody to ask.
    pub(crate) async fn agrees(&mut self, question: &str) -> io::Result<bool> {
        if !self.is_attended() {
            return Ok(false);
        }
        let answers = self.words.say("ask-answers");
        let answer = self.line_after(&format!("{question} {answers} ")).await?;
        Ok(answer.is_yes())
    }

    /// Asks for a line of text, as Prisma does.
    pub(crate) async fn ask(&mut self, question: &str) -> io::Result<Answer> {
        self.line_after(&format!("? {question} › ")).await
    }

    async fn line_after(&mut self, prompt: &str) -> io::Result<Answer> {
        write!(self.err, "{prompt}")?;
        self.err.flush()?;
        let (answer, answered) = tokio::sync::oneshot::channel();
        // Reading blocks and cannot be taken back, so it has a thread that ends with the process.
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = io::stdin().lock().read_line(&mut line).map(|bytes| (bytes, line));
            // Nobody waits any more after Ctrl-C.
            drop(answer.send(read));
        });
        let read = tokio::select! {
            read = answered => read,
            _ = tokio::signal::ctrl_c() => {
                writeln!(self.err)?;
                return Ok(Answer::Gone);
            }
        };
        match read {
            Ok(Ok((0, _))) | Err(_) => {
                writeln!(self.err)?;
                Ok(Answer::Gone)
            }
            Ok(Ok((_, line))) => Ok(Answer::Line(line.trim_end_matches(['\n', '\r']).to_owned())),
            Ok(Err(error)) => Err(error),
        }
    }

    /// Asks yes or no, as Prisma does; no is what nothing else means.
    pub(crate) async fn confirm(&mut self, question: &str) -> io::Result<bool> {
        Ok(self.line_after(&format!("? {question} › (y/N) ")).await?.is_yes())
    }
}

impl Answer {
    /// Whether it is a yes, in either language.
    fn is_yes(&self) -> bool {
        let Self::Line(line) = self else { return false };
        matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "o" | "oui")
    }
}
