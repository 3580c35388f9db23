//! What can be wrong with a golden, each with what to do.

use std::path::PathBuf;

use super::GoldenName;

/// A golden cannot be had, or not be written.
#[derive(Debug, thiserror::Error)]
pub enum GoldenError {
    /// There is none.
    #[error(
        "there is no golden of {name} for the adapter `{}`; {}",
        name.adapter,
        if *pending { "a recording waits: `fairway parity review`".to_owned() } else { record(name) }
    )]
    Missing {
        /// Whose.
        name: GoldenName,
        /// Whether one waits to be reviewed.
        pending: bool,
    },
    /// The scenario does something else by now.
    #[error("the golden of {name} was recorded of another version of the scenario; {}", record(name))]
    OtherScenario {
        /// Whose.
        name: GoldenName,
    },
    /// The copy's queue is not the one that the golden begins with.
    #[error(
        "the golden of {name} begins with another queue than this copy has; replay it on the copy that it was recorded \
         on, or {}",
        record(name)
    )]
    OtherQueue {
        /// Whose.
        name: GoldenName,
    },
    /// The copy's queue cannot be read.
    #[error("the queue of the copy: {0}")]
    Copy(String),
    /// The file is none of a golden, or of another one.
    #[error("{path}:{line}:{column}: {message}", path = path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// The state that it begins with is not where it should be.
    #[error("{path}: the state that this golden begins with is not in {start}; {}", record(name), path = path.display(), start = start.display())]
    NoStart {
        /// Whose.
        name: GoldenName,
        /// The golden.
        path: PathBuf,
        /// Where its start should be.
        start: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl GoldenError {
    /// For `map_err`: an input or output error at `path`.
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }
}

fn record(name: &GoldenName) -> String {
    format!(
        "record it where the reference can run: `fairway parity record --behaviour {} --scenario {}`, then `fairway \
         parity review`",
        name.behaviour, name.scenario
    )
}
