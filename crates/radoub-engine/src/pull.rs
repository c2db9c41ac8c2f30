//! `db pull`: a live database becomes the schema's files.
//!
//! Everything is read and understood before the first file is written. What the text says is the
//! matter of `radoub_prisma::describe`.

use std::io;
use std::path::{Path, PathBuf};

use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::introspect::{IntrospectError, Introspected, Problem, Scope};
use radoub_postgres::url::DatabaseUrl;
use radoub_prisma::configuration::configuration;
use radoub_prisma::describe::{Described, Found, Manner, describe, describes_partial_indexes};
use radoub_prisma::diagnostic::SourceFile;
use radoub_schema::name::Ident;
use radoub_schema::render::Fidelity;

use crate::dropin::Project;
use crate::failure::Failure;
use crate::fleet::place::relative;
use crate::fleet::{Managed, Prisma};
use crate::observe::{Look, connect_settings};
use crate::schema::{Mistake, SchemaError, SchemaText, read, release, replace};
use crate::translate;

/// How a database is pulled.
#[derive(Debug, Clone, Copy)]
pub struct PullSettings<'a> {
    /// How the database is reached.
    pub look: Look,
    /// Whether the models of the schema before are forgotten.
    pub force: bool,
    /// The namespaces to look at instead of those of the datasource, which they become.
    pub namespaces: Option<&'a [String]>,
}

/// What a database is as a schema; nothing is written yet.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// The files of the schema, by path.
    pub files: Vec<PulledFile>,
    /// The queries of its views, one file each.
    pub views: Vec<PulledFile>,
    /// Files that nothing is left of, relative to the working directory.
    pub gone: Vec<String>,
    /// What a person should know, in Prisma's words; empty when there is nothing.
    pub warnings: String,
    /// How many models there are.
    pub models: usize,
    /// The folder that the paths are relative to.
    folder: PathBuf,
    /// The schema that was found.
    before: SchemaText,
}

/// A file that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PulledFile {
    /// Path relative to the working directory.
    pub file: String,
    /// Its text, with the line ends that it had.
    pub text: String,
    /// Whether it is not so on disk already.
    pub changed: bool,
}

/// Why nothing was pulled.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The schema is not there or cannot be read.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The schema before is refused: every mistake of it.
    #[error("{} mistakes in the schema", .0.len())]
    Refused(Vec<Mistake>),
    /// The database cannot be reached or does not answer.
    #[error("the database cannot be read")]
    Database(Failure),
    /// There is nothing in the database (P4001).
    #[error("there is nothing in the database")]
    Empty,
    /// A foreign key refers to a table of a namespace that is not looked at (P4002).
    #[error("`{table}` refers to `{target}`, which is not looked at, by `{constraint}`")]
    LeavesScope {
        /// The table that owns the key, with its namespace.
        table: String,
        /// The table that it refers to, likewise.
        target: String,
        /// Namespace of that one.
        namespace: String,
        /// The constraint.
        constraint: String,
    },
}

/// Reads the database of a project and describes it as a schema. `connected` is called once the
/// database is reached.
///
/// # Errors
///
/// [`PullError`]. Nothing is changed whatever happens.
pub async fn pull(
    project: &Project,
    folder: &Path,
    settings: &PullSettings<'_>,
    connected: impl FnOnce(),
) -> Result<Pulled, PullError> {
    let Prisma::Managed(managed) = &project.service.prisma else { return Err(PullError::Empty) };
    pull_service(managed, &project.url, project.major, folder, settings, connected).await
}

/// The same for a service of a fleet; paths are relative to `folder`.
pub(crate) async fn pull_service(
    managed: &Managed,
    url: &DatabaseUrl,
    major: u8,
    folder: &Path,
    settings: &PullSettings<'_>,
    connected: impl FnOnce(),
) -> Result<Pulled, PullError> {
    let schema = read(folder, "--schema", &managed.schema)?;
    let (settings_read, _) = configuration(schema.files(), release(major));
    let has = |feature: &str| settings_read.preview_features.iter().any(|it| it == feature);
    let namespaces = match settings.namespaces {
        Some(named) => named.to_vec(),
        None if managed.schemas.is_empty() => vec![url.schema().to_owned()],
        None => managed.schemas.clone(),
    };
    let scope = Scope {
        fidelity: Fidelity::Exact,
        extensions: has("postgresqlExtensions"),
        partial_indexes: describes_partial_indexes(schema.files(), release(major)),
        views: has("views"),
        remarks: true,
        ..Scope::of(namespaces.iter().map(|name| Ident::new(name.as_str())))
    };
    let connect = connect_settings(managed, settings.look.timeout);
    let found = introspect(url, &connect, &scope, connected).await?;
    if let Some(Problem::LeavesScope { table, constraint, target }) = found.problems.first() {
        let namespace = target.namespace.as_ref().map_or("", Ident::as_str).to_owned();
        return Err(PullError::LeavesScope {
            table: dotted(table),
            target: dotted(target),
            namespace,
            constraint: constraint.as_str().to_owned(),
        });
    }
    let home = schema_folder(managed);
    let manner = Manner {
        major: release(major),
        force: settings.force,
        namespaces: settings.namespaces.map(<[String]>::to_vec),
        new_file: relative(folder, &home.join("introspected.prisma")),
    };
    let found = Found { schema: &found.schema, views: &found.views, remarks: &found.remarks };
    let described = describe(&found, schema.files(), &manner)
        .map_err(|wrong| PullError::Refused(schema.verdict(&wrong).mistakes))?;
    if described.is_empty {
        return Err(PullError::Empty);
    }
    Ok(pulled(folder, schema, managed, major, described))
}

