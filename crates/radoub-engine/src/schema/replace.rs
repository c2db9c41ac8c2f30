//! Replaces a file whole.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Gives the file this text, so that whoever reads it meanwhile sees the old or the new one, and
/// never a part. Folders on the way are made; a link stays one; permissions stay.
///
/// # Errors
///
/// What the system says; the old text is there then.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    // What a link leads to is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let draft = folder.join(format!(".{name}.{}.radoub", std::process::id()));
    let written = write(&draft, &target, text);
    let replaced = written.and_then(|()| fs::rename(&draft, &target));
    if replaced.is_err() {
        // The first error is the one that matters.
        let _ = fs::remove_file(&draft);
    }
    replaced
}

fn write(draft: &Path, target: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(draft)?;
    file.write_all(text.as_bytes())?;
    if let Ok(old) = fs::metadata(target) {
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()
}
