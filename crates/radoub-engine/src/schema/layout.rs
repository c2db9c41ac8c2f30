//! Schemas laid out: Prisma's `format`.

use std::io;
use std::path::{Path, PathBuf};

use radoub_prisma::diagnostic::SourceFile;

use super::{SchemaText, release, replace};

/// A file of a schema, laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaidOut {
    /// The file, relative to the working directory.
    pub file: String,
    /// Whether the text differs from what is on disk.
    pub changed: bool,
    path: PathBuf,
    text: String,
}

impl SchemaText {
    /// Lays every file out. Mistakes do not matter: what makes no sense stays as it is.
    pub fn lay_out(&self, folder: &Path, major: u8) -> Vec<LaidOut> {
        let lay_out = |file: &SourceFile| {
            let text = radoub_prisma::format::format(&file.text, release(major));
            LaidOut {
                file: file.path.display().to_string(),
                changed: text != file.text,
                path: folder.join(&file.path),
                text,
            }
        };
        self.files.iter().map(lay_out).collect()
    }
}

/// Writes the files that changed.
///
/// # Errors
///
/// The first file that cannot be written, and why; those before it are written.
pub fn write(files: &[LaidOut]) -> Result<(), (String, io::Error)> {
    for file in files.iter().filter(|file| file.changed) {
        replace(&file.path, &file.text).map_err(|error| (file.file.clone(), error))?;
    }
    Ok(())
}
