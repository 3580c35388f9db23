//! A folder with a given name that goes when its owner goes.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::SandboxError;

/// A folder that is removed on drop unless it is kept.
#[derive(Debug)]
pub(super) struct Room {
    path: PathBuf,
    kept: bool,
}

impl Room {
    /// Makes the new folder `under/name`; `under` is made when it is not there. The path is canonical.
    pub(super) fn make(under: &Path, name: &str) -> Result<Self, SandboxError> {
        plain_name(name)?;
        fs::create_dir_all(under).map_err(SandboxError::io("make", under))?;
        let path = under.canonicalize().map_err(SandboxError::io("read", under))?.join(name);
        match fs::create_dir(&path) {
            Ok(()) => Ok(Self { path, kept: false }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(SandboxError::Exists { path }),
            Err(error) => Err(SandboxError::io("make", &path)(error)),
        }
    }

    /// A new folder in this room.
    pub(super) fn folder(&self, name: &str) -> Result<PathBuf, SandboxError> {
        let path = self.path.join(name);
        fs::create_dir(&path).map_err(SandboxError::io("make", &path))?;
        Ok(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn keep(&mut self) {
        self.kept = true;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if !self.kept {
            remove(&self.path);
        }
    }
}

/// Removes a folder with all that is in it, as far as that can be done.
pub(super) fn remove(path: &Path) {
    if fs::remove_dir_all(path).is_err() {
        // Folders without write permission, as the original or a script may have them, cannot be emptied.
        open_up(path);
        // What still cannot be removed is left: whoever removes has nobody to tell.
        let _ = fs::remove_dir_all(path);
    }
}

/// Gives the owner all rights on every folder below `path`.
fn open_up(path: &Path) {
    let _ = fs::set_permissions(path, Permissions::from_mode(0o700));
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

/// Refuses what is not one plain component of a path.
pub(super) fn plain_name(name: &str) -> Result<(), SandboxError> {
    if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
        return Err(SandboxError::Name { name: name.to_owned() });
    }
    Ok(())
}
