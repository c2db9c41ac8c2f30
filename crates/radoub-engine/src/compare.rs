//! Any two schemas compared as Prisma's `migrate diff` does: empty, a file, a database, a history.
//!
//! Each side is made into a `SqlSchema` where it comes from; what is different and how it is
//! written belongs to `radoub_schema`. Nothing is changed but scratch databases.

use std::path::{Path, PathBuf};

use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::introspect::{IntrospectError, Introspected, Problem, Scope};
use radoub_postgres::url::DatabaseUrl;
use radoub_prisma::migrations::LockFile;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::{Origin, SqlSchema};
use radoub_schema::name::Ident;
use radoub_schema::render::render;
use radoub_schema::step::Step;
use radoub_schema::summary::summary;
use radoub_schema::warning::warnings;

use crate::failure::{Failure, FailureCode};
use crate::fleet::{External, Managed, UrlProblem};
use crate::observe::Look;
use crate::schema::{Mistake, SchemaText, WantedError, scope, terms};
use crate::scratch::{Replay, Workshop};
use crate::source::read_migrations;
use crate::translate;

/// One of two sides.
#[derive(Debug, Clone)]
pub enum Side {
    /// Nothing at all.
    Empty,
    /// What a schema file wants.
    Schema(SchemaText),
    /// What a database has.
    Database {
        /// Where it is.
        url: DatabaseUrl,
        /// Folder that relative names of certificate files start from.
        certificates: PathBuf,
        /// The schema that names it, whose `schemas` are looked at; its models do not count.
        datasource: Option<SchemaText>,
    },
    /// What the migrations of this folder make of an empty database.
    Migrations(PathBuf),
}

/// A comparison to be made.
#[derive(Debug, Clone)]
pub struct Question {
    /// What there is.
    pub from: Side,
    /// What it is to become.
    pub to: Side,
    /// Release whose manner is followed: 5, 6 or 7.
    pub major: u8,
    /// The configured database: its `schema` is the namespace of names without one where no side
    /// is a database, and its server may hold the scratch database.
    pub configured: Option<DatabaseUrl>,
    /// The shadow database for a side of migrations.
    pub shadow: Option<DatabaseUrl>,
    /// What others look after.
    pub external: External,
    /// SQL that a scratch database needs before the history.
    pub shadow_init: Option<String>,
}

/// What turns one schema into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Whether nothing that Prisma compares is different.
    pub is_empty: bool,
    /// The script, with Prisma's bytes; ends with a line end.
    pub script: String,
    /// The readable form, likewise.
    pub summary: String,
    /// What the script would lose or could not do on tables with rows, in Prisma's words.
    pub warnings: Vec<String>,
}

/// Why two schemas were not compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// At least one schema is refused: every mistake of both.
    #[error("{} mistakes in the schema", .0.len())]
    Refused(Vec<Mistake>),
    /// A schema wants nothing that can be said.
    #[error(transparent)]
    Wanted(#[from] WantedError),
    /// Both sides are empty.
    #[error("Could not determine the connector to use for diffing.")]
    NothingNamed,
    /// A migrations folder without a lock file.
    #[error(
        "Could not determine the connector from the migrations directory (missing \
         migration_lock.toml)."
    )]
    NoLockFile,
    /// A database or a history does not answer.
    #[error("{0}")]
    Failed(Box<Failure>),
}

