//! One database of a temporary cluster that goes away with the value.

use super::cluster::Cluster;
use super::query::{QueryError, Rows};

/// A database of its own for one test; dropped, connections and all, when the value is.
#[derive(Debug)]
pub struct Database<'cluster> {
    cluster: &'cluster Cluster,
    name: String,
}

impl<'cluster> Database<'cluster> {
    pub(super) fn new(cluster: &'cluster Cluster, name: String) -> Self {
        Self { cluster, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its URL, for the superuser, password included.
    pub fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// As [`Cluster::psql`].
    #[track_caller]
    pub fn psql(&self, sql: &str) -> String {
        self.cluster.psql(&self.name, sql)
    }

    /// As [`Cluster::query`].
    ///
    /// # Errors
    ///
    /// [`QueryError`] when the server refuses.
    pub fn query(&self, sql: &str) -> Result<Rows, QueryError> {
        self.cluster.query(&self.name, sql)
    }

    /// As [`Cluster::dump_schema`].
    #[track_caller]
    pub fn dump_schema(&self) -> Option<String> {
        self.cluster.dump_schema(&self.name)
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // The server may be stopped already (a test may kill it); then its folder goes anyway.
        let _ = self.cluster.query(
            "postgres",
            &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(&self.name)),
        );
    }
}

/// A name as an SQL identifier.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
