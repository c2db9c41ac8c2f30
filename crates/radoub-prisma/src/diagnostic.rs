//! What is wrong with a file, and where.

use std::ops::Range;
use std::path::PathBuf;

use crate::syntax::SyntaxError;

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

impl Diagnostic {
    /// A mistake that stops Prisma.
    pub(crate) fn error(file: usize, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { file, span, message: message.into(), remedy: None, severity: Severity::Error }
    }

    /// A remark.
    pub(crate) fn warning(file: usize, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { file, span, message: message.into(), remedy: None, severity: Severity::Warning }
    }

    /// The same, with what to do about it.
    pub(crate) fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// A mistake of form.
    pub(crate) fn of_syntax(file: usize, error: &SyntaxError) -> Self {
        let remedy = error.kind.remedy().map(str::to_owned);
        Self { remedy, ..Self::error(file, error.span.clone(), error.kind.to_string()) }
    }
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Accepted, with a remark.
    Warning,
    /// Refused.
    Error,
}
