//! The one home of concurrency: many services at once, bounded over the fleet and per server.
//!
//! Everything runs on the caller's task: no future is detached, so dropping the call drops the
//! work. A lane of its own server is taken before a lane of the fleet, so that services queueing
//! for a busy or dead server never hold back those of another.

use std::collections::BTreeMap;
use std::future::Future;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Semaphore;

/// How much is done at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes {
    /// Services worked on at once, over the whole fleet; at least 1.
    pub jobs: usize,
    /// Services worked on at once on one database server; at least 1.
    pub per_server: usize,
}

impl Default for Lanes {
    /// 64 over the fleet, 8 per server: measured as the knee for looking at 1,000 databases of
    /// one server on two cores, and far from a default `max_connections` of 100.
    fn default() -> Self {
        Self { jobs: 64, per_server: 8 }
    }
}

/// Does `work` for every item and gives the results back in the order of the items; `done` hears
/// of each one as it ends. `server` names what the per-server bound counts; items without a
/// server are bounded by `jobs` only.
pub async fn each<T, R, W, F>(
    items: &[T],
    lanes: Lanes,
    server: impl Fn(&T) -> Option<String>,
    work: W,
    mut done: impl FnMut(usize, &R),
) -> Vec<R>
where
    W: Fn(usize) -> F,
    F: Future<Output = R>,
{
    let fleet = Semaphore::new(lanes.jobs.max(1));
    let keys: Vec<Option<String>> = items.iter().map(server).collect();
    let servers: BTreeMap<&str, Semaphore> = keys
        .iter()
        .flatten()
        .map(|key| (key.as_str(), Semaphore::new(lanes.per_server.max(1))))
        .collect();

    let mut running: FuturesUnordered<_> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| {
            let (fleet, work) = (&fleet, &work);
            let own = key.as_deref().and_then(|key| servers.get(key));
            async move {
                // Semaphores here are never closed, so a permit is always had.
                let _own = match own {
                    Some(own) => own.acquire().await.ok(),
                    None => None,
                };
                let _fleet = fleet.acquire().await.ok();
                (index, work(index).await)
            }
        })
        .collect();

    let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
    while let Some((index, result)) = running.next().await {
        done(index, &result);
        results[index] = Some(result);
    }
    results.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_slow_server_does_not_hold_back_another() {
        let items = ["slow", "slow", "slow", "quick"];
        let order = std::cell::RefCell::new(Vec::new());
        let results = each(
            &items,
            Lanes { jobs: 2, per_server: 1 },
            |server| Some((*server).to_owned()),
            |index| async move {
                let wait = if items[index] == "slow" { 50 } else { 1 };
                tokio::time::sleep(Duration::from_millis(wait)).await;
                index
            },
            |index, _| order.borrow_mut().push(index),
        )
        .await;
        assert_eq!(results, [0, 1, 2, 3]);
        assert_eq!(order.borrow().first(), Some(&3));
    }

    #[tokio::test]
    async fn no_more_than_jobs_run_at_once() {
        let (now, most) = (Cell::new(0), Cell::new(0));
        each(
            &[(); 20],
            Lanes { jobs: 3, per_server: 100 },
            |()| None,
            |_| async {
                now.set(now.get() + 1);
                most.set(most.get().max(now.get()));
                tokio::task::yield_now().await;
                now.set(now.get() - 1);
            },
            |_, &()| {},
        )
        .await;
        assert_eq!(most.get(), 3);
    }
}
