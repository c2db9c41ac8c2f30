//! Sequences: free ones, and those of columns for [`super::columns`].

use std::collections::BTreeMap;

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::name::ObjectName;
use radoub_schema::render::unmanaged::{Definitions, SequenceSettings};
use tokio_postgres::Row;

use super::{Found, class, object_name};
use crate::database::{QueryError, read};

/// All of them.
#[derive(Debug)]
pub(super) struct Sequences {
    /// By id.
    all: BTreeMap<u32, Sequence>,
    /// Of identity columns, by table and number of the column.
    identities: BTreeMap<(u32, i16), u32>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Sequence {
    pub(super) name: ObjectName,
    pub(super) settings: SequenceSettings,
    /// Table and number of the column that owns it.
    pub(super) owner: Option<(u32, i16)>,
}

impl Sequences {
    pub(super) fn read(rows: &[Row]) -> Result<Self, QueryError> {
        let mut sequences = Self { all: BTreeMap::new(), identities: BTreeMap::new() };
        for row in rows {
            let oid = read(row, 0)?;
            let table: Option<u32> = read(row, 3)?;
            let number: Option<i16> = read(row, 4)?;
            let owner = table.zip(number);
            if let (Some(owner), Some(true)) = (owner, read(row, 5)?) {
                sequences.identities.insert(owner, oid);
            }
            let settings = SequenceSettings {
                kind: read(row, 6)?,
                start: read(row, 7)?,
                increment: read(row, 8)?,
                least: read(row, 9)?,
                greatest: read(row, 10)?,
                cache: read(row, 11)?,
                cycles: read(row, 12)?,
            };
            let name = object_name(row, 1, 2)?;
            sequences.all.insert(oid, Sequence { name, settings, owner });
        }
        Ok(sequences)
    }

    /// Those that no column owns.
    pub(super) fn free(&self, write: Definitions<'_>, found: &mut Vec<Found>) {
        for (oid, sequence) in &self.all {
            if sequence.owner.is_none() {
                let definition = write.sequence(&sequence.name, &sequence.settings);
                let (node, name) = ((class::RELATION, *oid), sequence.name.clone());
                found.push(Found::new(UnmanagedKind::Sequence, node, name, definition));
            }
        }
    }

    pub(super) fn get(&self, oid: u32) -> Option<&Sequence> {
        self.all.get(&oid)
    }

    /// That of an identity column.
    pub(super) fn of_identity(&self, column: (u32, i16)) -> Option<&Sequence> {
        self.get(*self.identities.get(&column)?)
    }
}
