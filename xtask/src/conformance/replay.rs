//! The suite `replay`: every history of the corpus and of the founding fleet, applied by the real engine
//! and by radoub.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use radoub_testing::oracle::Oracle;
use radoub_testing::replay::{Case, cases, compare, share};

use super::{Ground, Score};
use crate::steps::Failure;

/// How many histories a change is checked with.
const SHARE: usize = 12;

/// Compares each history, as many at a time as the machine has processors.
#[expect(clippy::unnecessary_wraps, reason = "one suite among others, most of which can fail")]
pub(super) fn replay(ground: &Ground) -> Result<Score, Failure> {
    let cases = cases(&ground.shared);
    let cases = match ground.seed {
        Some(seed) => share(cases, SHARE, seed),
        None => cases,
    };
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let waiting = Mutex::new(cases);
    let score = Mutex::new(Score::default());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let oracle = Oracle::of(&ground.shared);
                while let Some(case) = take(&waiting) {
                    let outcome = compare(&ground.cluster, &oracle, &ground.binary, &case);
                    let mut score = score.lock().unwrap_or_else(PoisonError::into_inner);
                    match outcome {
                        Ok(()) => score.passed.push(case.id),
                        Err(difference) => drop(score.differences.insert(case.id, difference)),
                    }
                }
            });
        }
    });
    Ok(score.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn take(waiting: &Mutex<Vec<Case>>) -> Option<Case> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).pop()
}
