//! Questions to a person at a terminal.

use std::io::{self, BufRead as _, Write as _};

use super::Ui;

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
        self.in_is_terminal && !built
    }

    /// Asks for a line of text.
    pub(crate) async fn ask(&mut self, question: &str) -> io::Result<Answer> {
        self.answer(&format!("? {question} › ")).await
    }

    /// Asks yes or no; no is what nothing else means.
    pub(crate) async fn confirm(&mut self, question: &str) -> io::Result<bool> {
        let answer = self.answer(&format!("? {question} › (y/N) ")).await?;
        let Answer::Line(line) = answer else { return Ok(false) };
        let line = line.trim().to_lowercase();
        Ok(matches!(line.as_str(), "y" | "yes" | "o" | "oui"))
    }

    async fn answer(&mut self, prompt: &str) -> io::Result<Answer> {
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
}
