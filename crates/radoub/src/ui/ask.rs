//! A question to the person at the terminal. Scripts are never asked: whoever calls this looks
//! first whether somebody is there.

use std::io::{self, BufRead, IsTerminal, Write};

use super::Ui;

impl Ui {
    /// Whether somebody could answer: a terminal to read from and one to ask on.
    pub(crate) fn may_ask(&self) -> bool {
        self.err_is_terminal && io::stdin().is_terminal() && self.view != super::View::Json
    }

    /// Asks, and takes `y`, `yes`, `o` and `oui` for a yes; anything else, and the end of the input,
    /// is a no.
    pub(crate) fn ask(&mut self, question: &str) -> io::Result<bool> {
        write!(self.err, "{question} ")?;
        self.err.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        let yes = ["y", "yes", "o", "oui"];
        Ok(yes.iter().any(|it| answer.trim().eq_ignore_ascii_case(it)))
    }
}
