//! Why faults cannot be graded.

use std::path::PathBuf;

use crate::datafile::Problems;
use crate::run::RunError;

/// A grading cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum GradeError {
    /// As for any run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The data of the operators or the judgements is wrong.
    #[error("{0}")]
    Data(#[from] Problems),
    /// The reference has no script in a language that is known.
    #[error(
        "the adapter `{0}` names no script in Ruby or bash (`files` under `[requires]`, `private` under `[files]`)"
    )]
    NoScripts(String),
    /// No scenario ran a line of a script, so that nothing was measured.
    #[error("no scenario ran a line of the reference's scripts: {0}")]
    NoCoverage(String),
    /// There is no place for a fault.
    #[error("none of the {lines} lines that the scenarios run has a place for a fault")]
    NoSites {
        /// How many lines there are.
        lines: usize,
    },
    /// An interpreter is not there.
    #[error("cannot check whether a mutant parses: {0}")]
    Interpreter(std::io::Error),
    /// The harness itself failed, which says nothing of the reference.
    #[error("{0}")]
    Harness(String),
    /// A file cannot be written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
