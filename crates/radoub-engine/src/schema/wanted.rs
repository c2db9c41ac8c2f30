//! What a schema wants of its database: the one place where a service's `schema.prisma` becomes a
//! [`SqlSchema`], with everything that comparing it with a database depends on.

use std::collections::BTreeSet;
use std::path::Path;

use radoub_postgres::introspect::Scope;
use radoub_prisma::datamodel::{Datamodel, resolve};
use radoub_prisma::lower;
use radoub_schema::diff::Terms;
use radoub_schema::model::SqlSchema;
use radoub_schema::name::{Ident, ObjectName};
use radoub_schema::render::{Dialect, Edition, Fidelity};

use super::{Mistake, SchemaError, SchemaText, release, texts};
use crate::fleet::{External, Managed};

/// What a schema wants, and on which terms a database is compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The schema as SQL.
    pub schema: SqlSchema,
    /// What to look at in the database: `schemas` of the datasource, else the namespace of the URL;
    /// what Prisma compares with the preview features that the generators name.
    pub scope: Scope,
    /// The terms of every comparison with it; written exactly as Prisma writes, known defects
    /// included. Our own verbs ask for [`Fidelity::Sound`].
    pub terms: Terms,
    /// Release whose manner is followed: 5, 6 or 7.
    pub major: u8,
}

/// Why nothing can be wanted.
#[derive(Debug, thiserror::Error)]
pub enum WantedError {
    /// A file is not there or cannot be read.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Prisma refuses the schema: every mistake of it.
    #[error("{} mistakes in the schema", .0.len())]
    Refused(Vec<Mistake>),
    /// A schema with models and without a datasource says nothing about its database.
    #[error("There is no datasource in the schema.")]
    NoDatasource,
    /// What others look after is named wrongly.
    #[error(transparent)]
    External(#[from] ExternalError),
}

/// A table or enum type that others look after is named without its schema (P3023).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}.external names {name:?} without its schema")]
pub struct ExternalError {
    /// `tables` or `enums`.
    pub kind: &'static str,
    /// The name as written.
    pub name: String,
}

/// What the schema of a service wants: read, validated and lowered, with the `schema` of its URL
/// as the namespace of names without one (`public` when the URL is not known).
///
/// `major` is the release to follow, [`Managed::major`] unless somebody asked for another one.
/// Files in mistakes are named relative to `root`. No database is asked.
///
/// # Errors
///
/// [`WantedError`], with every mistake at once.
pub fn wanted(managed: &Managed, root: &Path, major: u8) -> Result<Wanted, WantedError> {
    let text = texts(root, &managed.schema)?;
    let namespace = managed.url.as_ref().map_or("public", |url| url.schema());
    text.wanted(major, namespace, &managed.external)
}

impl SchemaText {
    /// What this schema wants; see [`wanted`].
    ///
    /// # Errors
    ///
    /// [`WantedError`].
    pub fn wanted(
        &self,
        major: u8,
        default_namespace: &str,
        external: &External,
    ) -> Result<Wanted, WantedError> {
        let (datamodel, diagnostics) = resolve(&self.files, release(major));
        let Some(datamodel) = datamodel else {
            return Err(WantedError::Refused(self.verdict(&diagnostics).mistakes));
        };
        if !datamodel.has_datasource {
            return Err(WantedError::NoDatasource);
        }
        let terms = Terms {
            partial_indexes: compares_partial_indexes(&datamodel, major),
            ..terms(major, default_namespace, external)?
        };
        Ok(Wanted { terms, ..of_datamodel(&datamodel, major, default_namespace) })
    }
}

impl SchemaText {
    /// What the datasource and the generators say about what to look at in a database: the
    /// namespaces that are listed, extensions, and whether partial indexes are compared. Mistakes
    /// elsewhere in the schema do not matter.
    pub(crate) fn looked_at(&self, major: u8) -> Scope {
        let configuration = self.configuration(major);
        let has = |feature: &str| configuration.preview_features.iter().any(|it| it == feature);
        let datasource = configuration.datasource.as_ref();
        let listed = datasource.into_iter().flat_map(|it| &it.schemas);
        Scope {
            extensions: has("postgresqlExtensions")
                && datasource.is_some_and(|it| it.extensions.is_some()),
            partial_indexes: major >= 7 && has("partialIndexes"),
            ..Scope::of(listed.map(|name| Ident::new(name.as_str())))
        }
    }
}

fn of_datamodel(datamodel: &Datamodel, major: u8, default_namespace: &str) -> Wanted {
    let default_namespace = Ident::new(default_namespace);
    let setting = lower::Setting {
        default_namespace: default_namespace.clone(),
        ..lower::Setting::of(release(major))
    };
    let listed: Vec<Ident> =
        datamodel.schemas.iter().map(|name| Ident::new(name.as_str())).collect();
    Wanted {
        schema: lower::lower(datamodel, &setting),
        scope: Scope {
            extensions: datamodel.extensions.is_some(),
            ..scope(major, if listed.is_empty() { vec![default_namespace] } else { listed })
        },
        terms: Terms::default(),
        major,
    }
}

/// What Prisma `major` looks at in these namespaces without preview features.
pub fn scope(major: u8, namespaces: impl IntoIterator<Item = Ident>) -> Scope {
    Scope { partial_indexes: major >= 7, fidelity: Fidelity::Exact, ..Scope::of(namespaces) }
}

fn compares_partial_indexes(datamodel: &Datamodel, major: u8) -> bool {
    major >= 7 && datamodel.preview_features.iter().any(|it| it == "partialIndexes")
}

/// The terms on which Prisma `major` compares: its bytes, this namespace for names without one,
/// and what others look after (Prisma facts 10.10, 10.11).
///
/// # Errors
///
/// [`ExternalError`], the first name without a schema.
pub fn terms(
    major: u8,
    default_namespace: &str,
    external: &External,
) -> Result<Terms, ExternalError> {
    let names = |kind, names: &[String]| {
        let name = |text: &String| match text.split_once('.') {
            Some((namespace, name)) => Ok(ObjectName::in_namespace(namespace, name)),
            None => Err(ExternalError { kind, name: text.clone() }),
        };
        names.iter().map(name).collect::<Result<BTreeSet<ObjectName>, ExternalError>>()
    };
    Ok(Terms {
        dialect: Dialect { edition: Edition::from(release(major)), fidelity: Fidelity::Exact },
        default_namespace: Ident::new(default_namespace),
        external_tables: names("tables", &external.tables)?,
        external_enums: names("enums", &external.enums)?,
        partial_indexes: false,
    })
}
