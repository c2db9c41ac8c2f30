//! Asking work to stop: first at the next safe point, then at once.

use tokio::sync::watch;

/// How urgently the work is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Stop {
    /// Not at all.
    #[default]
    No,
    /// After the statement that is running: nothing is cut short.
    AfterStatement,
    /// Now: the running statement is cancelled on the server and rolled back.
    Now,
}

/// The hand on the switch: the signal handler's side.
#[derive(Debug)]
pub struct StopSwitch(watch::Sender<Stop>);

/// The eye on the switch: the side of the work. Clones see the same switch.
#[derive(Debug, Clone)]
pub struct StopSignal(watch::Receiver<Stop>);

/// Makes a switch and the signal that follows it.
pub fn stop() -> (StopSwitch, StopSignal) {
    let (sender, receiver) = watch::channel(Stop::No);
    (StopSwitch(sender), StopSignal(receiver))
}

impl StopSwitch {
    /// Asks for this much urgency; it never becomes less.
    pub fn ask(&self, stop: Stop) {
        self.0.send_if_modified(|now| {
            let more = stop > *now;
            if more {
                *now = stop;
            }
            more
        });
    }
}

impl StopSignal {
    /// A signal that never comes.
    pub fn never() -> Self {
        stop().1
    }

    /// How urgently to stop at this moment.
    pub fn asked(&self) -> Stop {
        *self.0.borrow()
    }

    /// Waits until at least this much urgency is asked for; for ever when nobody can ask any more.
    pub async fn until(&self, stop: Stop) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|asked| *asked >= stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
