//! Calls of the scripts for real, each done by Fairway too, on a store of its own.

mod call;
mod compare;

pub use call::{instead, shadow};
pub use compare::{compare_kept, note_given_up};

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fairway_parity::LibraryError;
use fairway_parity::shadow::JobError;

use super::project::ProofError;

/// A call cannot be shadowed or compared.
#[derive(Debug, thiserror::Error)]
pub enum ShadowError {
    /// The scripts' command cannot be started.
    #[error("cannot run {program}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The adapters have problems.
    #[error(transparent)]
    Adapters(#[from] LibraryError),
    /// The comparison of a call does not end.
    #[error("it took longer than {} s, and was given up", .0.as_secs())]
    Hangs(Duration),
    /// `[legacy] adapter` names none.
    #[error("there is no adapter `{0}`")]
    NoAdapter(String),
    /// What was kept of the call is not there.
    #[error(transparent)]
    Job(#[from] JobError),
    /// What came of it cannot be written down.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A file cannot be read or written.
    #[error("cannot read or write {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Where the calls of the project at `root` are kept.
fn folder(root: &Path) -> PathBuf {
    root.join(".fairway/parity/shadow")
}
