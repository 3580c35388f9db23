//! Checkouts of roles: whether one is there, what it stands on, and what is not committed in it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use git2::{Index, IndexEntryExtendedFlag, Status, StatusEntry, StatusOptions};

use super::{GitError, Head, Repository};
use crate::model::WorktreeState;

/// How much of a commit's id is shown.
const SHORT: usize = 12;

/// The state of the worktree at `path`, of a role that works on `branch`.
///
/// # Errors
///
/// When there is a checkout that git cannot read: its repository forgot it, or it belongs to somebody else.
pub fn worktree_state(path: &Path, branch: &str) -> Result<WorktreeState, GitError> {
    if !path.join(".git").exists() {
        return Ok(WorktreeState::Missing);
    }
    let inner = git2::Repository::open(path)
        .map_err(|source| GitError::Worktree { path: path.to_owned(), source })?;
    let checkout = Repository { inner };
    match checkout.head()? {
        Head::Detached(commit) => {
            Ok(WorktreeState::Detached { commit: commit.chars().take(SHORT).collect() })
        }
        Head::Branch(head) if head != branch => Ok(WorktreeState::WrongBranch { head }),
        Head::Branch(_) => match checkout.uncommitted()? {
            0 => Ok(WorktreeState::Clean),
            paths => Ok(WorktreeState::Dirty { paths }),
        },
    }
}

/// The states of several worktrees, each given with the branch that its role works on, in their order. They are looked at
/// side by side: almost all of it is waiting for the files of their checkouts.
pub fn worktree_states(trees: &[(PathBuf, String)]) -> Vec<Result<WorktreeState, GitError>> {
    worktree_states_beside(trees, || ()).0
}

/// [`worktree_states`], and what other work answers that is done meanwhile.
pub fn worktree_states_beside<T>(
    trees: &[(PathBuf, String)],
    work: impl FnOnce() -> T,
) -> (Vec<Result<WorktreeState, GitError>>, T) {
    thread::scope(|scope| {
        let looks: Vec<_> =
            trees.iter().map(|(path, branch)| scope.spawn(|| worktree_state(path, branch))).collect();
        let answer = work();
        let look =
            |look: thread::ScopedJoinHandle<'_, _>| look.join().unwrap_or_else(|panic| resume_unwind(panic));
        (looks.into_iter().map(look).collect(), answer)
    })
}

impl Repository {
    /// How many paths have changes that are not committed, as `git status --porcelain` lists them: a folder of
    /// which nothing is known counts once, a staged rename once, an ignored file not at all.
    ///
    /// # Errors
    ///
    /// When the checkout or its index cannot be read.
    pub fn uncommitted(&self) -> Result<usize, GitError> {
        let mut options = StatusOptions::new();
        options
            .include_untracked(true)
            .recurse_untracked_dirs(false)
            .include_ignored(false)
            .renames_head_to_index(true);
        let failed = |source| GitError::failed("list what is not committed", source);
        let statuses = self.inner.statuses(Some(&mut options)).map_err(failed)?;
        let index = self.inner.index().map_err(failed)?;
        let changed =
            |entry: &StatusEntry<'_>| entry.status() != Status::WT_DELETED || !left_out(&index, entry);
        Ok(statuses.iter().filter(changed).count())
    }
}

/// Whether a path that is not there is one that a sparse checkout leaves out. To libgit2 it is removed.
fn left_out(index: &Index, entry: &StatusEntry<'_>) -> bool {
    let found = index.get_path(Path::new(OsStr::from_bytes(entry.path_bytes())), 0);
    found.is_some_and(|entry| entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0)
}

#[cfg(test)]
mod tests {
    use super::{PathBuf, worktree_state};
    use crate::git::sandbox::Sandbox;
    use crate::git::{GitError, Repository};
    use crate::model::WorktreeState;

    /// A repository with a worktree of the role x.
    fn lane() -> (Sandbox, PathBuf) {
        let sandbox = Sandbox::with_commit();
        let tree = sandbox.path().join(".worktrees/x");
        sandbox.git(&["worktree", "add", "-q", "-b", "agent/x", tree.to_str().unwrap()]);
        (sandbox, tree)
    }

    #[test]
    fn of_several_troubles_the_first_is_told() {
        let (sandbox, tree) = lane();
        let at = tree.to_str().unwrap();
        let state = || worktree_state(&tree, "agent/x").unwrap();
        assert_eq!(state(), WorktreeState::Clean);
        std::fs::write(tree.join("new"), "x").unwrap();
        assert_eq!(state(), WorktreeState::Dirty { paths: 1 });
        sandbox.git(&["-C", at, "switch", "-q", "-c", "other"]);
        assert_eq!(state(), WorktreeState::WrongBranch { head: "other".into() });
        sandbox.git(&["-C", at, "switch", "-q", "--detach"]);
        let head = sandbox.git(&["-C", at, "rev-parse", "--short=12", "HEAD"]);
        assert_eq!(state(), WorktreeState::Detached { commit: head });
        assert_eq!(worktree_state(&sandbox.path().join("nowhere"), "x").unwrap(), WorktreeState::Missing);
        std::fs::remove_dir_all(sandbox.path().join(".git/worktrees/x")).unwrap();
        let error = worktree_state(&tree, "agent/x").unwrap_err();
        assert!(matches!(error, GitError::Worktree { .. }), "{error:?}");
    }

    #[test]
    fn uncommitted_paths_are_counted_as_git_status_lists_them() {
        let (sandbox, tree) = lane();
        let at = tree.to_str().unwrap();
        let git = |words: &[&str]| sandbox.git(&[&["-C", at], words].concat());
        let write = |path: &str, text: &str| {
            let path = tree.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let text = (0..40).map(|line| format!("line {line}\n")).collect::<Vec<_>>().concat();
        write("moved", &text);
        write("removed", "x");
        write("sparse", "x");
        write(".gitignore", "ignored\n");
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", "base"]);
        git(&["update-index", "--skip-worktree", "sparse"]);
        std::fs::remove_file(tree.join("sparse")).unwrap();
        let agree = |what: &str| {
            let listed = git(&["status", "--porcelain"]).lines().count();
            let counted = Repository::discover(&tree).unwrap().uncommitted().unwrap();
            assert_eq!(counted, listed, "after {what}");
        };
        agree("a file that is not checked out");
        write("folder/a", "x");
        write("folder/b/c", "x");
        agree("a new folder");
        write("ignored", "x");
        write("only/ignored", "x");
        agree("ignored files");
        std::fs::create_dir(tree.join("empty")).unwrap();
        agree("an empty folder");
        write("file", "changed");
        std::fs::remove_file(tree.join("removed")).unwrap();
        agree("a change and a removal");
        git(&["mv", "moved", "away"]);
        agree("a staged rename");
        write("file", "staged");
        git(&["add", "file"]);
        write("file", "and changed again");
        agree("a file changed twice");
        sandbox.git(&["init", "-q", tree.join("nested").to_str().unwrap()]);
        write("nested/file", "x");
        agree("a repository inside");
    }
}
