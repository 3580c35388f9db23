//! The few changes that Fairway makes to a repository: branches, worktrees, and what a worktree stands on.
//!
//! Each call does one thing or nothing. What may be lost is decided before, in `policy`.

use std::path::Path;

use git2::build::CheckoutBuilder;
use git2::{WorktreeAddOptions, WorktreePruneOptions};

use super::{GitError, Repository};

impl Repository {
    /// Makes a branch at a commit. It must not be there.
    ///
    /// # Errors
    ///
    /// When the commit is unknown, or the branch cannot be made.
    pub fn create_branch(&self, name: &str, at: &str) -> Result<(), GitError> {
        let id = self.resolve(at)?.ok_or_else(|| GitError::UnknownCommit { name: at.to_owned() })?;
        self.inner
            .find_commit(id)
            .and_then(|commit| self.inner.branch(name, &commit, false))
            .map(|_| ())
            .map_err(|source| GitError::failed(format!("make the branch {name}"), source))
    }

    /// Removes a branch that this call has just made, when what it was made for failed.
    ///
    /// # Errors
    ///
    /// When it cannot be removed.
    pub fn take_back_branch(&self, name: &str) -> Result<(), GitError> {
        self.inner
            .find_branch(name, git2::BranchType::Local)
            .and_then(|mut branch| branch.delete())
            .map_err(|source| GitError::failed(format!("remove the branch {name}"), source))
    }

    /// Adds a worktree on a branch that is there.
    ///
    /// # Errors
    ///
    /// When the place is taken, or the files cannot be written.
    pub fn add_worktree(&self, path: &Path, branch: &str) -> Result<(), GitError> {
        let failed = |source| GitError::failed(format!("add the worktree {}", path.display()), source);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)
                .map_err(|source| GitError::Folder { path: parent.to_owned(), source })?;
        }
        let reference = self.inner.find_reference(&format!("refs/heads/{branch}")).map_err(failed)?;
        let mut options = WorktreeAddOptions::new();
        options.reference(Some(&reference));
        self.inner.worktree(&name, path, Some(&options)).map(|_| ()).map_err(failed)
    }

    /// Forgets a worktree that is not there any more.
    ///
    /// # Errors
    ///
    /// When it is there after all, or cannot be forgotten.
    pub fn forget_worktree(&self, name: &str, locked: bool) -> Result<(), GitError> {
        let mut options = WorktreePruneOptions::new();
        self.prune(name, options.locked(locked))
    }

    /// Removes a worktree with its files. The caller has made sure that nothing is lost.
    ///
    /// # Errors
    ///
    /// When it is locked and `locked` does not say otherwise, or cannot be removed.
    pub fn remove_worktree(&self, name: &str, locked: bool) -> Result<(), GitError> {
        let mut options = WorktreePruneOptions::new();
        self.prune(name, options.valid(true).working_tree(true).locked(locked))
    }

    fn prune(&self, name: &str, options: &mut WorktreePruneOptions) -> Result<(), GitError> {
        self.inner
            .find_worktree(name)
            .and_then(|tree| tree.prune(Some(options)))
            .map_err(|source| GitError::failed(format!("remove the worktree {name}"), source))
    }

    /// Puts a branch at a commit and this checkout, which has nothing uncommitted, on the branch.
    ///
    /// # Errors
    ///
    /// When files cannot be written; then the checkout stands where it stood.
    pub fn switch_to(&self, branch: &str, commit: &str) -> Result<(), GitError> {
        let failed = |source| GitError::failed(format!("check out {branch}"), source);
        let id = self.resolve(commit)?.ok_or_else(|| GitError::UnknownCommit { name: commit.to_owned() })?;
        let target = self.inner.find_commit(id).map_err(failed)?;
        let before = self.inner.head().and_then(|head| head.peel_to_commit()).map_err(failed)?;
        self.inner.checkout_tree(target.as_object(), Some(CheckoutBuilder::new().safe())).map_err(failed)?;
        let reference = format!("refs/heads/{branch}");
        let moved = self
            .inner
            .reference(&reference, id, true, "fairway: review checkout")
            .and_then(|_| self.inner.set_head(&reference));
        moved.map_err(|source| {
            // The files go back to the commit that HEAD still names; that they came from there makes it safe.
            let back = Some(CheckoutBuilder::new().force())
                .as_mut()
                .map(|options| self.inner.checkout_tree(before.as_object(), Some(options)));
            match back {
                Some(Err(error)) => failed(error),
                _ => failed(source),
            }
        })
    }
}
