//! What can go wrong when a repository is asked.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// What can go wrong when a repository is asked.
#[derive(Debug, Error)]
pub enum GitError {
    /// The directory is in no repository.
    #[error("{} is not in a git repository", dir.display())]
    NotARepository {
        /// The directory that was asked about.
        dir: PathBuf,
    },
    /// The repository belongs to another user, so git refuses to trust its configuration.
    #[error("the repository at {} belongs to another user", dir.display())]
    NotOurs {
        /// The directory that was asked about.
        dir: PathBuf,
    },
    /// A name stands for no commit.
    #[error("git knows no commit `{name}`")]
    UnknownCommit {
        /// The name as it was given.
        name: String,
    },
    /// Two lines of history have nothing in common.
    #[error("{rev} and {main} have no commit in common")]
    NoMergeBase {
        /// The one.
        rev: String,
        /// The main branch.
        main: String,
    },
    /// A checkout is there, and its repository does not know it, or is not readable.
    #[error("the worktree at {} cannot be read", path.display())]
    Worktree {
        /// Where it is.
        path: PathBuf,
        /// What libgit2 said.
        source: git2::Error,
    },
    /// A folder cannot be made.
    #[error("cannot make the folder {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Anything else that libgit2 reports.
    #[error("git cannot {action}")]
    Failed {
        /// What was tried, after "cannot".
        action: String,
        /// What libgit2 said.
        source: git2::Error,
    },
}

impl GitError {
    /// What the user can do about it, when there is something.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotARepository { .. } => Some("run it inside a checkout, or `git init` first".to_owned()),
            Self::NotOurs { dir } => {
                Some(format!("to trust it: git config --global --add safe.directory {}", dir.display()))
            }
            Self::UnknownCommit { .. } => Some("give a branch, a tag or a commit id".to_owned()),
            Self::NoMergeBase { .. } => Some("name the paths or one commit instead".to_owned()),
            Self::Worktree { .. } => {
                Some("mend it with `git worktree repair`, or remove it and set it up again".to_owned())
            }
            Self::Folder { .. } | Self::Failed { .. } => None,
        }
    }

    /// Wraps what libgit2 said about opening the repository that holds `dir`.
    pub(super) fn opening(dir: &Path, source: git2::Error) -> Self {
        let dir = dir.to_owned();
        match source.code() {
            git2::ErrorCode::NotFound => Self::NotARepository { dir },
            git2::ErrorCode::Owner => Self::NotOurs { dir },
            _ => Self::failed(format!("open the repository at {}", dir.display()), source),
        }
    }

    pub(super) fn failed(action: impl Into<String>, source: git2::Error) -> Self {
        Self::Failed { action: action.into(), source }
    }
}
