//! The end of a restore: what was filled takes its place by renaming, all of it or nothing.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use radoub_postgres::lock::LockedDatabase;
use radoub_postgres::server::{Server, Swap, SwapError};
use radoub_postgres::stop::{Stop, StopSignal};

use super::work::{Filled, Work};
use super::{Request, RestoreEventKind, Restored, Teller};
use crate::backup::interrupted;
use crate::failure::{Failure, FailureCode};
use crate::fleet::ServiceName;
use crate::translate;

/// How often a busy database is looked at.
const TICK: Duration = Duration::from_millis(200);

/// `NAME_replaced_20261125_213000_042`, cut so that PostgreSQL takes it whole.
pub(super) fn aside_name(name: &str, at: Timestamp) -> String {
    let end = format!("_replaced_{}", at.strftime("%Y%m%d_%H%M%S_%3f"));
    let mut most = 63 - end.len();
    while !name.is_char_boundary(most.min(name.len())) {
        most -= 1;
    }
    format!("{}{end}", &name[..most.min(name.len())])
}

/// Swaps what was filled, if all of it was; else drops it.
pub(super) async fn finish(
    works: &[Work<'_>],
    filled: Vec<Result<Filled, Failure>>,
    request: &Request<'_>,
    stop: &StopSignal,
    teller: &Teller,
) -> Vec<Restored> {
    let all_whole = filled.iter().all(Result::is_ok) && stop.asked() == Stop::No;
    let mut outcomes: Vec<Option<Restored>> = works.iter().map(|_| None).collect();
    let outcome = |work: &Work<'_>, aside, undressed, took| Restored {
        service: work.service().clone(),
        backup: work.manifest().id.clone(),
        aside,
        undressed,
        took,
    };
    let mut whole: Vec<(usize, Filled)> = Vec::new();
    for (index, filled) in filled.into_iter().enumerate() {
        match filled {
            Ok(filled) if all_whole => whole.push((index, filled)),
            Ok(filled) => {
                let Filled { server, locked, began, .. } = filled;
                release(locked).await;
                works[index].clean(server).await;
                let took = began.elapsed();
                outcomes[index] =
                    Some(outcome(&works[index], Err(interrupted()), Vec::new(), took));
            }
            Err(failure) => {
                outcomes[index] =
                    Some(outcome(&works[index], Err(failure), Vec::new(), Duration::ZERO));
            }
        }
    }
    // Those of one server leave together.
    while let Some((_, first)) = whole.first() {
        let key = first.server.url().server_key();
        let (mut here, elsewhere): (Vec<_>, Vec<_>) =
            whole.into_iter().partition(|(_, it)| it.server.url().server_key() == key);
        whole = elsewhere;
        let swaps: Vec<Swap> = here.iter().map(|(index, it)| works[*index].swap(it)).collect();
        for (_, filled) in &mut here {
            release(filled.locked.take()).await;
        }
        let services: Vec<&ServiceName> =
            here.iter().map(|(index, _)| works[*index].service()).collect();
        let swapped = swap_in_time(&here[0].1.server, &swaps, request, stop, &services, teller);
        let swapped = swapped.await;
        for ((index, filled), swap) in here.into_iter().zip(swaps) {
            let work = &works[index];
            let aside = match &swapped {
                Ok(()) => work.read_back(&filled, swap).await,
                Err(failure) => Err(failure.clone()),
            };
            if let Ok(aside) = &aside {
                let aside = aside.clone();
                teller.say(work.service(), RestoreEventKind::Swapped { aside });
            }
            let took = filled.began.elapsed();
            teller.say(work.service(), RestoreEventKind::Ended { took });
            filled.server.close().await;
            outcomes[index] = Some(outcome(work, aside, filled.undressed, took));
        }
    }
    outcomes.into_iter().flatten().collect()
}

impl Work<'_> {
    /// Looks whether the new database has the name: success is what was read back.
    async fn read_back(&self, filled: &Filled, swap: Swap) -> Result<Option<String>, Failure> {
        let oid = filled.server.oid(&swap.name).await.map_err(|error| self.query(&error))?;
        if oid != Some(filled.oid) {
            let values = vec![("reason", format!("{} is not the new database", swap.name))];
            return Err(Failure::new(FailureCode::Moved, values));
        }
        Ok(swap.aside.map(|(name, _)| name))
    }
}

/// Gives Prisma's lock back; it goes with its connection anyway.
async fn release(locked: Option<LockedDatabase>) {
    if let Some(locked) = locked {
        let _ = locked.release().await;
    }
}

/// Swaps as soon as nobody is connected, or at once when sessions may be ended.
async fn swap_in_time(
    server: &Server,
    swaps: &[Swap],
    request: &Request<'_>,
    stop: &StopSignal,
    services: &[&ServiceName],
    teller: &Teller,
) -> Result<(), Failure> {
    let url = server.url();
    let began = Instant::now();
    let mut told: Vec<Vec<String>> = vec![Vec::new(); swaps.len()];
    loop {
        let mut busy = None;
        if !request.evict {
            for (index, swap) in swaps.iter().enumerate() {
                let sessions = server.sessions(&swap.name).await;
                let sessions = sessions.map_err(|error| translate::query_failure(url, &error))?;
                let shown: Vec<String> = sessions.iter().map(translate::blocker).collect();
                if !sessions.is_empty() {
                    let database = swap.name.clone();
                    busy = busy.or(Some(SwapError::Busy { database, sessions }));
                }
                // Our own session that kept the lock takes a moment to leave; that is no news.
                let lasts = began.elapsed() > 3 * TICK;
                if lasts && !shown.is_empty() && told[index] != shown {
                    let sessions = shown.clone();
                    teller.say(services[index], RestoreEventKind::Waiting { sessions });
                    told[index] = shown;
                }
            }
        }
        let swapped = match busy {
            Some(busy) => Err(busy),
            None => server.swap(swaps, request.evict).await,
        };
        match swapped {
            Ok(()) => return Ok(()),
            Err(SwapError::Busy { .. })
                if began.elapsed() < request.patience && stop.asked() == Stop::No =>
            {
                tokio::time::sleep(TICK).await;
            }
            Err(error) => return Err(translate::swap_failure(url, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_aside_is_dated_and_never_too_long() {
        let at: Timestamp = "2026-11-25T21:30:00Z".parse().unwrap();
        assert_eq!(aside_name("orders", at), "orders_replaced_20261125_213000_000");
        let long = aside_name(&"é".repeat(40), at);
        assert!(long.len() <= 63 && long.ends_with("_replaced_20261125_213000_000"), "{long}");
    }
}
