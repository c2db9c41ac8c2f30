//! The letters of a run on their way: a lane for each subscription, in which letters keep their order.
//!
//! Nothing is detached: whoever polls the future that [`post`] gives delivers, and dropping it ends
//! everything. [`Outbox::close`] says how long the rest may take.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::time::Instant;

use super::deliver::{Line, NotDelivered, Receipt};
use super::letter::{Letter, Moment};
use super::settings::Subscription;
use crate::secret::Environment;

/// A letter that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// `webhook`, `slack`, `teams` or `email`.
    pub kind: &'static str,
    /// Host, as far as it is known.
    pub place: Option<String>,
    /// What it told.
    pub moment: Moment,
    /// Why not.
    pub because: NotDelivered,
}

/// Takes letters and never keeps anybody waiting.
#[derive(Debug)]
pub struct Outbox {
    lanes: Vec<(Subscription, UnboundedSender<Arc<Letter>>)>,
    end: watch::Sender<Option<Instant>>,
}

impl Outbox {
    /// Whether anybody wants to hear of this moment.
    pub fn wants(&self, moment: Moment) -> bool {
        self.lanes.iter().any(|(to, _)| to.on.contains(&moment))
    }

    /// Puts a letter into the lanes of those who want it.
    pub fn send(&self, letter: Letter) {
        let letter = Arc::new(letter);
        for (_, lane) in self.lanes.iter().filter(|(to, _)| to.wants(&letter)) {
            // A lane is closed when nobody polls the deliveries any more, which is the caller's choice.
            let _ = lane.send(Arc::clone(&letter));
        }
    }

    /// Nothing more comes; what is on its way has so long.
    pub fn close(self, grace: Duration) -> Closing {
        self.end.send_replace(Some(Instant::now() + grace));
        Closing(self.end)
    }
}

/// The end of the post, which somebody may be in a hurry for.
#[derive(Debug)]
pub struct Closing(watch::Sender<Option<Instant>>);

impl Closing {
    /// What has not arrived by now does not.
    pub fn at_once(&self) {
        self.0.send_replace(Some(Instant::now()));
    }
}

/// Opens the post of a run. The future delivers while it is polled, and ends, once the outbox is closed, with
/// what did not arrive.
pub fn post<'a>(
    subscriptions: &'a [Subscription],
    environment: &'a Environment,
) -> (Outbox, impl Future<Output = Vec<Undelivered>> + use<'a>) {
    let (end, ends) = watch::channel(None);
    let mut lanes = Vec::new();
    let mut work = Vec::new();
    for to in subscriptions {
        let (sender, letters) = unbounded_channel();
        lanes.push((to.clone(), sender));
        work.push(lane(to, environment, letters, ends.clone()));
    }
    let mut closed = ends;
    let delivered = async move {
        let undelivered = join_all(work).await;
        // Lanes end with the outbox; with no lane at all its end is waited for here. A dropped one is closed.
        let _ = closed.wait_for(Option::is_some).await;
        undelivered.into_iter().flatten().collect()
    };
    (Outbox { lanes, end }, delivered)
}

/// Tries every subscription with a letter, all at once: where it went, and what was answered.
pub async fn try_all(
    subscriptions: &[Subscription],
    environment: &Environment,
    letter: &Letter,
) -> Vec<(Option<String>, Result<Receipt, NotDelivered>)> {
    let work = subscriptions.iter().map(async |to| match Line::open(to, environment).await {
        Ok(line) => (line.place().or_else(|| to.place()), line.deliver(letter).await),
        Err(error) => (to.place(), Err(error)),
    });
    join_all(work).await
}

async fn lane(
    to: &Subscription,
    environment: &Environment,
    mut letters: UnboundedReceiver<Arc<Letter>>,
    ends: watch::Receiver<Option<Instant>>,
) -> Vec<Undelivered> {
    let mut undelivered = Vec::new();
    let mut line: Option<Line<'_>> = None;
    while let Some(letter) = letters.recv().await {
        let mut ends = ends.clone();
        let sent = tokio::select! {
            biased;
            sent = async {
                if line.is_none() {
                    line = Some(Line::open(to, environment).await?);
                }
                match &line {
                    Some(line) => line.deliver(&letter).await,
                    None => Err(NotDelivered::Late),
                }
            } => sent,
            () = over(&mut ends) => Err(NotDelivered::Late),
        };
        if let Err(because) = sent {
            let place = line.as_ref().and_then(Line::place).or_else(|| to.place());
            undelivered.push(Undelivered {
                kind: to.kind(),
                place,
                moment: letter.moment,
                because,
            });
        }
    }
    undelivered
}

/// Waits until the time is up; for ever as long as nobody has said when that is.
async fn over(ends: &mut watch::Receiver<Option<Instant>>) {
    loop {
        let end = *ends.borrow_and_update();
        let changed = match end {
            Some(end) => tokio::select! {
                changed = ends.changed() => changed,
                () = tokio::time::sleep_until(end) => return,
            },
            None => ends.changed().await,
        };
        if changed.is_err() {
            // Nobody can change it any more; what was said last holds.
            match end {
                Some(end) => tokio::time::sleep_until(end).await,
                None => std::future::pending().await,
            }
            return;
        }
    }
}
