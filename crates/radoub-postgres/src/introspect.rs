//! A live catalog as the values of `radoub_schema`: what Prisma compares, and what it does not see.
//!
//! The queries lie beside the files that read their rows and leave in two waves, the second of which needs the
//! ids of the tables, so that the number of tables costs bytes and not waiting. What a catalog joined with another
//! would cost the server is put together here. What is in the tables is never read; nothing is changed.

mod columns;
mod defaults;
mod enums;
mod extensions;
mod indexes;
mod keys;
mod members;
mod remarks;
mod sent;
mod tables;
mod types;
mod unmanaged;
mod views;

use std::collections::BTreeMap;

use futures_util::future::try_join;
use radoub_schema::model::unmanaged::Unmanaged;
use radoub_schema::model::{Column, Index, Origin, Remark, SqlSchema, Table, View};
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::render::Fidelity;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use self::members::Members;
use self::sent::send;
use crate::database::{Bound, Database, QueryError, read};

const TABLES: &str = include_str!("introspect/tables.sql");
const MEMBERS: &str = include_str!("introspect/members.sql");
const COLUMNS: &str = include_str!("introspect/columns.sql");
const DEFAULTS: &str = include_str!("introspect/defaults.sql");
const ENUMS: &str = include_str!("introspect/enums.sql");
const CLASSES: &str = include_str!("introspect/classes.sql");
const INDEXES: &str = include_str!("introspect/indexes.sql");
const KEYS: &str = include_str!("introspect/keys.sql");
const EXTENSIONS: &str = include_str!("introspect/extensions.sql");
const TYPES: &str = include_str!("introspect/types.sql");
const VIEWS: &str = include_str!("introspect/views.sql");
const REMARKS: &str = include_str!("introspect/remarks.sql");

/// What to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent questions")]
pub struct Scope {
    /// The namespaces: those of Prisma's datasource, else the one of the URL. Those that do not
    /// exist are no error.
    pub namespaces: Vec<Ident>,
    /// Whether the catalog is read with Prisma's oddities: partitions that are partitioned
    /// themselves are tables, keys to partitioned tables come once a partition, what belongs to an
    /// extension is there, some defaults are misread.
    pub fidelity: Fidelity,
    /// Whether extensions are compared (preview `postgresqlExtensions`).
    pub extensions: bool,
    /// Whether partial indexes are read, with their condition: Prisma does from 7 on. Whether they
    /// are compared is another matter, `Terms::partial_indexes` of `radoub_schema::diff`.
    pub partial_indexes: bool,
    /// Whether views are read, with their columns (for `db pull`).
    pub views: bool,
    /// Whether what `db pull` remarks is read.
    pub remarks: bool,
    /// Whether what Prisma does not see is read.
    pub unmanaged: bool,
}

impl Scope {
    /// These namespaces, and of them what Prisma compares without preview features, its oddities
    /// left out.
    pub fn of(namespaces: impl IntoIterator<Item = Ident>) -> Self {
        Self {
            namespaces: namespaces.into_iter().collect(),
            fidelity: Fidelity::Sound,
            extensions: false,
            partial_indexes: false,
            views: false,
            remarks: false,
            unmanaged: false,
        }
    }
}

/// What a database consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspected {
    /// What Prisma compares, in the order that belongs to a database (Prisma facts 10.1). The ledger
    /// and PostGIS's tables are there like all others; the comparison leaves them out.
    pub schema: SqlSchema,
    /// The views, by namespace and name, when the scope asks for them.
    pub views: Vec<View>,
    /// What `db pull` remarks, by object, when the scope asks for it.
    pub remarks: Vec<Remark>,
    /// What Prisma does not see, when the scope asks for it.
    pub unmanaged: Unmanaged,
    /// What is left out of `schema` although Prisma would stop at it.
    pub problems: Vec<Problem>,
}

/// Something that the real engine refuses a database for (P4002), and that is only told here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A foreign key refers to a table of a namespace that was not asked for. It is not in the
    /// schema, so nothing that comes of it can drop the key.
    LeavesScope {
        /// The table that owns the key.
        table: ObjectName,
        /// The constraint.
        constraint: Ident,
        /// The table referred to.
        target: ObjectName,
    },
}

