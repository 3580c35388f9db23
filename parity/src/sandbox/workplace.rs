//! Where rooms are made cheaply.

use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};
use walkdir::WalkDir;

use super::SandboxError;
use super::copy::still_there;
use super::original::Original;
use super::stale::Workplace;

/// The file system in memory that Linux systems have.
const MEMORY: &str = "/dev/shm";

/// How many copies of the original have to fit: the base with and without what is private, and two sandboxes
/// for each of as many scenarios as run at once on a large machine, with room for what the runs write.
const COPIES: u64 = 64;

/// Makes a temporary folder for the [`Base`](super::Base) and the sandboxes of `original`; it goes with what
/// is returned.
///
/// It is made in memory where that is large enough and lets programs run: a sandbox is mostly the making and
/// removing of small files, which takes a disk ten times as long. Otherwise, and whenever `TMPDIR` says
/// so, it is made in the system's folder for temporary files.
///
/// # Errors
///
/// When the original cannot be read or the folder cannot be made.
pub fn workplace(original: &Original) -> Result<Workplace, SandboxError> {
    let memory = Path::new(MEMORY);
    let chosen = std::env::var_os("TMPDIR").is_some_and(|folder| !folder.is_empty());
    let place: PathBuf =
        if !chosen && has_room(memory, size(original)?) { memory.to_owned() } else { std::env::temp_dir() };
    Workplace::make(&place)
}

/// What a copy takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Size {
    bytes: u64,
    entries: u64,
}

fn size(original: &Original) -> Result<Size, SandboxError> {
    let mut size = Size::default();
    for ground in original.tree.grounds() {
        for entry in WalkDir::new(ground) {
            let Some(entry) = still_there(entry)? else { continue };
            size.entries += 1;
            // A file that has vanished since takes nothing.
            size.bytes += entry.metadata().map_or(0, |metadata| metadata.len());
        }
    }
    Ok(size)
}

/// Whether programs may run in `place` and enough copies of this size fit. A file system that does not count
/// its entries gives their number as nought.
fn has_room(place: &Path, size: Size) -> bool {
    let Ok(system) = statvfs(place) else { return false };
    let bytes = system.f_bavail.saturating_mul(system.f_frsize);
    !system.f_flag.intersects(StatVfsMountFlags::NOEXEC | StatVfsMountFlags::RDONLY)
        && bytes >= size.bytes.saturating_mul(COPIES)
        && (system.f_files == 0 || system.f_favail >= size.entries.saturating_mul(COPIES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_judged_by_what_has_to_fit() {
        let here = std::env::temp_dir();
        assert!(has_room(&here, Size::default()));
        assert!(!has_room(&here, Size { bytes: u64::MAX, entries: 0 }));
        assert!(!has_room(Path::new("/no/such/place"), Size::default()));
    }
}
