//! A page on a terminal that is drawn again in its place.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The page. What does not fit on the terminal is left out; the cursor stays as it is, whatever happens.
pub(crate) struct Screen(ProgressBar);

impl Screen {
    /// Draws on standard output, which is a terminal.
    pub(crate) fn open() -> Self {
        let style = ProgressStyle::with_template("{msg}").expect("a template of ours");
        Self(ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout()).with_style(style))
    }

    /// Draws this in the place of what was there.
    pub(crate) fn draw(&self, page: String) {
        self.0.set_message(page);
    }
}

impl Drop for Screen {
    /// The last page is printed as data afterwards; the drawing must not stay above it.
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