impl From<Failure> for CompareError {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

/// Compares the two sides.
///
/// The bytes are Prisma's, its known defects included (Prisma facts 10.12): whoever calls this
/// stands in for Prisma.
///
/// # Errors
///
/// [`CompareError`].
///
/// Source: Prisma facts 6.5, 10.10; what is looked at in a database, measured.
pub async fn compare(
    question: &Question,
    workshop: &Workshop,
    look: &Look,
) -> Result<Comparison, CompareError> {
    let Question { from, to, major, .. } = question;
    if matches!((from, to), (Side::Empty, Side::Empty)) {
        return Err(CompareError::NothingNamed);
    }
    let schemas: Vec<&SchemaText> = [from, to].into_iter().filter_map(Side::schema).collect();
    refuse_mistakes(&schemas, *major)?;
    let namespace = question.default_namespace();
    let mut terms = terms(*major, &namespace, &question.external).map_err(WantedError::External)?;
    let looked = question.looked_at(&mut terms);
    let (from, to) = tokio::join!(
        question.side(from, &namespace, &looked, workshop, look),
        question.side(to, &namespace, &looked, workshop, look),
    );
    let steps = steps(&from?, to?, &terms);
    Ok(Comparison {
        is_empty: steps.is_empty(),
        script: render(&steps, terms.dialect),
        summary: summary(&steps, terms.dialect.edition),
        warnings: warnings(&steps).iter().map(ToString::to_string).collect(),
    })
}

/// The script between two schema files; `None` is the empty one.
///
/// # Errors
///
/// [`CompareError`].
pub fn script(
    from: Option<&SchemaText>,
    to: Option<&SchemaText>,
    major: u8,
) -> Result<String, CompareError> {
    let nobody = External::default();
    let terms = terms(major, "public", &nobody).map_err(WantedError::External)?;
    let side = |schema: Option<&SchemaText>| match schema {
        None => Ok(SqlSchema::empty()),
        Some(schema) => schema.wanted(major, "public", &nobody).map(|wanted| wanted.schema),
    };
    let steps: Vec<Step> = steps(&side(from)?, side(to)?, &terms);
    Ok(render(&steps, terms.dialect))
}

/// Every mistake of all of them at once.
fn refuse_mistakes(schemas: &[&SchemaText], major: u8) -> Result<(), CompareError> {
    let verdicts = schemas.iter().map(|schema| schema.validate(major));
    let mistakes: Vec<Mistake> = verdicts.flat_map(|verdict| verdict.mistakes).collect();
    if mistakes.is_empty() { Ok(()) } else { Err(CompareError::Refused(mistakes)) }
}

impl Side {
    /// The schema whose models count.
    fn schema(&self) -> Option<&SchemaText> {
        match self {
            Self::Schema(schema) => Some(schema),
            _ => None,
        }
    }

    /// The schema whose datasource counts.
    fn datasource(&self) -> Option<&SchemaText> {
        match self {
            Self::Schema(schema) => Some(schema),
            Self::Database { datasource, .. } => datasource.as_ref(),
            _ => None,
        }
    }

    fn url(&self) -> Option<&DatabaseUrl> {
        match self {
            Self::Database { url, .. } => Some(url),
            _ => None,
        }
    }
}

impl Question {
    /// The first database among the sides, else the configured one.
    pub fn database(&self) -> Option<&DatabaseUrl> {
        self.from.url().or_else(|| self.to.url()).or(self.configured.as_ref())
    }

    /// The namespace of names without one: that of the first database there is.
    fn default_namespace(&self) -> String {
        self.database().map_or("public", |url| url.schema()).to_owned()
    }

    /// What is looked at in databases: the namespaces that the datasources of both sides list,
    /// else none but each database's own; and what their preview features add.
    fn looked_at(&self, terms: &mut Terms) -> Scope {
        let mut looked = scope(self.major, []);
        for schema in [&self.from, &self.to].into_iter().filter_map(Side::datasource) {
            let seen = schema.looked_at(self.major);
            looked.namespaces.extend(seen.namespaces);
            looked.extensions |= seen.extensions;
            terms.partial_indexes |= seen.partial_indexes;
        }
        looked.namespaces.sort();
        looked.namespaces.dedup();
        looked
    }

