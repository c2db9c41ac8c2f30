//! Progress on a terminal: one line per service while it is worked on, gone when all is done.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Above this many services one line counts them all; a screen holds no more.
const LINES_AT_MOST: usize = 24;

/// The lines of the services being worked on.
pub(crate) struct Live {
    all: MultiProgress,
    lines: Vec<ProgressBar>,
    counter: Option<ProgressBar>,
}

impl Live {
    /// Draws on standard error when `visible`, else nothing at all.
    pub(crate) fn new(names: &[String], visible: bool) -> Self {
        let target =
            if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let all = MultiProgress::with_draw_target(target);
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        if names.len() > LINES_AT_MOST {
            let style = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_bar}");
            let counter =
                ProgressBar::new(names.len() as u64).with_style(style.expect("a template of ours"));
            let counter = all.add(counter);
            return Self { all, lines: Vec::new(), counter: Some(counter) };
        }
        let style = ProgressStyle::with_template("{spinner} {prefix}  {wide_msg}");
        let style = style.expect("a template of ours");
        let lines = names
            .iter()
            .map(|name| {
                let line = ProgressBar::new_spinner().with_style(style.clone());
                let line = all.add(line.with_prefix(format!("{name:width$}")));
                if visible {
                    line.enable_steady_tick(Duration::from_millis(80));
                }
                line
            })
            .collect();
        Self { all, lines, counter: None }
    }

    /// What is being done for one service.
    pub(crate) fn doing(&self, index: usize, text: String) {
        if let Some(line) = self.lines.get(index) {
            line.set_message(text);
        }
    }

    /// Something about the work as a whole, above the lines.
    pub(crate) fn say(&self, text: &str) {
        // A terminal that is gone cannot be told, and that is no reason to fail.
        let _ = self.all.println(text);
    }

    /// The service is done with.
    pub(crate) fn done(&self, index: usize, text: String) {
        if let Some(line) = self.lines.get(index) {
            line.finish_with_message(text);
        }
        if let Some(counter) = &self.counter {
            counter.inc(1);
        }
    }
}

impl Drop for Live {
    /// The result is printed as data afterwards; the drawing must not stay above it.
    fn drop(&mut self) {
        for line in self.lines.drain(..).chain(self.counter.take()) {
            line.finish_and_clear();
        }
        // A terminal that is gone cannot be cleared, and that is no reason to fail.
        let _ = self.all.clear();
    }
}
