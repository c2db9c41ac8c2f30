//! Whose turn it is: waves one after the other, lanes inside a wave, and when nothing more is begun.
//!
//! Pure, so that a run and its simulation go the same way. Doing the work, and what came of it, is
//! [`super::run`]'s.

use std::collections::BTreeMap;

use crate::lanes::Lanes;

/// A service that is waiting for its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its wave; lower ones come first.
    pub(crate) wave: usize,
    /// What the per-server bound counts; `None` is bounded by the fleet's only.
    pub(crate) server: Option<String>,
    /// Whether it was refused in the plan: it is never begun, and counts as failed when its wave
    /// begins.
    pub(crate) is_refused: bool,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// A wave begins.
    WaveBegins(usize),
    /// The place of this index is to be begun now.
    Begin(usize),
    /// All of a wave is done with; so many failed.
    WaveEnds(usize, usize),
}

/// How a place ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Well,
    Badly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Waiting,
    Running,
    Over,
}

/// Whose turn it is.
#[derive(Debug)]
pub(crate) struct Turns {
    places: Vec<Place>,
    progress: Vec<Progress>,
    lanes: Lanes,
    /// How many may fail; `None` brings a wave to its end and begins no other after a failure.
    max_failures: Option<usize>,
    running: usize,
    per_server: BTreeMap<String, usize>,
    failed: usize,
    failed_in_wave: usize,
    /// The wave at work, and whether it has begun.
    wave: Option<(usize, bool)>,
    is_halted: bool,
}

impl Turns {
    pub(crate) fn new(places: Vec<Place>, lanes: Lanes, max_failures: Option<usize>) -> Self {
        let first = places.iter().map(|place| place.wave).min();
        Self {
            progress: vec![Progress::Waiting; places.len()],
            places,
            lanes,
            max_failures,
            running: 0,
            per_server: BTreeMap::new(),
            failed: 0,
            failed_in_wave: 0,
            wave: first.map(|wave| (wave, false)),
            is_halted: false,
        }
    }

    /// Begins nothing more; what runs goes on.
    pub(crate) fn halt(&mut self) {
        self.is_halted = true;
    }

    /// What is to be done now; nothing as long as all lanes are taken.
    pub(crate) fn next(&mut self) -> Vec<Next> {
        let mut next = Vec::new();
        while let Some((wave, has_begun)) = self.wave {
            if self.is_halted && !has_begun {
                break;
            }
            if !has_begun {
                self.begin(wave, &mut next);
            }
            if !self.is_halted {
                self.fill(wave, &mut next);
            }
            let is_over = !self.places.iter().zip(&self.progress).any(|(place, progress)| {
                place.wave == wave
                    && match progress {
                        Progress::Waiting => !self.is_halted,
                        Progress::Running => true,
                        Progress::Over => false,
                    }
            });
            if !is_over {
                break;
            }
            next.push(Next::WaveEnds(wave, self.failed_in_wave));
            if self.max_failures.is_none() && self.failed_in_wave > 0 {
                self.is_halted = true;
            }
            self.failed_in_wave = 0;
            let following = self.places.iter().map(|place| place.wave).filter(|it| *it > wave);
            self.wave = following.min().map(|wave| (wave, false));
        }
        next
    }

    fn begin(&mut self, wave: usize, next: &mut Vec<Next>) {
        self.wave = Some((wave, true));
        next.push(Next::WaveBegins(wave));
        for (place, progress) in self.places.iter().zip(&mut self.progress) {
            if place.wave == wave && place.is_refused {
                *progress = Progress::Over;
                self.failed_in_wave += 1;
                self.failed += 1;
            }
        }
        self.weigh();
    }