async fn introspect(
    url: &DatabaseUrl,
    connect: &ConnectSettings,
    scope: &Scope,
    connected: impl FnOnce(),
) -> Result<Introspected, PullError> {
    let database = Database::connect(url, connect).await;
    let mut database =
        database.map_err(|error| PullError::Database(translate::connect_failure(&error)))?;
    connected();
    let read = database.introspect(scope).await;
    database.close().await;
    read.map_err(|IntrospectError::Query(error)| {
        PullError::Database(translate::query_failure(url, &error))
    })
}

/// The folder of the schema: the one that is named, or that of the file.
fn schema_folder(managed: &Managed) -> PathBuf {
    if managed.schema.is_dir() {
        return managed.schema.clone();
    }
    managed.schema.parent().unwrap_or(&managed.schema).to_path_buf()
}

fn pulled(
    folder: &Path,
    schema: SchemaText,
    managed: &Managed,
    major: u8,
    described: Described,
) -> Pulled {
    let before = |path: &Path| schema.files().iter().find(|file| file.path == path);
    let mut files: Vec<PulledFile> = Vec::new();
    for file in described.files {
        let old = before(&file.path).map(|file| file.text.as_str());
        let text = match old {
            Some(old) => with_line_ends_of(old, &file.text),
            None => file.text,
        };
        files.push(PulledFile {
            changed: old != Some(text.as_str()),
            file: file.path.display().to_string(),
            text,
        });
    }
    files.sort_by(|a, b| a.file.cmp(&b.file));
    let is_there = |file: &String| files.iter().any(|it| it.file == *file);
    let gone = schema.files().iter().map(|file| file.path.display().to_string());
    let gone = gone.filter(|file| !is_there(file)).collect();
    let views = views_folder(folder, &schema, managed, major);
    let views = described.views.into_iter().map(|view| {
        let path = views.join(&view.namespace).join(format!("{}.sql", view.name));
        PulledFile {
            changed: std::fs::read_to_string(folder.join(&path)).ok().as_ref() != Some(&view.query),
            file: path.display().to_string(),
            text: view.query,
        }
    });
    Pulled {
        views: views.collect(),
        gone,
        warnings: described.warnings.to_string(),
        models: described.models,
        folder: folder.to_path_buf(),
        files,
        before: schema,
    }
}

/// Where the queries of views go: up to 6 beside the datasource, in 7 in the folder of the schema
/// (Prisma facts 1.2).
fn views_folder(folder: &Path, schema: &SchemaText, managed: &Managed, major: u8) -> PathBuf {
    let datasource = configuration(schema.files(), release(major)).0.datasource;
    let file = datasource.and_then(|it| schema.files().get(it.file));
    let beside = file.and_then(|file| file.path.parent()).filter(|_| major < 7);
    let home = beside.map_or_else(|| relative(folder, &schema_folder(managed)), Path::to_path_buf);
    home.join("views")
}

/// The text with CRLF at its line ends when the old one had it at most of them.
fn with_line_ends_of(old: &str, text: &str) -> String {
    let pairs = old.matches("\r\n").count();
    if pairs * 2 > old.matches('\n').count() { text.replace('\n', "\r\n") } else { text.to_owned() }
}

/// `namespace.table`, as Prisma shows names.
fn dotted(name: &radoub_schema::name::ObjectName) -> String {
    match &name.namespace {
        Some(namespace) => format!("{}.{}", namespace.as_str(), name.name.as_str()),
        None => name.name.as_str().to_owned(),
    }
}

impl Pulled {
    /// The schema that the files make once they are written.
    pub(crate) fn schema(&self) -> SchemaText {
        let file =
            |it: &PulledFile| SourceFile { path: it.file.clone().into(), text: it.text.clone() };
        self.before.with(self.files.iter().map(file).collect())
    }

    /// Whether there is nothing to write and nothing to remove.
    pub fn is_written(&self) -> bool {
        self.gone.is_empty() && !self.files.iter().chain(&self.views).any(|file| file.changed)
    }

    /// Files that get another text, or none: their paths, whole.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (PathBuf, Option<&str>)> {
        let changed = self.files.iter().chain(&self.views).filter(|file| file.changed);
        let changed = changed.map(|it| (self.folder.join(&it.file), Some(it.text.as_str())));
        changed.chain(self.gone.iter().map(|it| (self.folder.join(it), None)))
    }

    /// The text of a file of the schema as it was found.
    pub fn text_before(&self, file: &str) -> Option<&str> {
        let mut files = self.before.files().iter();
        files.find(|it| it.path.as_path() == Path::new(file)).map(|it| it.text.as_str())
    }

    /// Whether the schema is another one by now.
    pub(crate) fn has_moved(&self, managed: &Managed) -> bool {
        let now = read(&self.folder, "--schema", &managed.schema);
        now.map_or(true, |now| now.files() != self.before.files())
    }

    /// Writes what changed, each file whole or not at all, and removes what nothing is left of.
    ///
    /// # Errors
    ///
    /// The first file that cannot be written or removed, and why; those before it are done.
    pub fn write(&self) -> Result<(), (String, io::Error)> {
        for file in self.files.iter().chain(&self.views).filter(|file| file.changed) {
            let path = self.folder.join(&file.file);
            replace(&path, &file.text).map_err(|error| (file.file.clone(), error))?;
        }
        for file in &self.gone {
            std::fs::remove_file(self.folder.join(file)).map_err(|error| (file.clone(), error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::with_line_ends_of;

    #[test]
    fn line_ends_stay_what_most_of_them_were() {
        assert_eq!(with_line_ends_of("a\r\nb\r\n", "x\ny\n"), "x\r\ny\r\n");
        assert_eq!(with_line_ends_of("a\nb\r\nc\n", "x\ny\n"), "x\ny\n");
        assert_eq!(with_line_ends_of("", "x\n"), "x\n");
    }
}
