//! How fast a health route answers: several questions, their median and their spread.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How many questions are asked.
pub(crate) const QUESTIONS: usize = 11;
/// For how long questions are asked at most.
pub(crate) const PATIENCE: Duration = Duration::from_millis(500);
/// What is no difference for anybody.
const NOTHING: u64 = 2_000;

/// The times of several answers, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Times {
    /// How many answers.
    pub answers: usize,
    /// The time in the middle.
    pub median: u64,
    /// A quarter of the answers was faster.
    pub low: u64,
    /// A quarter of the answers was slower.
    pub high: u64,
}

impl Times {
    /// What these answers come to; `None` without one.
    pub fn of(mut answers: Vec<Duration>) -> Option<Self> {
        answers.sort_unstable();
        let last = answers.len().checked_sub(1)?;
        let at = |quarter: usize| {
            let time = answers.get((last * quarter + 2) / 4).copied().unwrap_or_default();
            u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
        };
        Some(Self { answers: answers.len(), median: at(2), low: at(1), high: at(3) })
    }

    /// Whether these answers are slower than those, beyond their spread: three quarters of them are slower than
    /// three quarters of those, by a quarter and by two milliseconds at least.
    pub fn is_slower_than(&self, before: &Self) -> bool {
        let apart = self.low > before.high;
        apart && self.median > before.median + (before.median / 4).max(NOTHING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The times of these milliseconds.
    fn times(milliseconds: &[u64]) -> Times {
        Times::of(milliseconds.iter().map(|it| Duration::from_millis(*it)).collect()).unwrap()
    }

    #[test]
    fn the_median_and_the_quarters_are_those_of_the_sorted_times() {
        let found = times(&[9, 1, 5, 3, 7]);
        assert_eq!((found.answers, found.low, found.median, found.high), (5, 3000, 5000, 7000));
        assert_eq!(Times::of(Vec::new()), None);
    }

    #[test]
    fn only_what_is_beyond_the_spread_and_can_be_felt_is_slower() {
        let before = times(&[10, 11, 12, 13, 14]);
        for (after, is_slower) in [
            (vec![10, 11, 12, 13, 14], false),
            (vec![12, 13, 14, 15, 40], false),
            (vec![14, 14, 14, 14, 14], false),
            (vec![18, 20, 20, 21, 90], true),
        ] {
            assert_eq!(times(&after).is_slower_than(&before), is_slower, "{after:?}");
        }
        assert!(!times(&[2, 2, 2]).is_slower_than(&times(&[1, 1, 1])), "a millisecond more");
    }
}
