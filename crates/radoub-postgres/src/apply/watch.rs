//! Sending a script and watching it run: who keeps it waiting, and whether somebody wants it to stop.

use std::future::Future;
use std::time::Duration;

use futures_util::TryStreamExt;
use tokio::time::{MissedTickBehavior, interval};
use tokio_postgres::SimpleQueryMessage;

use super::{ApplyEvent, OnEvent};
use crate::database::{Canceller, Database, QueryError};
use crate::session::Session;
use crate::stop::{Stop, StopSignal};

/// What became of a text that was sent.
pub(crate) struct Sent {
    /// How many statements the server carried out.
    pub(crate) executed: usize,
    /// How it ended.
    pub(crate) ended: Result<(), QueryError>,
}

/// Sends a text as one simple query, byte for byte, and throws the rows away as they come.
pub(crate) async fn send(database: &Database, text: &str) -> Sent {
    let mut executed = 0;
    let ended = async {
        let stream = database.client().simple_query_raw(text).await?;
        let mut stream = std::pin::pin!(stream);
        while let Some(message) = stream.try_next().await? {
            if matches!(message, SimpleQueryMessage::CommandComplete(_)) {
                executed += 1;
            }
        }
        Ok(())
    };
    let ended = ended.await.map_err(QueryError::new);
    Sent { executed, ended }
}

/// Where the questions about a running statement are asked.
pub(super) enum Post<'a> {
    /// On a second connection, which is opened when the statement takes its time.
    Lazy { watcher: &'a mut Option<Database>, like: &'a Database },
    /// On a connection that is there.
    Open(&'a Database),
}

/// Watches one session at work.
pub(super) struct Watch<'a> {
    pub(super) post: Post<'a>,
    /// The session.
    pub(super) pid: i32,
    pub(super) canceller: Canceller,
    pub(super) stop: &'a StopSignal,
    /// How often to look.
    pub(super) every: Duration,
}

/// How often to look whether a statement waits: a few times within the time that it may wait.
pub(super) fn pace(lock_timeout: Duration) -> Duration {
    (lock_timeout / 5).clamp(Duration::from_millis(50), Duration::from_millis(400))
}

impl Watch<'_> {
    /// Waits for the end of `work`; gives back who was last seen in its way.
    ///
    /// Being asked to stop *now* cancels the statement on the server; the end is waited for all the
    /// same, since only it tells what became of the work.
    pub(super) async fn over<T>(
        mut self,
        work: impl Future<Output = T>,
        on_event: OnEvent<'_>,
    ) -> (T, Vec<Session>) {
        let mut work = std::pin::pin!(work);
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.reset();
        let mut last: Vec<Session> = Vec::new();
        let mut cancelled = false;
        let mut blind = false;
        let stop = self.stop;
        loop {
            tokio::select! {
                biased;
                done = &mut work => return (done, last),
                () = stop.until(Stop::Now), if !cancelled => {
                    cancelled = true;
                    if self.canceller.cancel().await.is_err() {
                        // The request did not get through: once more in a while, not in a hurry.
                        cancelled = false;
                        ticks.tick().await;
                    }
                }
                _ = ticks.tick(), if !blind => {
                    // The looking must not keep us from noticing the end.
                    let seen = tokio::select! {
                        biased;
                        done = &mut work => return (done, last),
                        seen = self.look() => seen,
                    };
                    let Ok(seen) = seen else {
                        blind = true;
                        on_event(ApplyEvent::Unwatched);
                        continue;
                    };
                    if !seen.is_empty() {
                        let pids = |all: &[Session]| all.iter().map(|it| it.pid).collect::<Vec<_>>();
                        if pids(&seen) != pids(&last) {
                            on_event(ApplyEvent::Waiting { blockers: seen.clone() });
                        }
                        last = seen;
                    }
                }
            }
        }
    }

    /// Who is in the way now.
    async fn look(&mut self) -> Result<Vec<Session>, Blind> {
        let (watcher, like) = match &mut self.post {
            Post::Open(database) => return database.blockers(self.pid).await.map_err(|_| Blind),
            Post::Lazy { watcher, like } => (watcher, like),
        };
        let database = match watcher.take() {
            Some(database) => database,
            None => like.sibling().await.map_err(|_| Blind)?,
        };
        let seen = database.blockers(self.pid).await.map_err(|_| Blind)?;
        **watcher = Some(database);
        Ok(seen)
    }
}

/// Nobody can be asked who is in the way. The work does not depend on it, so why is not kept.
struct Blind;
