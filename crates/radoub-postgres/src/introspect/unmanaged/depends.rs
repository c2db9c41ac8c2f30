//! The order in which things can be made again.

use std::collections::{BTreeMap, BTreeSet};

use radoub_schema::model::unmanaged::{Carry, UnmanagedKind, UnmanagedObject};
use tokio_postgres::Row;

use super::{Found, Node};
use crate::database::{QueryError, read};

/// Who needs whom.
#[derive(Debug, Default)]
pub(super) struct Edges {
    needs: BTreeMap<Node, BTreeSet<Node>>,
    /// Those that need a table.
    of_tables: BTreeSet<Node>,
}

impl Edges {
    pub(super) fn read(rows: &[Row]) -> Result<Self, QueryError> {
        let mut edges = Self::default();
        for row in rows {
            let from: Node = (read(row, 0)?, read(row, 1)?);
            let to: Node = (read(row, 2)?, read(row, 3)?);
            if read(row, 4)? {
                edges.of_tables.insert(from);
            } else {
                edges.needs.entry(from).or_default().insert(to);
            }
        }
        Ok(edges)
    }

    /// Says of each thing when it has to be made, and puts all of them in order.
    pub(super) fn arrange(&self, mut found: Vec<Found>) -> Vec<UnmanagedObject> {
        let ours: BTreeMap<Node, usize> =
            found.iter().enumerate().filter_map(|(at, it)| Some((it.node?, at))).collect();
        // What each of them needs of the others.
        let needs: Vec<BTreeSet<usize>> = found
            .iter()
            .enumerate()
            .map(|(at, it)| {
                let listed = it.node.and_then(|node| self.needs.get(&node)).into_iter().flatten();
                let all = listed.chain(&it.needs).filter_map(|node| ours.get(node));
                all.copied().filter(|&other| other != at).collect()
            })
            .collect();
        self.assign(&mut found, &ours, &needs);
        let order = ordered(&found, &needs);
        let mut slots: Vec<Option<Found>> = found.into_iter().map(Some).collect();
        order.into_iter().filter_map(|at| slots[at].take()).map(|it| it.object).collect()
    }

    /// What tables need comes before them, and so does what that needs; types, sequences and
    /// extensions do so anyway, unless they need a table themselves.
    fn assign(&self, found: &mut [Found], ours: &BTreeMap<Node, usize>, needs: &[BTreeSet<usize>]) {
        use UnmanagedKind as K;
        let strangers = self.needs.iter().filter(|(from, _)| !ours.contains_key(from));
        let wanted = strangers.flat_map(|(_, to)| to).filter_map(|node| ours.get(node)).copied();
        let wanted = closure(wanted.collect(), needs);
        let early = found.iter().enumerate().filter(|(_, it)| {
            matches!(
                it.object.kind,
                K::Extension | K::Domain | K::CompositeType | K::RangeType | K::Sequence
            )
        });
        let early = closure(early.map(|(at, _)| at).collect(), needs);
        // What needs a table, or what such a one needs.
        let mut late: BTreeSet<usize> = (0..found.len())
            .filter(|&at| found[at].node.is_some_and(|node| self.of_tables.contains(&node)))
            .collect();
        while let Some(more) = (0..found.len())
            .find(|at| !late.contains(at) && needs[*at].iter().any(|it| late.contains(it)))
        {
            late.insert(more);
        }
        for (at, it) in found.iter_mut().enumerate() {
            if it.object.carry == Carry::ByHand {
                continue;
            }
            it.object.carry = match (wanted.contains(&at), early.contains(&at), late.contains(&at))
            {
                (true, _, true) => Carry::ByHand,
                (true, _, false) | (_, true, false) => Carry::Before,
                _ => Carry::After,
            };
        }
    }
}

/// All of these and what they need.
fn closure(start: BTreeSet<usize>, needs: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    let mut waiting: Vec<usize> = start.into_iter().collect();
    while let Some(at) = waiting.pop() {
        if all.insert(at) {
            waiting.extend(&needs[at]);
        }
    }
    all
}

/// By time, kind and name, but never before what is needed. In a circle, which only functions can
/// make, the first by name goes first.
fn ordered(found: &[Found], needs: &[BTreeSet<usize>]) -> Vec<usize> {
    let key = |at: usize| {
        let object = &found[at].object;
        (object.carry, object.kind, &object.table, &object.name, at)
    };
    let mut waiting: Vec<usize> = (0..found.len()).collect();
    waiting.sort_by_key(|&at| key(at));
    let mut done = BTreeSet::new();
    let mut order = Vec::with_capacity(found.len());
    while !waiting.is_empty() {
        let free = waiting.iter().position(|&at| needs[at].iter().all(|it| done.contains(it)));
        let at = waiting.remove(free.unwrap_or(0));
        done.insert(at);
        order.push(at);
    }
    order
}
