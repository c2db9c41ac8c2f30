//! The `datasource` and `generator` blocks of a schema: where the database is, not what is in it.
//!
//! `migrate status`, `deploy` and `resolve` look at nothing else (Prisma facts 1.5), so a schema
//! with a mistake in a model still deploys.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, SourceFile};

/// The configuration blocks of one schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// The one datasource, `None` when there is none.
    pub datasource: Option<Datasource>,
    /// Union of the generators' `previewFeatures`, sorted.
    pub preview_features: Vec<String>,
}

/// The `datasource` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datasource {
    /// Name of the block, `db` by habit.
    pub name: String,
    /// `provider` as written.
    pub provider: String,
    /// Index of the file that holds the block.
    pub file: usize,
    /// `url`; version 7 refuses one.
    pub url: Option<Setting>,
    /// `directUrl`, which Migrate prefers to `url`.
    pub direct_url: Option<Setting>,
    /// `shadowDatabaseUrl`.
    pub shadow_database_url: Option<Setting>,
    /// `schemas`, sorted; empty when the block has none.
    pub schemas: Vec<String>,
    /// True for `relationMode = "prisma"`.
    pub relation_mode_prisma: bool,
}

/// A value of the block that may come from the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What is written.
    pub value: SettingValue,
    /// Bytes of the value in its file.
    pub span: Range<usize>,
}

/// How a setting is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// `"postgresql://…"`.
    Literal(String),
    /// `env("NAME")`.
    Env(String),
}

/// Reads the configuration blocks of a schema's files (one, or a folder in byte order), with
/// everything that is wrong with them. Mistakes outside these blocks are not looked at.
pub fn configuration(files: &[SourceFile]) -> (Configuration, Vec<Diagnostic>) {
    let _ = files;
    (Configuration::default(), Vec::new())
}
