//! Why a sandbox has no keeper.

use std::io;

/// The keeper of a sandbox could not be started. Its commands can still run, without what it would keep.
#[derive(Debug, thiserror::Error)]
pub enum ConfineError {
    /// Only Linux has what a keeper uses.
    #[error("only Linux has these protections")]
    Elsewhere,
    /// Its program could not be started.
    #[error("the keeper of the sandbox cannot be started: {0}")]
    Start(#[source] io::Error),
    /// It ended, or said something else than that it is ready.
    #[error("the keeper of the sandbox did not get ready: {0}")]
    NotReady(String),
}