    /// Gives every free lane to the first that may have it; a busy server holds nobody back but its
    /// own.
    fn fill(&mut self, wave: usize, next: &mut Vec<Next>) {
        for (index, place) in self.places.iter().enumerate() {
            if self.running >= self.lanes.jobs.max(1) {
                return;
            }
            if place.wave != wave || self.progress[index] != Progress::Waiting {
                continue;
            }
            if let Some(server) = &place.server {
                let taken = self.per_server.entry(server.clone()).or_default();
                if *taken >= self.lanes.per_server.max(1) {
                    continue;
                }
                *taken += 1;
            }
            self.running += 1;
            self.progress[index] = Progress::Running;
            next.push(Next::Begin(index));
        }
    }

    /// A place is done with.
    pub(crate) fn end(&mut self, index: usize, ended: Ended) {
        self.progress[index] = Progress::Over;
        self.running -= 1;
        if let Some(server) = &self.places[index].server
            && let Some(taken) = self.per_server.get_mut(server)
        {
            *taken -= 1;
        }
        if ended == Ended::Badly {
            self.failed_in_wave += 1;
            self.failed += 1;
            self.weigh();
        }
    }

    fn weigh(&mut self) {
        self.is_halted |= self.max_failures.is_some_and(|most| self.failed > most);
    }

