//! Another text in the place of a file, as if it had always stood there.

use std::fs;
use std::path::{Path, PathBuf};

use super::omit::mark_absent;
use super::tree::inner;
use super::{Sandbox, SandboxError};
use crate::process::Rooms;

impl Sandbox {
    /// Puts `text` in the place of the file `path`, relative to the checkout: there, and in every worktree that has
    /// the very same file. Git does not see that it changed, so nothing is dirty that was clean.
    ///
    /// # Errors
    /// The path leaves the checkout, a file cannot be read or written, or git cannot be run.
    pub fn replace(&self, path: &str, text: &str) -> Result<(), SandboxError> {
        let path = inner(Path::new(path))?;
        let tree = self.tree();
        let before = self.checkout().join(&path);
        let before = fs::read(&before).map_err(SandboxError::io("read", &before))?;
        let same = |folder: &Path| -> Option<PathBuf> {
            let file = folder.join(&path);
            fs::read(&file).is_ok_and(|bytes| bytes == before).then_some(file)
        };
        let files: Vec<PathBuf> = tree.present().filter_map(same).collect();
        let rooms = Rooms { root: self.root(), home: self.home(), temp: self.temp() };
        mark_absent(tree, &[path], &rooms)?;
        for file in files {
            write_anew(&file, text).map_err(SandboxError::io("write", &file))?;
        }
        Ok(())
    }
}

/// Writes a file anew rather than in place, which a copy that shares its bytes with another would not survive.
fn write_anew(file: &Path, text: &str) -> std::io::Result<()> {
    let mode = fs::metadata(file)?.permissions();
    fs::remove_file(file)?;
    fs::write(file, text)?;
    fs::set_permissions(file, mode)
}
