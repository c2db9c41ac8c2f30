//! Extensions: installed, never dropped for good.

use super::Comparison;
use crate::model::Extension;
use crate::step::{Change, Position};

impl Comparison<'_> {
    /// An extension that nobody asks for any more stays (Prisma facts 10.3, #284). One that
    /// changes is altered when a database says that it can be, else dropped and made again
    /// (measured).
    pub(super) fn extensions(&mut self) {
        let (from, to) = (self.from, self.to);
        for (at, wanted) in to.extensions.iter().enumerate() {
            let next = Some(Position::of(at));
            let found = from.extensions.iter().position(|it| it.name == wanted.name);
            let Some(before) = found else {
                self.push(Change::CreateExtension(wanted.clone()), None, next);
                continue;
            };
            let existing = &from.extensions[before];
            let previous = Some(Position::of(before));
            let version = changed(existing.version.as_ref(), wanted.version.as_ref());
            let namespace = changed(existing.namespace.as_ref(), wanted.namespace.as_ref());
            if version.is_none() && namespace.is_none() {
                continue;
            }
            if can_be_altered(existing, wanted) {
                let name = wanted.name.clone();
                let change = Change::AlterExtension {
                    name,
                    version: version.cloned(),
                    namespace: namespace.cloned(),
                };
                self.push(change, previous, next);
            } else {
                self.push(Change::DropExtension(existing.name.clone()), previous, None);
                self.push(Change::CreateExtension(wanted.clone()), None, next);
            }
        }
    }
}

fn can_be_altered(from: &Extension, to: &Extension) -> bool {
    from.is_relocatable || to.is_relocatable
}

/// The wanted value, where both sides say one and they differ.
fn changed<'a, T: PartialEq>(from: Option<&T>, to: Option<&'a T>) -> Option<&'a T> {
    let (from, to) = (from?, to?);
    (from != to).then_some(to)
}
