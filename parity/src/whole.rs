//! Files that are written whole or not at all: whoever reads one meanwhile sees the old one or the new one.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// What becomes of the bytes when the machine stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// They are on the disk before the file has its name.
    Surely,
    /// They can be made again.
    Perhaps,
}

/// Writes a file in the place of what is there. Its folder has to be there.
pub(crate) fn write(path: &Path, bytes: &[u8], keep: Keep) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    // As readable as any other new file, and not as a temporary one.
    let mut file = tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
    file.write_all(bytes)?;
    if keep == Keep::Surely {
        file.as_file().sync_data()?;
    }
    file.persist(path).map(drop).map_err(|error| error.error)
}
