//! What Prisma does not see, read in one round trip and put into an order in which it can be made again.
//!
//! Each query lies beside the file that reads its rows; how definitions are completed is the matter of
//! `radoub_schema::render::unmanaged`.

mod columns;
mod comments;
mod constraints;
mod depends;
mod extensions;
mod functions;
mod indexes;
mod others;
mod policies;
mod relations;
mod rules;
mod sequences;
mod triggers;
mod types;

use radoub_schema::model::unmanaged::{Carry, Unmanaged, UnmanagedKind, UnmanagedObject};
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::render::unmanaged::Definitions;
use tokio_postgres::Row;

use super::object_name;
use crate::database::{Bound, Database, QueryError, read};

/// Classes of catalog objects, as `pg_depend` names them: the ids of the catalogs, the same on every
/// server.
mod class {
    pub(super) const TYPE: u32 = 1247;
    pub(super) const FUNCTION: u32 = 1255;
    pub(super) const RELATION: u32 = 1259;
    pub(super) const CONSTRAINT: u32 = 2606;
    pub(super) const RULE: u32 = 2618;
    pub(super) const TRIGGER: u32 = 2620;
    pub(super) const EXTENSION: u32 = 3079;
    pub(super) const POLICY: u32 = 3256;
}

/// Class and id of a catalog object.
type Node = (u32, u32);

/// An object on its way.
#[derive(Debug)]
struct Found {
    object: UnmanagedObject,
    /// What it is in the catalog; `None` for a detail of something else.
    node: Option<Node>,
    /// What it needs besides what the catalog's own list says.
    needs: Vec<Node>,
}

impl Found {
    fn new(kind: UnmanagedKind, node: Node, name: ObjectName, definition: String) -> Self {
        let object = UnmanagedObject { kind, name, table: None, definition, carry: Carry::After };
        Self { object, node: Some(node), needs: Vec::new() }
    }

    /// A detail of a table.
    fn detail(kind: UnmanagedKind, table: &ObjectName, name: &Ident, definition: String) -> Self {
        let object = UnmanagedObject {
            kind,
            name: ObjectName { namespace: table.namespace.clone(), name: name.clone() },
            table: Some(table.clone()),
            definition,
            carry: Carry::After,
        };
        Self { object, node: None, needs: Vec::new() }
    }

    fn at(mut self, node: Node) -> Self {
        self.node = Some(node);
        self
    }

    fn on(mut self, table: ObjectName) -> Self {
        self.object.table = Some(table);
        self
    }

    fn needing(mut self, node: Node) -> Self {
        self.needs.push(node);
        self
    }

    fn by_hand_if(mut self, by_hand: bool) -> Self {
        if by_hand {
            self.object.carry = Carry::ByHand;
        }
        self
    }
}

/// The answers to the questions of this room.
#[derive(Debug, Default)]
pub(super) struct Answers {
    extensions: Vec<Row>,
    types: Vec<Row>,
    functions: Vec<Row>,
    sequences: Vec<Row>,
    relations: Vec<Row>,
    columns: Vec<Row>,
    constraints: Vec<Row>,
    indexes: Vec<Row>,
    triggers: Vec<Row>,
    rules: Vec<Row>,
    policies: Vec<Row>,
    others: Vec<Row>,
    comments: Vec<Row>,
    depends: Vec<Row>,
}

/// Asks everything at once; `namespaces` is the one parameter.
pub(super) async fn ask(
    database: &Database,
    namespaces: &[Bound<'_>],
) -> Result<Answers, QueryError> {
    let (
        extensions,
        types,
        functions,
        sequences,
        relations,
        columns,
        constraints,
        indexes,
        triggers,
        rules,
        policies,
        others,
        comments,
        depends,
    ) = tokio::join!(
        database.rows(include_str!("unmanaged/extensions.sql"), &[]),
        database.rows(include_str!("unmanaged/types.sql"), namespaces),
        database.rows(include_str!("unmanaged/functions.sql"), namespaces),
        database.rows(include_str!("unmanaged/sequences.sql"), namespaces),
        database.rows(include_str!("unmanaged/relations.sql"), namespaces),
        database.rows(include_str!("unmanaged/columns.sql"), namespaces),
        database.rows(include_str!("unmanaged/constraints.sql"), namespaces),
        database.rows(include_str!("unmanaged/indexes.sql"), namespaces),
        database.rows(include_str!("unmanaged/triggers.sql"), namespaces),
        database.rows(include_str!("unmanaged/rules.sql"), namespaces),
        database.rows(include_str!("unmanaged/policies.sql"), namespaces),
        database.rows(include_str!("unmanaged/others.sql"), namespaces),
        database.rows(include_str!("unmanaged/comments.sql"), namespaces),
        database.rows(include_str!("unmanaged/depends.sql"), &[]),
    );
    Ok(Answers {
        extensions: extensions?,
        types: types?,
        functions: functions?,
        sequences: sequences?,
        relations: relations?,
        columns: columns?,
        constraints: constraints?,
        indexes: indexes?,
        triggers: triggers?,
        rules: rules?,
        policies: policies?,
        others: others?,
        comments: comments?,
        depends: depends?,
    })
}

impl Answers {
    /// What they say, in an order in which it can be made again. `home` is the namespace of the
    /// session; `compared` says that extensions are compared and therefore not told here.
    pub(super) fn read(&self, home: &Ident, compared: bool) -> Result<Unmanaged, QueryError> {
        let write = Definitions { home };
        let sequences = sequences::Sequences::read(&self.sequences)?;
        let mut found = Vec::new();
        if !compared {
            extensions::extensions(&self.extensions, write, &mut found)?;
        }
        types::types(&self.types, write, &mut found)?;
        functions::functions(&self.functions, write, &mut found)?;
        sequences.free(write, &mut found);
        relations::relations(&self.relations, write, &mut found)?;
        columns::columns(&self.columns, &sequences, write, &mut found)?;
        constraints::constraints(&self.constraints, write, &mut found)?;
        indexes::indexes(&self.indexes, write, &mut found)?;
        triggers::triggers(&self.triggers, write, &mut found)?;
        rules::rules(&self.rules, write, &mut found)?;
        policies::policies(&self.policies, write, &mut found)?;
        others::others(&self.others, write, &mut found)?;
        comments::comments(&self.comments, write, &mut found)?;
        let edges = depends::Edges::read(&self.depends)?;
        Ok(Unmanaged { objects: edges.arrange(found) })
    }
}

/// A name in the namespace of a table.
fn beside(table: &ObjectName, name: &Ident) -> ObjectName {
    ObjectName { namespace: table.namespace.clone(), name: name.clone() }
}

/// A definition that the server printed; nothing for a thing that went while we asked: the server prints by
/// what is there now, not by our snapshot.
fn printed(row: &Row, column: usize) -> Result<Option<&str>, QueryError> {
    read(row, column)
}

/// A bare name from a column of a row.
fn ident(row: &Row, column: usize) -> Result<Ident, QueryError> {
    read::<String>(row, column).map(Ident::from)
}