    async fn side(
        &self,
        side: &Side,
        namespace: &str,
        looked: &Scope,
        workshop: &Workshop,
        look: &Look,
    ) -> Result<SqlSchema, CompareError> {
        let within = |namespace: &str| {
            let mut looked = looked.clone();
            if looked.namespaces.is_empty() {
                looked.namespaces.push(Ident::new(namespace));
            }
            looked
        };
        match side {
            Side::Empty => Ok(SqlSchema::empty()),
            Side::Schema(schema) => {
                Ok(schema.wanted(self.major, namespace, &self.external)?.schema)
            }
            Side::Database { url, certificates, .. } => {
                Ok(live(url, certificates, &within(url.schema()), look).await?.schema)
            }
            Side::Migrations(folder) => self.history(folder, &within(namespace), workshop).await,
        }
    }

    /// What a history makes of an empty database.
    async fn history(
        &self,
        folder: &Path,
        scope: &Scope,
        workshop: &Workshop,
    ) -> Result<SqlSchema, CompareError> {
        let read = read_migrations(folder).map_err(|error| translate::source_failure(&error))?;
        match &read.lock_file {
            None => return Err(CompareError::NoLockFile),
            Some(LockFile::OtherProvider(found)) => {
                let values = vec![("found", found.clone())];
                return Err(Failure::new(FailureCode::OtherProvider, values).into());
            }
            Some(LockFile::Matches) => {}
        }
        let url = self.database();
        let managed = Managed {
            schema: folder.join("schema.prisma"),
            migrations: folder.to_owned(),
            prisma_version: None,
            followed: self.major,
            url: url.cloned().ok_or(UrlProblem::NotSet { variable: None }),
            container: None,
            shadow_url: self.shadow.clone(),
            schemas: scope.namespaces.iter().map(|it| it.as_str().to_owned()).collect(),
            datasource: "db".to_owned(),
            external: self.external.clone(),
            shadow_init: self.shadow_init.clone(),
            seed: None,
        };
        let replay = Replay::whole(&managed, &read.migrations, scope.clone());
        let replayed = workshop.replay(&replay, &mut |_| {}).await;
        let replayed = replayed.map_err(|stop| stop.failure)?;
        Ok(replayed.end().schema.clone())
    }
}

/// What a database has; a foreign key that leaves the scope stops it, as it stops Prisma (P4002).
async fn live(
    url: &DatabaseUrl,
    certificates: &Path,
    scope: &Scope,
    look: &Look,
) -> Result<Introspected, Failure> {
    let connect = ConnectSettings {
        deadline: look.timeout,
        certificates: Some(certificates.to_owned()),
        ..ConnectSettings::default()
    };
    let database = Database::connect(url, &connect).await;
    let mut database = database.map_err(|error| translate::connect_failure(&error))?;
    let introspected = database.introspect(scope).await;
    database.close().await;
    let introspected = introspected.map_err(|error| introspect_failure(url, &error))?;
    debug_assert_eq!(introspected.schema.origin, Origin::Database, "read from a catalog");
    match leaves_scope(&introspected) {
        Some(failure) => Err(failure),
        None => Ok(introspected),
    }
}

/// Why a catalog could not be read.
pub(crate) fn introspect_failure(url: &DatabaseUrl, error: &IntrospectError) -> Failure {
    match error {
        IntrospectError::Query(error) => translate::query_failure(url, error),
    }
}

/// That a foreign key refers to a namespace that is not looked at, which stops Prisma (P4002).
pub(crate) fn leaves_scope(introspected: &Introspected) -> Option<Failure> {
    introspected.problems.first().map(|problem| {
        let Problem::LeavesScope { table, constraint, target } = problem;
        let values = vec![
            ("table", bare(table)),
            ("constraint", constraint.as_str().to_owned()),
            ("target", bare(target)),
        ];
        Failure::new(FailureCode::LeavesScope, values)
    })
}

/// A name as a message shows it.
fn bare(name: &radoub_schema::name::ObjectName) -> String {
    let namespace = name.namespace.as_ref().map(|it| format!("{}.", it.as_str()));
    format!("{}{}", namespace.unwrap_or_default(), name.name.as_str())
}