    /// Those that were never begun, refused ones left out.
    pub(crate) fn held_back(&self) -> impl Iterator<Item = usize> {
        let waiting = |(_, (progress, place)): &(usize, (&Progress, &Place))| {
            **progress == Progress::Waiting && !place.is_refused
        };
        self.progress.iter().zip(&self.places).enumerate().filter(waiting).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A generator that gives the same for the same seed (SplitMix64).
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
        }
    }

    fn place(wave: usize, server: usize, is_refused: bool) -> Place {
        Place { wave, server: Some(format!("server {server}")), is_refused }
    }

    fn lanes(jobs: usize, per_server: usize) -> Lanes {
        Lanes { jobs, per_server }
    }

    #[test]
    fn a_failed_wave_is_brought_to_its_end_and_no_other_begins() {
        let places = vec![place(1, 0, false), place(1, 0, false), place(2, 0, false)];
        let mut turns = Turns::new(places, lanes(1, 1), None);
        assert_eq!(turns.next(), [Next::WaveBegins(1), Next::Begin(0)]);
        turns.end(0, Ended::Badly);
        assert_eq!(turns.next(), [Next::Begin(1)]);
        turns.end(1, Ended::Well);
        assert_eq!(turns.next(), [Next::WaveEnds(1, 1)]);
        assert_eq!(turns.held_back().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn more_failures_than_may_be_stop_inside_a_wave() {
        let places = vec![place(1, 0, false), place(1, 0, false), place(1, 0, false)];
        let mut turns = Turns::new(places.clone(), lanes(1, 1), Some(0));
        turns.next();
        turns.end(0, Ended::Badly);
        assert_eq!(turns.next(), [Next::WaveEnds(1, 1)]);
        assert_eq!(turns.held_back().collect::<Vec<_>>(), [1, 2]);

        let mut turns = Turns::new(places, lanes(1, 1), Some(1));
        turns.next();
        turns.end(0, Ended::Badly);
        assert_eq!(turns.next(), [Next::Begin(1)]);
    }

    #[test]
    fn a_refused_service_counts_as_failed() {
        let places = vec![place(1, 0, true), place(1, 0, false), place(2, 0, false)];
        let mut turns = Turns::new(places, lanes(4, 4), None);
        assert_eq!(turns.next(), [Next::WaveBegins(1), Next::Begin(1)]);
        turns.end(1, Ended::Well);
        assert_eq!(turns.next(), [Next::WaveEnds(1, 1)]);
        assert_eq!(turns.held_back().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_busy_server_does_not_hold_back_another() {
        let places = vec![place(1, 0, false), place(1, 0, false), place(1, 1, false)];
        let mut turns = Turns::new(places, lanes(2, 1), None);
        assert_eq!(turns.next(), [Next::WaveBegins(1), Next::Begin(0), Next::Begin(2)]);
    }

    /// One simulated life of a fleet: `done` are the databases that are at their schema. Runs, is
    /// killed, is run again, until a run comes to its end. Gives back whether that ended well.
    fn live(dice: &mut Dice, places: &[Place], bad: &BTreeSet<usize>) -> (BTreeSet<usize>, bool) {
        let limits = lanes(1 + dice.roll(4), 1 + dice.roll(3));
        let mut done: BTreeSet<usize> = BTreeSet::new();
        loop {
            // A resumed run has only what is left to do.
            let left: Vec<usize> = (0..places.len()).filter(|at| !done.contains(at)).collect();
            let mut turns =
                Turns::new(left.iter().map(|at| places[*at].clone()).collect(), limits, None);
            let mut running: Vec<usize> = Vec::new();
            let mut failed: BTreeSet<usize> = BTreeSet::new();
            let mut wave_at_work = 0;
            loop {
                for next in turns.next() {
                    match next {
                        Next::WaveBegins(wave) => {
                            assert!(running.is_empty(), "a wave begins while another runs");
                            assert!(failed.is_empty(), "a wave begins after a failure");
                            assert!(wave > wave_at_work || wave_at_work == 0);
                            wave_at_work = wave;
                        }
                        Next::Begin(index) => {
                            let at = left[index];
                            assert_eq!(places[at].wave, wave_at_work);
                            assert!(!places[at].is_refused);
                            let earlier =
                                (0..places.len()).filter(|it| places[*it].wave < wave_at_work);
                            assert!(earlier.into_iter().all(|it| done.contains(&it)));
                            running.push(index);
                        }
                        Next::WaveEnds(wave, count) => {
                            assert_eq!(wave, wave_at_work);
                            let of_wave = |at: &&usize| places[**at].wave == wave;
                            let refused =
                                left.iter().filter(of_wave).filter(|at| places[**at].is_refused);
                            assert_eq!(
                                count,
                                failed.iter().filter(of_wave).count() + refused.count()
                            );
                        }
                    }
                }
                assert!(running.len() <= limits.jobs);
                for server in 0..3 {
                    let name = Some(format!("server {server}"));
                    let on = running.iter().filter(|it| places[left[**it]].server == name);
                    assert!(on.count() <= limits.per_server);
                }
                if running.is_empty() {
                    let refused = left
                        .iter()
                        .any(|at| places[*at].is_refused && places[*at].wave <= wave_at_work);
                    let well = failed.is_empty() && !refused && turns.held_back().count() == 0;
                    return (done, well);
                }
                if dice.roll(40) == 0 {
                    break; // kill -9: what ran is undone by the servers, what was committed stays
                }
                let index = running.swap_remove(dice.roll(running.len()));
                let at = left[index];
                if bad.contains(&at) {
                    failed.insert(at);
                    turns.end(index, Ended::Badly);
                } else {
                    done.insert(at);
                    turns.end(index, Ended::Well);
                }
            }
        }
    }

    #[test]
    fn a_hundred_thousand_lives_keep_order_lanes_and_walls_and_end_alike() {
        for seed in 0..100_000 {
            let mut dice = Dice(seed);
            let count = 1 + dice.roll(8);
            let places: Vec<Place> = (0..count)
                .map(|_| place(1 + dice.roll(3), dice.roll(3), dice.roll(20) == 0))
                .collect();
            let bad: BTreeSet<usize> = (0..count).filter(|_| dice.roll(12) == 0).collect();
            let (done, well) = live(&mut dice, &places, &bad);
            // What an undisturbed run reaches: every wave up to the first with a failure.
            let fails = |at: &usize| bad.contains(at) || places[*at].is_refused;
            let first_bad = (0..count).filter(fails).map(|at| places[at].wave).min();
            let expected: BTreeSet<usize> = (0..count)
                .filter(|at| !fails(at) && first_bad.is_none_or(|wave| places[*at].wave <= wave))
                .collect();
            assert_eq!((done, well), (expected, first_bad.is_none()), "seed {seed}");
        }
    }
}
