//! Writing a document to a file: all of it, or nothing.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::{OpError, Result};

/// Enough that writing a large document is not mostly calls of the system.
const BUFFER: usize = 256 * 1024;

/// Writes a text to a file, in the place of what is there. Whoever reads the file meanwhile sees the old text or the new
/// one; when writing fails, the old one is still there.
///
/// # Errors
/// When the file cannot be written.
pub fn write_document(path: &Path, text: &str) -> Result<()> {
    write_document_as_it_comes(path, |out| out.write_all(text.as_bytes()))
}

/// As [`write_document`], for a document that is made while it is written. What is written to is of one type, not any
/// `Write`: JSON comes in pieces of a few bytes.
///
/// # Errors
/// When the file cannot be written, and what `body` fails with.
pub(super) fn write_document_as_it_comes(
    path: &Path,
    body: impl FnOnce(&mut BufWriter<&mut File>) -> std::io::Result<()>,
) -> Result<()> {
    let failed = |source| OpError::File { path: path.to_owned(), source };
    let write = |file: &mut File| {
        let mut out = BufWriter::with_capacity(BUFFER, file);
        body(&mut out)?;
        out.flush()
    };
    // A pipe or a terminal is written to, not replaced.
    if path.exists() && !path.is_file() {
        return File::create(path).and_then(|mut file| write(&mut file)).map_err(failed);
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
    write(file.as_file_mut()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
