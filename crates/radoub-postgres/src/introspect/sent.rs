//! Questions that are on their way: sent together, read one after the other, so that the server is at the next
//! ones while an answer is being read.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use futures_util::future::{MaybeDone, maybe_done};

/// A question that has left.
#[must_use = "the answer counts"]
pub(super) struct Sent<F: Future>(Pin<Box<MaybeDone<F>>>);

/// Sends a question; questions are answered in the order in which they were sent.
pub(super) async fn send<F: Future>(question: F) -> Sent<F> {
    let mut sent = Box::pin(maybe_done(question));
    // A question leaves when its future is polled for the first time.
    poll_fn(|context| {
        let _ = sent.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
    Sent(sent)
}

impl<F: Future> Sent<F> {
    /// Waits for the answer.
    pub(super) async fn answer(mut self) -> F::Output {
        self.0.as_mut().await;
        self.0.as_mut().take_output().expect("a question that has been waited for is answered")
    }
}