/// Why a database could not be introspected.
#[derive(Debug, thiserror::Error)]
pub enum IntrospectError {
    /// A question was not answered.
    #[error("the catalog could not be read")]
    Query(#[from] QueryError),
}

impl Database {
    /// Reads the catalog of the namespaces in `scope`.
    ///
    /// It is one read-only transaction with one snapshot, in two round trips. Whatever the number
    /// of tables, it takes eight queries (tables, types, labels of enum types, operator classes,
    /// columns, defaults, indexes, keys), one more where what belongs to extensions is left out, one more for
    /// extensions, three more for views, one more for remarks, fourteen more for what Prisma does not see; and one
    /// more, in a round trip of its own, when a column has a type that is neither somebody's own nor one of those that
    /// every PostgreSQL is born with.
    /// Names in expressions are written as
    /// the search path of the URL's schema makes them, as Prisma reads them, whatever the session
    /// or the role has set.
    ///
    /// # Errors
    ///
    /// [`IntrospectError`].
    ///
    /// Source: Prisma facts 11; PostgreSQL manual, 53 (system catalogs).
    pub async fn introspect(&mut self, scope: &Scope) -> Result<Introspected, IntrospectError> {
        let read = Box::pin(self.read_catalog(scope)).await;
        if read.is_err() && !self.is_closed() {
            // Leaves the session usable; the first error is the one that matters.
            let _ = self.run("ROLLBACK").await;
        }
        read
    }

    async fn read_catalog(&mut self, scope: &Scope) -> Result<Introspected, IntrospectError> {
        let names: Vec<&str> = scope.namespaces.iter().map(Ident::as_str).collect();
        let in_scope = (&names as _, Type::TEXT_ARRAY);
        let is_exact = scope.fidelity == Fidelity::Exact;
        let settings = if self.is_settled() { String::new() } else { self.session_settings() };
        // Behind a pooler the settings of the session may be another one's: what matters is set here.
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off; SET LOCAL search_path = {}",
            Ident::new(self.url().schema())
        );
        let only = [in_scope.clone()];
        let with_oddities = [in_scope, (&is_exact as _, Type::BOOL)];
        let with_partial = [only[0].clone(), (&scope.partial_indexes as _, Type::BOOL)];

        // All of these leave at once and come back in this order; the first one that is refused makes the server
        // refuse the others.
        let settled = send(self.run(&settings)).await;
        let opened = send(self.run(&begin)).await;
        let tables = send(self.rows(TABLES, &with_oddities)).await;
        let members = send(when(!is_exact, self.rows(MEMBERS, &[]))).await;
        let views = send(when(scope.views, self.rows(VIEWS, &only))).await;
        let types = send(self.rows(TYPES, &[(&false as _, Type::BOOL)])).await;
        let labels = send(self.rows(ENUMS, &[])).await;
        let classes = send(self.rows(CLASSES, &[])).await;
        let extensions = send(when(scope.extensions, self.rows(EXTENSIONS, &[]))).await;
        let remarks = send(when(scope.remarks, self.rows(REMARKS, &with_partial))).await;
        let unmanaged = send(async {
            if scope.unmanaged {
                // Fourteen questions are a large future.
                Box::pin(unmanaged::ask(self, &only)).await
            } else {
                Ok(unmanaged::Answers::default())
            }
        })
        .await;

        settled.answer().await?;
        opened.answer().await?;
        let tables = tables.answer().await?;
        let members = Members::read(&members.answer().await?)?;
        let (namespaces, mut relations) = tables::tables(&tables, &members)?;
        let views = views.answer().await?;
        let seen = views::relations(&views)?;

        // The server is still at the types when these arrive.
        let (table_ids, view_ids) = (relations.ids(), seen.ids());
        let of_tables = [(&table_ids as _, Type::OID_ARRAY)];
        let of_views = [(&view_ids as _, Type::OID_ARRAY)];
        let partial = [of_tables[0].clone(), with_partial[1].clone()];
        let oddities = [of_tables[0].clone(), with_oddities[1].clone()];
        let columns = send(self.columns(&of_tables)).await;
        let view_columns = send(when(scope.views, self.columns(&of_views))).await;
        let indexes = send(self.rows(INDEXES, &partial)).await;
        let keys = send(self.rows(KEYS, &oddities)).await;
        let ended = send(self.run("COMMIT")).await;

