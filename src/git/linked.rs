//! The worktrees that a repository knows, and what would be lost with each.

use std::path::{Path, PathBuf};

use git2::{Repository as Inner, RepositoryState, StatusOptions, WorktreeLockStatus};

use super::{GitError, Head, Repository};

/// A linked worktree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedTree {
    /// The name that the repository has for it.
    pub name: String,
    /// Where it is, or was.
    pub path: PathBuf,
    /// Whether it is still there.
    pub present: bool,
    /// Whether it is locked: it must not be forgotten although it may be away.
    pub locked: bool,
}

/// What would be lost with a worktree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stakes {
    /// Paths with changes that are not committed, new ones among them.
    pub uncommitted: usize,
    /// Paths that git ignores, a folder counting once.
    pub ignored: usize,
    /// Whether a merge, a rebase or the like has begun and not ended.
    pub unfinished: bool,
    /// Whether the commit it stands on is part of the main branch or of a branch of a remote.
    pub merged: bool,
    /// What it stands on.
    pub head: Head,
}

impl Repository {
    /// The linked worktrees, by their paths.
    ///
    /// # Errors
    ///
    /// When the list cannot be read.
    pub fn linked_trees(&self) -> Result<Vec<LinkedTree>, GitError> {
        let failed = |source| GitError::failed("list the worktrees", source);
        let mut trees = Vec::new();
        let names = self.inner.worktrees().map_err(failed)?;
        for name in &names {
            let Some(name) = name.map_err(failed)? else { continue };
            let tree = self.inner.find_worktree(name).map_err(failed)?;
            trees.push(LinkedTree {
                name: name.to_owned(),
                path: tree.path().to_owned(),
                present: tree.path().join(".git").exists() && tree.validate().is_ok(),
                locked: !matches!(tree.is_locked().map_err(failed)?, WorktreeLockStatus::Unlocked),
            });
        }
        trees.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(trees)
    }

    /// Where a branch is checked out, in the main checkout or a linked worktree.
    ///
    /// # Errors
    ///
    /// When the checkouts cannot be read.
    pub fn checked_out_at(&self, branch: &str) -> Result<Option<PathBuf>, GitError> {
        let main = self.checkouts()?.main;
        let linked = self.linked_trees()?.into_iter().filter(|tree| tree.present).map(|tree| tree.path);
        for path in main.into_iter().chain(linked) {
            let checkout = at(&path)?;
            if checkout.head()?.branch() == Some(branch) {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// Whether every commit of `rev` is part of `main` or of a branch of a remote.
    ///
    /// # Errors
    ///
    /// When objects cannot be read.
    pub fn is_merged(&self, rev: &str, main: &str) -> Result<bool, GitError> {
        let failed = |source| GitError::failed(format!("compare {rev} with {main}"), source);
        let Some(id) = self.resolve(rev)? else { return Ok(false) };
        let mut keepers: Vec<git2::Oid> = self.resolve(main)?.into_iter().collect();
        for branch in self.inner.branches(Some(git2::BranchType::Remote)).map_err(failed)? {
            let (branch, _) = branch.map_err(failed)?;
            keepers.extend(branch.get().peel_to_commit().ok().map(|commit| commit.id()));
        }
        for keeper in keepers {
            if keeper == id || self.inner.graph_descendant_of(keeper, id).map_err(failed)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What would be lost with the worktree at `path`.
///
/// # Errors
///
/// When it cannot be read.
pub fn stakes(path: &Path, main: &str) -> Result<Stakes, GitError> {
    let checkout = at(path)?;
    let head = checkout.head()?;
    let mut options = StatusOptions::new();
    options.include_ignored(true).include_untracked(true).recurse_ignored_dirs(false);
    let failed = |source| GitError::failed(format!("look through {}", path.display()), source);
    let statuses = checkout.inner.statuses(Some(&mut options)).map_err(failed)?;
    Ok(Stakes {
        uncommitted: checkout.uncommitted()?,
        ignored: statuses.iter().filter(|entry| entry.status().is_ignored()).count(),
        unfinished: checkout.inner.state() != RepositoryState::Clean,
        merged: checkout.is_merged("HEAD", main)?,
        head,
    })
}

fn at(path: &Path) -> Result<Repository, GitError> {
    Inner::open(path)
        .map(|inner| Repository { inner })
        .map_err(|source| GitError::Worktree { path: path.to_owned(), source })
}
