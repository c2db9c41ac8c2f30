//! Differences that are Prisma's doing: a schema that was just applied still seems to differ.
//!
//! `CHAR` without a length, defaults in another form than the server's, operator classes that are
//! not named (Prisma facts 11.7): no migration can take them away. They show themselves when the
//! wanted schema is made on an empty database and compared with itself; whatever differs there is
//! no difference of the database that was asked about.

use std::collections::BTreeSet;

use crate::name::Ident;
use crate::outline::{Atom, atoms, clause_atom};
use crate::step::{Change, Step, TableChange};

/// The steps without those that only seem to be needed, in the order given.
///
/// `steps` lead from a database to the wanted schema; `seeming` from a database that was made of
/// the wanted schema to that schema; `real` from the first database to the second.
pub fn without(
    steps: &[Step],
    seeming: &[Step],
    real: &[Step],
    default_namespace: &Ident,
) -> Vec<Step> {
    let all = |steps: &[Step]| -> BTreeSet<Atom> {
        steps.iter().flat_map(|step| atoms(step, default_namespace)).collect()
    };
    let (seeming, real) = (all(seeming), all(real));
    let is_phantom = |atom: &Atom| seeming.contains(atom) && !real.contains(atom);
    steps
        .iter()
        .filter_map(|step| {
            if let Change::AlterTable(change) = &step.change {
                let clauses = change.clauses.iter().filter(|clause| {
                    !is_phantom(&clause_atom(&change.table, clause, default_namespace))
                });
                let clauses: Vec<_> = clauses.cloned().collect();
                let change = TableChange { table: change.table.clone(), clauses };
                (!change.clauses.is_empty())
                    .then_some(Step { change: Change::AlterTable(change), place: step.place })
            } else {
                let atoms = atoms(step, default_namespace);
                (!atoms.iter().all(is_phantom)).then(|| step.clone())
            }
        })
        .collect()
}
