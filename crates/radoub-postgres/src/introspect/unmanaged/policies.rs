//! Policies of row security.

use radoub_schema::model::unmanaged::UnmanagedKind;
use radoub_schema::name::Ident;
use radoub_schema::render::unmanaged::{Definitions, Policy};
use tokio_postgres::Row;

use super::{Found, class, ident, object_name};
use crate::database::{QueryError, read};

pub(super) fn policies(
    rows: &[Row],
    write: Definitions<'_>,
    found: &mut Vec<Found>,
) -> Result<(), QueryError> {
    for row in rows {
        let table = object_name(row, 1, 2)?;
        let name = ident(row, 3)?;
        let roles: Vec<String> = read(row, 6)?;
        let policy = Policy {
            permissive: read(row, 4)?,
            command: match read::<&str>(row, 5)? {
                "r" => "SELECT",
                "a" => "INSERT",
                "w" => "UPDATE",
                "d" => "DELETE",
                _ => "ALL",
            },
            roles: roles.into_iter().map(Ident::from).collect(),
            using: read(row, 7)?,
            check: read(row, 8)?,
        };
        // A role belongs to the server, and may be missing on another one.
        let needs_roles = !policy.roles.is_empty();
        let definition = write.policy(&table, &name, &policy);
        found.push(
            Found::detail(UnmanagedKind::Policy, &table, &name, definition)
                .at((class::POLICY, read(row, 0)?))
                .by_hand_if(needs_roles),
        );
    }
    Ok(())
}
