//! What is wrong with a file, and where.

use std::ops::Range;
use std::path::PathBuf;

/// One file of a schema: its path as the user would write it, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path shown in diagnostics.
    pub path: PathBuf,
    /// Decoded text.
    pub text: String,
}

/// One mistake in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Index into the files that were handed over.
    pub file: usize,
    /// Bytes of the text that are wrong; empty at the end of a file.
    pub span: Range<usize>,
    /// What is wrong, in Prisma's meaning.
    pub message: String,
    /// What to do about it, where one remedy is known.
    pub remedy: Option<String>,
    /// Whether it stops Prisma.
    pub severity: Severity,
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Accepted, with a remark.
    Warning,
    /// Refused.
    Error,
}
