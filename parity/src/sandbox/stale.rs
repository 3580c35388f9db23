//! Folders of runs that are dead: a run that was killed could not remove its own.
//!
//! A run holds a lock in its folder for as long as it lives, which the system takes from it when it dies. So a folder
//! whose lock is free is nobody's, whoever made it and however it ended.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::process::geteuid;
use tempfile::TempDir;

use super::SandboxError;
use super::room::remove;

/// What the folders of all runs are called, before what makes each its own.
const PREFIX: &str = "fairway-parity-";

/// The file that a run has locked.
const LOCK: &str = "lock";

/// The folder of a run. It goes with this; when that cannot be, with the next run.
#[derive(Debug)]
pub struct Workplace {
    folder: TempDir,
    _lock: File,
}

impl Workplace {
    /// Makes a folder in `place`, after what dead runs have left there is removed.
    pub(super) fn make(place: &Path) -> Result<Self, SandboxError> {
        sweep(place);
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(place)
            .map_err(SandboxError::io("make a folder in", place))?;
        let path = folder.path().join(LOCK);
        let lock = File::create(&path).map_err(SandboxError::io("make", &path))?;
        lock.lock().map_err(SandboxError::io("lock", &path))?;
        Ok(Self { folder, _lock: lock })
    }

    /// Makes one in the system's folder for temporary files, for what may lie on a disk.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn temporary() -> Result<Self, SandboxError> {
        Self::make(&std::env::temp_dir())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // Scripts may have left folders without write permission, which the temporary folder could not remove.
        remove(self.folder.path());
    }
}

/// Removes the folders of dead runs of this user.
fn sweep(place: &Path) {
    for folder in dead(place) {
        remove(&folder);
    }
}

fn dead(place: &Path) -> Vec<PathBuf> {
    let own = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|meta| meta.uid() == geteuid().as_raw());
    let named =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
    // Without a lock it is being made, or has nothing to do with runs.
    let free = |path: &PathBuf| File::open(path.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
    let entries = fs::read_dir(place).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(named).filter(own).filter(free).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_a_dead_run_has_left_goes_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let make = |name: &str, locked: bool| {
            let path = place.path().join(name);
            fs::create_dir_all(path.join("rooms")).unwrap();
            if locked {
                fs::write(path.join(LOCK), "").unwrap();
            }
            fs::set_permissions(path.join("rooms"), fs::Permissions::from_mode(0o500)).unwrap();
            path
        };
        let [dead, begun, other] =
            [make("fairway-parity-dead", true), make("fairway-parity-begun", false), make("others", true)];
        let living = Workplace::make(place.path()).unwrap();
        assert!(!dead.exists() && begun.exists() && other.exists());
        let next = Workplace::make(place.path()).unwrap();
        assert!(living.path().exists() && next.path().exists());
        let path = living.path().to_owned();
        drop(living);
        assert!(!path.exists());
    }
}
