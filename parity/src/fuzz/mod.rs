//! Differential fuzzing: made-up queues and operations on both sides, and each difference as a small scenario.
//!
//! What is made up is decided by a grammar, which is data (`parity/grammar.toml`), by a seed and by the number of the
//! case. Cases are played by the run of ordinary scenarios: with its copies, its confinement and its waivers.

mod case;
mod deed;
mod dice;
mod generate;
mod grammar;
mod hunt;
mod kind;
mod queue;
mod result;

pub use grammar::Grammar;
pub use result::{Find, FuzzResult, Hits, Unreached};

use std::path::PathBuf;

use crate::datafile::Problems;
use crate::journal::JournalError;
use crate::library::Library;
use crate::run::{Progress, RunError, RunRequest};

use hunt::Hunt;

/// What to fuzz.
#[derive(Debug, Clone)]
pub struct FuzzRequest {
    /// The two sides, and how they are run. What it selects and where it writes is decided here.
    pub run: RunRequest,
    /// How many cases.
    pub cases: usize,
    /// Cases are made up from it.
    pub seed: u64,
    /// Only kinds of case that belong to these behaviours; none means all.
    pub behaviours: Vec<String>,
    /// How many scenarios at once.
    pub jobs: usize,
    /// The folder that receives the journal and the finds. A run that was left there is taken up.
    pub out: PathBuf,
}

/// Why fuzzing cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum FuzzError {
    /// A case cannot be run at all.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The grammar makes cases that are no scenarios.
    #[error("the grammar makes a case that is no scenario:\n{0}")]
    Case(#[from] Problems),
    /// The grammar has nothing for what was asked.
    #[error("the grammar has no kind of case for {}; it has some for {}", asked.join(", "), known.join(", "))]
    NoProfile {
        /// What was asked for.
        asked: Vec<String>,
        /// What it has.
        known: Vec<String>,
    },
    /// The journal is of another run, or something cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Plays made-up cases until there are as many as asked for, taking up what was left in the folder.
///
/// # Errors
/// The run cannot begin or its results cannot be written. What a case shows is part of the result.
pub fn fuzz(
    request: &FuzzRequest,
    library: Library,
    grammar: &Grammar,
    progress: &dyn Progress,
) -> Result<FuzzResult, FuzzError> {
    let known = grammar.behaviours();
    if request.behaviours.iter().any(|asked| !known.contains(asked)) {
        return Err(FuzzError::NoProfile { asked: request.behaviours.clone(), known });
    }
    std::fs::create_dir_all(&request.out).map_err(JournalError::file(&request.out))?;
    let found = FuzzResult::open(&request.out, request.seed, &request.behaviours, grammar)?;
    Hunt { request, library, grammar, once: request.run.once }.all(found, progress)
}

/// The scenario file of one case, as it is before anything is known of it.
pub fn case_text(grammar: &Grammar, seed: u64, number: usize, behaviours: &[String]) -> Option<String> {
    generate::case(grammar, seed, number, behaviours).map(|case| case.text())
}
