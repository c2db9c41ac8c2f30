//! Creating a database that does not exist, when somebody asked for exactly that.

use radoub_schema::name::Ident;

use crate::database::{ConnectError, ConnectReason, ConnectSettings, Database, QueryError};
use crate::url::DatabaseUrl;

/// Databases that every server has, in the order of trying, to ask from.
const MAINTENANCE: [&str; 2] = ["postgres", "template1"];

/// Why a database could not be created.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// It exists already (P1009).
    #[error("the database {0:?} exists already")]
    Exists(String),
    /// The role may not create databases (42501, P3000).
    #[error("the role {role:?} may not create databases")]
    Denied {
        /// The role.
        role: String,
        /// What the server said.
        source: QueryError,
    },
    /// Neither `postgres` nor `template1` can be connected to.
    #[error("no maintenance database can be reached")]
    Connect(#[source] ConnectError),
    /// The server refused, or could not be asked (P3000).
    #[error("the database could not be created")]
    Query(#[source] QueryError),
}

impl CreateError {
    /// Prisma's code for this.
    pub fn prisma_code(&self) -> &'static str {
        match self {
            Self::Exists(_) => "P1009",
            Self::Connect(error) => error.prisma_code(),
            Self::Denied { .. } | Self::Query(_) => "P3000",
        }
    }
}

/// Creates the database that the URL names, as the role that the URL names, through one of the
/// databases that every server has. Template, encoding and owner are the server's defaults.
///
/// # Errors
///
/// [`CreateError`].
///
/// Source: Prisma facts 6.3; PostgreSQL manual, CREATE DATABASE.
pub async fn create_database(
    url: &DatabaseUrl,
    settings: &ConnectSettings,
) -> Result<(), CreateError> {
    create_databases(&[url], settings).await
}

/// As [`create_database`], for several databases of one server over one connection, as the role of
/// the first URL. Stops at the first that cannot be created; none asked for is nothing done.
///
/// # Errors
///
/// [`CreateError`].
pub async fn create_databases(
    urls: &[&DatabaseUrl],
    settings: &ConnectSettings,
) -> Result<(), CreateError> {
    let Some(first) = urls.first() else { return Ok(()) };
    let mut settings = settings.clone();
    // Copying a template takes its time; the connection still has its deadline.
    settings.statement_timeout = None;
    let database = beside(first, &settings).await.map_err(CreateError::Connect)?;
    let mut created = Ok(());
    for url in urls {
        created = create(&database, url).await;
        if created.is_err() {
            break;
        }
    }
    database.close().await;
    created
}

/// Connects to a database that every server has, as the role of the URL.
pub(crate) async fn beside(
    url: &DatabaseUrl,
    settings: &ConnectSettings,
) -> Result<Database, ConnectError> {
    let mut last = None;
    for name in MAINTENANCE {
        match Database::connect(&url.with_database(name), settings).await {
            Ok(database) => return Ok(database),
            Err(error) => match error.reason {
                ConnectReason::DatabaseMissing(_)
                | ConnectReason::Denied(_)
                | ConnectReason::NotAdmitted { .. } => last = Some(error),
                _ => return Err(error),
            },
        }
    }
    Err(last.expect("each database was tried and refused"))
}

async fn create(database: &Database, url: &DatabaseUrl) -> Result<(), CreateError> {
    let sql = format!("CREATE DATABASE {}", Ident::new(url.database()));
    database.run(&sql).await.map_err(|error| sorted(error, url.database(), url))
}

/// Sorts what the server said to `CREATE DATABASE`.
pub(crate) fn sorted(error: QueryError, name: &str, url: &DatabaseUrl) -> CreateError {
    match error.sqlstate() {
        // Two of us at once: the loser gets the unique violation of the catalog.
        Some("42P04" | "23505") => CreateError::Exists(name.to_owned()),
        Some("42501") => CreateError::Denied { role: url.user().to_owned(), source: error },
        _ => CreateError::Query(error),
    }
}
