//! The order in which services are worked on: waves, one after the other.
//!
//! Pure. What must come before what is said by `radoub.toml` (`after`, `wave`, `canary`) and by
//! Compose (`depends_on`); a word of `radoub.toml` outweighs one of Compose.

use std::collections::{BTreeMap, BTreeSet};

use super::{Service, ServiceName};

/// Services that wait for each other, each for the next and the last for the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle(pub Vec<ServiceName>);

/// Puts the services into waves; every service is in exactly one, and inside a wave they keep
/// their order.
///
/// A service comes in a later wave than all that `after` names, than those that Compose lets it
/// depend on, and than those of a lower `wave`. A service without a `wave` of its own has that of
/// what it waits for, else 0. Canaries, with what they wait for, come before all others. A
/// dependency of Compose that `radoub.toml` contradicts is left out.
///
/// # Errors
///
/// [`Circle`] when what `radoub.toml` says cannot be.
pub fn waves(services: &[Service]) -> Result<Vec<Vec<ServiceName>>, Circle> {
    let (graph, numbers) = settled(services)?;
    let canaries = graph.with_all_before((0..services.len()).filter(|at| services[*at].canary));
    // Where each one stands: behind the canaries or among them, its number, its depth there.
    let mut places: Vec<Option<(bool, u32, usize)>> = vec![None; services.len()];
    for at in graph.sorted() {
        let group = (!canaries.contains(&at), numbers[at]);
        let depth = graph.before(at).filter_map(|other| {
            let (behind, number, depth) = places[other]?;
            ((behind, number) == group).then_some(depth + 1)
        });
        places[at] = Some((group.0, group.1, depth.max().unwrap_or(0)));
    }
    let mut waves: BTreeMap<(bool, u32, usize), Vec<ServiceName>> = BTreeMap::new();
    for (service, place) in services.iter().zip(places) {
        // Every service was placed above: the graph has no circle.
        waves.entry(place.unwrap_or_default()).or_default().push(service.name.clone());
    }
    Ok(waves.into_values().collect())
}

/// What waits for what, and the number of each service.
fn settled(services: &[Service]) -> Result<(Graph, Vec<u32>), Circle> {
    let mut graph = Graph::of(services)?;
    loop {
        match graph.numbers(services) {
            Ok(numbers) => return Ok((graph, numbers)),
            Err(Contradiction { one, other, from_compose: true }) => {
                graph.compose[one].remove(&other);
            }
            Err(Contradiction { one, other, .. }) => return Err(graph.circle(&[one, other])),
        }
    }
}

/// Two services whose `wave`s say the contrary of what one waits for.
struct Contradiction {
    one: usize,
    other: usize,
    from_compose: bool,
}

/// What each service waits for, by index.
struct Graph {
    names: Vec<ServiceName>,
    after: Vec<BTreeSet<usize>>,
    compose: Vec<BTreeSet<usize>>,
}

impl Graph {
    fn of(services: &[Service]) -> Result<Self, Circle> {
        let index: BTreeMap<&ServiceName, usize> =
            services.iter().enumerate().map(|(at, service)| (&service.name, at)).collect();
        let known = |names: &[ServiceName], own: usize| -> BTreeSet<usize> {
            names
                .iter()
                .filter_map(|name| index.get(name).copied())
                .filter(|at| *at != own)
                .collect()
        };
        let mut graph = Self {
            names: services.iter().map(|service| service.name.clone()).collect(),
            after: Vec::new(),
            compose: vec![BTreeSet::new(); services.len()],
        };
        for (at, service) in services.iter().enumerate() {
            if service.after.contains(&service.name) {
                return Err(Circle(vec![service.name.clone()]));
            }
            graph.after.push(known(&service.after, at));
        }
        if let Some(circle) = graph.find_circle() {
            return Err(graph.circle(&circle));
        }
        for (at, service) in services.iter().enumerate() {
            for other in known(&service.depends_on, at) {
                if !graph.reaches(other, at) {
                    graph.compose[at].insert(other);
                }
            }
        }
        Ok(graph)
    }

    fn before(&self, at: usize) -> impl Iterator<Item = usize> {
        self.after[at].iter().chain(&self.compose[at]).copied()
    }

