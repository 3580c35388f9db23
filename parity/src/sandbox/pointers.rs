//! The files and links of a tree that name the tree itself, and would lead out of whatever is laid over it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use walkdir::WalkDir;

use super::SandboxError;
use super::copy::{copy_git_link, moved, still_there};
use super::tree::Tree;

/// Found once for a tree, and made right in everything that is laid over it.
#[derive(Debug, Default)]
pub(super) struct Pointers {
    /// The `.git` files of worktrees and submodules.
    git: Vec<PathBuf>,
    /// Symbolic links with whole paths.
    links: Vec<PathBuf>,
}

impl Pointers {
    pub(super) fn of(tree: &Tree) -> Result<Self, SandboxError> {
        let mut pointers = Self::default();
        for ground in tree.grounds() {
            for entry in WalkDir::new(ground) {
                let Some(entry) = still_there(entry)? else { continue };
                let kind = entry.file_type();
                if kind.is_file() && entry.file_name() == ".git" {
                    pointers.git.push(entry.into_path());
                } else if kind.is_symlink() && fs::read_link(entry.path()).is_ok_and(|to| to.is_absolute()) {
                    pointers.links.push(entry.into_path());
                }
            }
        }
        Ok(pointers)
    }

    /// Makes right in `to` what names `from`, the tree that these are of.
    pub(super) fn repoint(&self, from: &Tree, to: &Tree) -> Result<(), SandboxError> {
        for file in &self.git {
            let Some(target) = from.relocate(file, to) else { continue };
            let text = fs::read_to_string(file).map_err(SandboxError::io("read", file))?;
            if text.starts_with("gitdir: /") {
                fs::remove_file(&target).map_err(SandboxError::io("write", &target))?;
                copy_git_link(from, to, file, &target)?;
            }
        }
        for link in &self.links {
            let Some(target) = from.relocate(link, to) else { continue };
            let names = fs::read_link(link).map_err(SandboxError::io("read", link))?;
            if let Some(moved) = moved(from, to, &names) {
                fs::remove_file(&target).map_err(SandboxError::io("write", &target))?;
                symlink(moved, &target).map_err(SandboxError::io("make", &target))?;
            }
        }
        Ok(())
    }
}
