//! From the data model to the SQL schema: what Prisma Migrate would have in the database.
//!
//! Everything that has SQL is here in the order that gives Prisma's order of steps (Prisma facts
//! 10.1); views, relation fields, client defaults and comments have none. The text of the SQL is
//! not made here but in `radoub_schema::render`.

mod columns;
mod defaults;
mod enums;
mod extensions;
mod indexes;
mod keys;
mod tables;

use radoub_schema::model::{Origin, SqlSchema};
use radoub_schema::name::{Ident, ObjectName};
use smol_str::SmolStr;

use crate::datamodel::Datamodel;
use crate::version::PrismaMajor;

/// What lowering depends on besides the data model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Whose behaviour is followed: 5 has another join table, 7 other namespaces (Prisma facts
    /// 1.8).
    pub major: PrismaMajor,
    /// Namespace of what has none: `schema` of the connection URL, else `public`.
    pub default_namespace: Ident,
}

impl Setting {
    /// The behaviour of this major with the default namespace `public`.
    pub fn of(major: PrismaMajor) -> Self {
        Self { major, default_namespace: Ident::new("public") }
    }
}

/// The SQL schema of a valid data model.
///
/// Total: whatever the data model holds has some lowering; a model without columns gives a table
/// without columns.
pub fn lower(datamodel: &Datamodel, setting: &Setting) -> SqlSchema {
    let lowering = Lowering { datamodel, setting };
    SqlSchema {
        origin: if datamodel.schemas.is_empty() {
            Origin::File
        } else {
            Origin::FileWithNamespaces
        },
        namespaces: lowering.namespaces(),
        extensions: lowering.extensions(),
        enums: lowering.enums(),
        tables: lowering.tables(),
    }
}

/// One data model on its way.
struct Lowering<'a> {
    datamodel: &'a Datamodel,
    setting: &'a Setting,
}

impl Lowering<'_> {
    /// The namespaces that are listed; where none is, none up to 6 and the default one from 7 on
    /// (Prisma facts 10.10).
    fn namespaces(&self) -> Vec<Ident> {
        let listed: Vec<Ident> =
            self.datamodel.schemas.iter().map(|name| Ident::new(name.as_str())).collect();
        match (listed.is_empty(), self.setting.major) {
            (true, PrismaMajor::Seven) => vec![self.setting.default_namespace.clone()],
            _ => listed,
        }
    }

    /// The name of an object: 7 leaves out the default namespace (Prisma facts 10.10).
    fn name(&self, namespace: Option<&SmolStr>, name: &SmolStr) -> ObjectName {
        let namespace = namespace.cloned().map(Ident::from);
        let written = namespace.filter(|namespace| {
            self.setting.major < PrismaMajor::Seven || *namespace != self.setting.default_namespace
        });
        ObjectName { namespace: written, name: Ident::from(name.clone()) }
    }
}