    /// Whether `from` waits for `to`, directly or not.
    fn reaches(&self, from: usize, to: usize) -> bool {
        self.with_all_before([from]).contains(&to)
    }

    /// These, and all that they wait for.
    fn with_all_before(&self, some: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<usize> = some.into_iter().collect();
        while let Some(at) = next.pop() {
            if reached.insert(at) {
                next.extend(self.before(at));
            }
        }
        reached
    }

    /// All services, each behind what it waits for.
    fn sorted(&self) -> Vec<usize> {
        let mut sorted = Vec::with_capacity(self.names.len());
        let mut done = vec![false; self.names.len()];
        // Without recursion: a chain may be as long as the fleet.
        for start in 0..self.names.len() {
            let mut stack = vec![(start, false)];
            while let Some((at, is_left)) = stack.pop() {
                if done[at] {
                    continue;
                }
                if is_left {
                    done[at] = true;
                    sorted.push(at);
                } else {
                    stack.push((at, true));
                    stack.extend(
                        self.before(at).filter(|other| !done[*other]).map(|it| (it, false)),
                    );
                }
            }
        }
        sorted
    }

    /// Services that wait for each other, if there are such.
    fn find_circle(&self) -> Option<Vec<usize>> {
        (0..self.names.len()).find_map(|start| {
            // The way from each service that is waited for back to the start.
            let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
            let mut next = vec![start];
            while let Some(at) = next.pop() {
                for other in self.before(at) {
                    if other == start {
                        let mut way = vec![at];
                        let mut here = at;
                        while here != start {
                            here = came_from[&here];
                            way.push(here);
                        }
                        way.reverse();
                        return Some(way);
                    }
                    if other != start && !came_from.contains_key(&other) {
                        came_from.insert(other, at);
                        next.push(other);
                    }
                }
            }
            None
        })
    }

    fn circle(&self, way: &[usize]) -> Circle {
        Circle(way.iter().map(|at| self.names[*at].clone()).collect())
    }

