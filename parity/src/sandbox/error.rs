//! What can keep a copy from being made, or an original from being read.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::ProcessError;

/// A copy that could not be made, or an original that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A file or folder could not be read, written or removed.
    #[error("{}: cannot {action}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `write`.
        action: &'static str,
        /// What it was tried on.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder is not the top of a git checkout.
    #[error("{}: not a git checkout (no .git in it)", path.display())]
    NotACheckout {
        /// The folder as given.
        path: PathBuf,
    },
    /// The folder is a linked worktree or a submodule: its `.git` is a file.
    #[error("{}: a linked worktree; give the main checkout, whose git folder is {}", path.display(), git_dir.display())]
    LinkedWorktree {
        /// The folder as given.
        path: PathBuf,
        /// Where its `.git` file leads.
        git_dir: PathBuf,
    },
    /// Part of the checkout lies elsewhere, behind a symbolic link that a copy would share with it.
    #[error("{}: a symbolic link out of the checkout, to {}; a copy would write through it", path.display(), target.display())]
    Elsewhere {
        /// The place in the checkout.
        path: PathBuf,
        /// Where it really is.
        target: PathBuf,
    },
    /// The copy would be made inside of what is copied.
    #[error("{}: inside of the original {}; choose a folder outside", under.display(), original.display())]
    Inside {
        /// Where the copy was to be made.
        under: PathBuf,
        /// The checkout or worktree that holds that folder.
        original: PathBuf,
    },
    /// There is something at the place of the new room.
    #[error("{}: exists already", path.display())]
    Exists {
        /// The place.
        path: PathBuf,
    },
    /// The name of a sandbox, or of a program in it, is not a plain file name.
    #[error("`{name}`: not a plain file name")]
    Name {
        /// The name as given.
        name: String,
    },
    /// A path that must be relative to the checkout is not, or leaves it.
    #[error("`{path}`: not a path inside of the checkout")]
    NotInside {
        /// The path as given.
        path: String,
    },
    /// The queue database is kept locked by another process.
    #[error("{}: kept locked by another process for {} s", path.display(), waited.as_secs())]
    DatabaseBusy {
        /// The database.
        path: PathBuf,
        /// How long we waited for it.
        waited: Duration,
    },
    /// The queue database cannot be read.
    #[error("{}: cannot be read as an SQLite database", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A copy cannot be read as a repository.
    #[error("{}: cannot be read as a git repository: {message}", path.display())]
    Repository {
        /// The checkout or worktree of the copy.
        path: PathBuf,
        /// What git's library said.
        message: String,
    },
    /// Git could not be started in a copy.
    #[error("git cannot be run in the copy {}", directory.display())]
    GitMissing {
        /// The checkout or worktree of the copy.
        directory: PathBuf,
        /// Why not.
        source: ProcessError,
    },
    /// Git failed in a copy.
    #[error("git {verb} failed in the copy {}: {message}", directory.display())]
    GitFailed {
        /// The git command.
        verb: String,
        /// The checkout or worktree of the copy.
        directory: PathBuf,
        /// What it wrote to standard error.
        message: String,
    },
}

impl SandboxError {
    /// For `map_err`: an input or output error that says what was done to which path.
    pub(crate) fn io<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    /// For `map_err`: an SQLite error on the database at `path`.
    pub(super) fn database(path: &Path) -> impl Fn(rusqlite::Error) -> Self + '_ {
        move |source| Self::Database { path: path.to_owned(), source }
    }
}
