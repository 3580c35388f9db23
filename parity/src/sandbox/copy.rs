//! Copies the files of a checkout and its worktrees: bytes, modes, times of change, symbolic links.
//!
//! Every copy is whole. Hard links would be cheaper, but a script that writes in place would then write into
//! the room it came from. Where a file system can share blocks until one is written, it does so here too.

use std::collections::HashSet;
use std::fs::{self, File, FileTimes, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::SandboxError;
use super::tree::{Tree, git_link_target, settle};

/// Copies all that is there of `from` to where it lies in `to`, but for the paths of `from` in `skip`.
///
/// Sockets, pipes and devices are left out: they belong to processes, not to a checkout. So are `.git` files
/// that lead to a repository outside: through them, git would work on that repository.
pub(super) fn copy_tree(from: &Tree, to: &Tree, skip: &HashSet<PathBuf>) -> Result<(), SandboxError> {
    for ground in from.grounds() {
        copy_ground(from, to, ground, skip)?;
    }
    Ok(())
}

fn copy_ground(from: &Tree, to: &Tree, ground: &Path, skip: &HashSet<PathBuf>) -> Result<(), SandboxError> {
    let mut modes: Vec<(PathBuf, Permissions)> = Vec::new();
    let walk = WalkDir::new(ground).into_iter().filter_entry(|entry| !skip.contains(entry.path()));
    for entry in walk {
        let Some(entry) = still_there(entry)? else { continue };
        let source = entry.path();
        let Some(target) = from.relocate(source, to) else { continue };
        let kind = entry.file_type();
        if kind.is_dir() {
            // Also makes the folders above a ground; a copied folder is writable until it is full.
            fs::create_dir_all(&target).map_err(SandboxError::io("make", &target))?;
            let mode = fs::metadata(source).map_err(SandboxError::io("read", source))?.permissions();
            modes.push((target, mode));
        } else if kind.is_symlink() {
            copy_link(from, to, source, &target)?;
        } else if kind.is_file() {
            if source.file_name() == Some(".git".as_ref()) {
                copy_git_link(from, to, source, &target)?;
            } else {
                copy_file(source, &target)?;
            }
        }
    }
    // From the inside out, for a folder without write permission admits no change below it.
    for (folder, mode) in modes.into_iter().rev() {
        fs::set_permissions(&folder, mode).map_err(SandboxError::io("set the mode of", &folder))?;
    }
    Ok(())
}

/// An entry of a walk, unless it vanished while we walked: others may be at work in the original.
pub(super) fn still_there(entry: walkdir::Result<DirEntry>) -> Result<Option<DirEntry>, SandboxError> {
    match entry {
        Ok(entry) => Ok(Some(entry)),
        Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => {
            Ok(None)
        }
        Err(error) => {
            let path = error.path().unwrap_or(Path::new("")).to_owned();
            Err(SandboxError::io("read", &path)(error.into()))
        }
    }
}

/// Copies one file, which may have vanished since it was listed.
fn copy_file(source: &Path, target: &Path) -> Result<(), SandboxError> {
    let mut input = match File::open(source) {
        Ok(input) => input,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(SandboxError::io("read", source)(error)),
    };
    let metadata = input.metadata().map_err(SandboxError::io("read", source))?;
    let mut copy = || -> io::Result<()> {
        let mode = metadata.permissions();
        let mut output = OpenOptions::new().write(true).create_new(true).mode(mode.mode()).open(target)?;
        io::copy(&mut input, &mut output)?;
        output.set_permissions(mode)?;
        output.set_times(FileTimes::new().set_modified(metadata.modified()?))
    };
    copy().map_err(SandboxError::io("copy to", target))
}

/// Copies a symbolic link. One that names a place in the original by its whole path names the copy's instead.
fn copy_link(from: &Tree, to: &Tree, source: &Path, target: &Path) -> Result<(), SandboxError> {
    let names = fs::read_link(source).map_err(SandboxError::io("read", source))?;
    let names = moved(from, to, &names).unwrap_or(names);
    symlink(names, target).map_err(SandboxError::io("make", target))
}

/// What a link in `to` names instead of `names`, a whole path in `from`. `None` when it stays as it is.
pub(super) fn moved(from: &Tree, to: &Tree, names: &Path) -> Option<PathBuf> {
    if !names.is_absolute() {
        return None;
    }
    from.relocate(names, to).or_else(|| from.relocate(&settle(names), to))
}

/// Copies the `.git` file of a worktree or submodule so that it leads to the copy's git folder.
pub(super) fn copy_git_link(
    from: &Tree,
    to: &Tree,
    source: &Path,
    target: &Path,
) -> Result<(), SandboxError> {
    let Some(leads_to) = git_link_target(source)? else { return copy_file(source, target) };
    let Some(moved) = from.relocate(&leads_to, to) else { return Ok(()) };
    copy_file(source, target)?;
    let text = fs::read_to_string(source).map_err(SandboxError::io("read", source))?;
    if text.starts_with("gitdir: /") {
        let text = format!("gitdir: {}\n", moved.display());
        fs::write(target, text).map_err(SandboxError::io("write", target))?;
    }
    Ok(())
}