    /// The number of each service: its own, or the highest of what it waits for.
    fn numbers(&self, services: &[Service]) -> Result<Vec<u32>, Contradiction> {
        let mut numbers = vec![0; services.len()];
        for at in self.sorted() {
            let highest = self.before(at).max_by_key(|other| numbers[*other]);
            match (services[at].wave, highest) {
                (Some(own), Some(other)) if numbers[other] > own => {
                    let from_compose = !self.after[at].contains(&other);
                    return Err(Contradiction { one: at, other, from_compose });
                }
                (Some(own), _) => numbers[at] = own,
                (None, Some(other)) => numbers[at] = numbers[other],
                (None, None) => {}
            }
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::*;
    use crate::fleet::{Errands, NotApplicable, Prisma};

    fn service(name: &str) -> Service {
        Service {
            name: ServiceName::new(name),
            compose_service: None,
            also: Vec::new(),
            group: None,
            after: Vec::new(),
            depends_on: Vec::new(),
            wave: None,
            canary: false,
            allow: BTreeSet::new(),
            errands: Errands::default(),
            rebuild: crate::rebuild::Rebuild::default(),
            health: None,
            checks: Vec::new(),
            folder: PathBuf::new(),
            prisma: Prisma::NotApplicable(NotApplicable::NoSchema),
            origins: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// `name`, then words: `>x` after x, `:x` depends on x, `2` wave 2, `!` canary.
    fn fleet(lines: &[&str]) -> Vec<Service> {
        let read = |line: &&str| {
            let mut words = line.split(' ');
            let mut service = service(words.next().unwrap());
            for word in words {
                match word.split_at(1) {
                    (">", name) => service.after.push(ServiceName::new(name)),
                    (":", name) => service.depends_on.push(ServiceName::new(name)),
                    ("!", _) => service.canary = true,
                    _ => service.wave = Some(word.parse().unwrap()),
                }
            }
            service
        };
        lines.iter().map(read).collect()
    }

    #[track_caller]
    fn orders(lines: &[&str], expected: &str) {
        let shown = match waves(&fleet(lines)) {
            Ok(waves) => {
                let wave = |wave: &Vec<ServiceName>| {
                    wave.iter().map(ServiceName::as_str).collect::<Vec<_>>().join(" ")
                };
                waves.iter().map(wave).collect::<Vec<_>>().join(" | ")
            }
            Err(Circle(names)) => {
                format!(
                    "circle {}",
                    names.iter().map(ServiceName::as_str).collect::<Vec<_>>().join(" ")
                )
            }
        };
        assert_eq!(shown, expected, "{lines:?}");
    }

    #[test]
    fn services_that_say_nothing_are_one_wave() {
        orders(&["a", "b", "c"], "a b c");
        orders(&[], "");
    }

    #[test]
    fn what_is_waited_for_comes_first() {
        orders(&["a >b", "b", "c >a"], "b | a | c");
        orders(&["a :b", "b", "c"], "b c | a");
        orders(&["a >elsewhere", "b"], "a b");
    }

    #[test]
    fn numbers_come_in_their_order_and_are_inherited() {
        orders(&["a 2", "b 1", "c"], "c | b | a");
        orders(&["a >b", "b 1", "c 1"], "b c | a");
        orders(&["a 1 >b", "b 2"], "circle a b");
    }

    #[test]
    fn canaries_come_first_with_what_they_wait_for() {
        orders(&["a", "b ! >c", "c", "d"], "c | b | a d");
        orders(&["a", "b ! 5"], "b | a");
    }

    #[test]
    fn what_radoub_toml_says_outweighs_compose() {
        orders(&["a >b", "b :a"], "b | a");
        orders(&["a 1 :b", "b 2"], "a | b");
        orders(&["a :b", "b :c", "c :a"], "c | b | a");
    }

    #[test]
    fn a_circle_is_told() {
        orders(&["a >b", "b >c", "c >a", "d >a"], "circle a b c");
        orders(&["a >a"], "circle a");
    }

    /// A fleet without circles: each service waits only for earlier ones.
    fn any_fleet() -> impl Strategy<Value = Vec<Service>> {
        let one = (
            prop::collection::vec(any::<prop::sample::Index>(), 0..3),
            prop::collection::vec(any::<prop::sample::Index>(), 0..3),
            prop::option::weighted(0.3, 0_u32..4),
            prop::bool::weighted(0.1),
        );
        prop::collection::vec(one, 1..24).prop_map(|all| {
            let name = |at: usize| ServiceName::new(format!("s{at}"));
            let count = all.len();
            let made = all.into_iter().enumerate().map(|(at, (after, compose, wave, canary))| {
                let mut service = service(name(at).as_str());
                if at > 0 {
                    service.after = after.iter().map(|it| name(it.index(at))).collect();
                }
                // Compose may say anything, circles too.
                service.depends_on = compose.iter().map(|it| name(it.index(count))).collect();
                service.wave = wave;
                service.canary = canary;
                service
            });
            made.collect()
        })
    }

    proptest! {
        #[test]
        fn every_order_that_is_possible_is_kept(services in any_fleet()) {
            let Ok(waves) = waves(&services) else { return Ok(()) };
            let place = |name: &ServiceName| waves.iter().position(|wave| wave.contains(name));
            let all: usize = waves.iter().map(Vec::len).sum();
            prop_assert_eq!(all, services.len());
            prop_assert!(waves.iter().all(|wave| !wave.is_empty()));
            for service in &services {
                for before in &service.after {
                    prop_assert!(place(before) < place(&service.name), "{:?} {:?}", before, service.name);
                }
            }
            // Canaries first: whoever comes before one is waited for by one.
            let (graph, _) = settled(&services).expect("there are waves");
            let first = graph.with_all_before((0..services.len()).filter(|at| services[*at].canary));
            let last = first.iter().filter_map(|at| place(&services[*at].name)).max();
            for (at, service) in services.iter().enumerate() {
                if let (Some(last), false) = (last, first.contains(&at)) {
                    prop_assert!(place(&service.name) > Some(last));
                }
            }
            // Lower numbers first, on either side of that line.
            for one in &services {
                for other in &services {
                    let side = |it: &Service| first.iter().any(|at| services[*at].name == it.name);
                    if let (Some(low), Some(high)) = (one.wave, other.wave)
                        && low < high && side(one) == side(other)
                    {
                        prop_assert!(place(&one.name) < place(&other.name));
                    }
                }
            }
        }
    }
}