        let types = types.answer().await?;
        let mut types = types::Types::read(&types, &namespaces)?;
        let enums = enums::enums(&labels.answer().await?, &types, &members)?;
        let classes = indexes::classes(&classes.answer().await?)?;
        let extensions = extensions::extensions(&extensions.answer().await?)?;
        let remarks = remarks::remarks(&remarks.answer().await?)?;
        let home = Ident::new(self.url().schema());
        let unmanaged = unmanaged.answer().await?.read(&home, scope.extensions)?;
        let (columns, view_columns) = (columns.answer().await?, view_columns.answer().await?);
        if types.lacks_one_of(&columns.columns)? || types.lacks_one_of(&view_columns.columns)? {
            types.add(&self.rows(TYPES, &[(&true as _, Type::BOOL)]).await?)?;
        }
        columns::columns(&columns, &types, scope.fidelity, &mut relations)?;
        let views = views::views(&views, seen, &view_columns, &types, scope.fidelity)?;
        indexes::indexes(&indexes.answer().await?, &classes, scope.fidelity, &mut relations)?;
        let problems = keys::keys(&keys.answer().await?, &namespaces, &mut relations)?;
        relations.settle_indexes();
        ended.answer().await?;
        self.mark_settled();
        let mut namespaces: Vec<Ident> = namespaces.into_values().collect();
        namespaces.sort_unstable();
        Ok(Introspected {
            schema: SqlSchema {
                origin: Origin::Database,
                namespaces,
                extensions,
                enums,
                tables: relations.list.into_iter().map(|relation| relation.table).collect(),
            },
            views,
            remarks,
            unmanaged,
            problems,
        })
    }
}

impl Database {
    /// The columns of relations and their defaults, asked for together.
    async fn columns(&self, of: &[Bound<'_>]) -> Result<columns::Answers, QueryError> {
        let (columns, defaults) = try_join(self.rows(COLUMNS, of), self.rows(DEFAULTS, of)).await?;
        Ok(columns::Answers { columns, defaults })
    }
}

/// The answer to a question that is only asked when it is wanted.
async fn when<T: Default>(
    wanted: bool,
    answer: impl Future<Output = Result<T, QueryError>>,
) -> Result<T, QueryError> {
    if wanted { answer.await } else { Ok(T::default()) }
}

/// Tables or views while their parts are gathered.
#[derive(Debug, Default)]
struct Relations {
    list: Vec<Relation>,
    /// Where each object id stands in the list.
    places: BTreeMap<u32, usize>,
}

/// One of them.
#[derive(Debug)]
struct Relation {
    table: Table,
    /// Its columns with their numbers, until all are there.
    columns: Vec<(i16, Column)>,
    /// Its indexes with their ids, until all is known of them.
    indexes: Vec<(u32, Index)>,
    /// Names of the columns by number; empty for dropped ones.
    names: Vec<Option<Ident>>,
}

impl Relations {
    fn push(&mut self, oid: u32, name: ObjectName) {
        self.places.insert(oid, self.list.len());
        self.list.push(Relation {
            table: Table::new(name),
            columns: Vec::new(),
            indexes: Vec::new(),
            names: Vec::new(),
        });
    }

    /// Their object ids.
    fn ids(&self) -> Vec<u32> {
        self.places.keys().copied().collect()
    }

    /// The relation that a row is about: its object id stands in column 0.
    fn of_row(&mut self, row: &Row) -> Result<Option<&mut Relation>, QueryError> {
        let oid: u32 = read(row, 0)?;
        Ok(self.places.get(&oid).map(|&place| &mut self.list[place]))
    }
}

impl Relation {
    /// The names of columns that a catalog gives by number; those that are none (expressions) are
    /// left out.
    fn named(&self, numbers: &[i16]) -> Vec<Ident> {
        let name = |number: &i16| {
            let place = usize::try_from(*number).ok()?.checked_sub(1)?;
            self.names.get(place)?.clone()
        };
        numbers.iter().filter_map(name).collect()
    }
}

/// A letter of the catalog's one-byte type; 0 where there is none.
fn letter(row: &Row, column: usize) -> Result<u8, QueryError> {
    Ok(read::<i8>(row, column)?.cast_unsigned())
}

/// A name from two columns of a row.
fn object_name(row: &Row, namespace: usize, name: usize) -> Result<ObjectName, QueryError> {
    Ok(ObjectName::in_namespace(read::<String>(row, namespace)?, read::<String>(row, name)?))
}
