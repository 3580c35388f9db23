//! Writing a document to a file: all of it, or nothing.

use std::io::Write;
use std::path::Path;

use super::{OpError, Result};

/// Writes a text to a file, in the place of what is there. Whoever reads the file meanwhile sees the old text or the new
/// one; when writing fails, the old one is still there.
///
/// # Errors
/// When the file cannot be written.
pub fn write_document(path: &Path, text: &str) -> Result<()> {
    let failed = |source| OpError::File { path: path.to_owned(), source };
    // A pipe or a terminal is written to, not replaced.
    if path.exists() && !path.is_file() {
        return std::fs::write(path, text).map_err(failed);
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Said of the folder, not of the file under another name.
    std::fs::metadata(folder).map_err(failed)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fairway-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(|source| failed(source.kind().into()))?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
