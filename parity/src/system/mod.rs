//! A queue system: it performs operations and shows its state.

mod command_line;
pub(crate) mod database;
pub(crate) mod meaning;
mod room;
mod search_path;
pub(crate) mod state;

pub use command_line::CommandLine;
pub use database::DatabaseError;
pub use room::Setting;
pub use search_path::{NotOnPath, find as find_program};

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::adapter::{Adapter, AnswerError, AskError, StateFileError, Unfilled, UnknownOutcome};
use crate::observation::{Delta, Outcome, QueueState, StateError, StateSchema};
use crate::operation::Operation;
use crate::process::{Ending, ProcessError};
use crate::sandbox::{SandboxError, Survey};
use crate::scenario::{Edit, EditedFile, Scenario};

/// What a command printed, as bytes, with the words that ran it.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub ending: String,
    /// Whether it printed too much.
    pub overflow: bool,
    /// The command lines of what it left running.
    pub left: Vec<String>,
}

/// What came of an operation, before its effect on the state is known.
#[derive(Debug, Clone)]
pub struct Performed {
    /// The outcome.
    pub outcome: Outcome,
    /// How the command ended.
    pub ending: Ending,
    /// The canonical answer, `null` when there is none.
    pub answer: Value,
    /// The processes that it left running, which were then killed.
    pub processes: Delta,
}

/// The canonical state of an adapter's system below a checkout, without running any of its commands. `database` stands
/// in for the checkout's own.
///
/// # Errors
/// It cannot be read, or not as the schema says.
pub fn state_of(
    checkout: &Path,
    database: Option<&Path>,
    adapter: &Adapter,
    schema: &StateSchema,
) -> Result<QueueState, SystemError> {
    state::read(checkout, database, adapter, schema)
}

/// Performs operations and shows its state. Raw output goes to the recorder that the system was made with.
pub trait System {
    /// Prepares the queue that a scenario begins with. Says what the commands for that left running.
    ///
    /// # Errors
    /// A command of the setup fails, or a file is missing.
    fn prepare(&mut self, scenario: &Scenario) -> Result<Delta, SystemError>;

    /// Performs an operation.
    ///
    /// # Errors
    /// It cannot be asked, or what it printed cannot be read. A refusal is no error.
    fn perform(&mut self, operation: &Operation) -> Result<Performed, SystemError>;

    /// The whole canonical state.
    ///
    /// # Errors
    /// The store cannot be read, or not as the schema says.
    fn state(&mut self) -> Result<QueueState, SystemError>;

    /// What changed in its files and in git since the last survey.
    ///
    /// # Errors
    /// They cannot be read.
    fn survey(&mut self) -> Result<Survey, SystemError>;

    /// Edits a file of a checkout.
    ///
    /// # Errors
    /// The file is not there, or the text to replace is not in it exactly once.
    fn edit(&mut self, file: &EditedFile, edit: &Edit, role: Option<&str>) -> Result<(), SystemError>;

    /// Runs git in a checkout.
    ///
    /// # Errors
    /// git fails.
    fn git(&mut self, arguments: &[String], role: Option<&str>, now: &str) -> Result<(), SystemError>;

    /// What the commands since the last call printed.
    fn take_raw(&mut self) -> Vec<Raw>;

    /// How long its commands ran, all together.
    fn children(&self) -> Duration;
}

/// A system could not do what a scenario asks of it. That makes the scenario errored, never matched.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// The adapter has no such operation.
    #[error("the adapter `{adapter}` does not say how to ask `{operation}`")]
    NoOperation {
        /// The adapter.
        adapter: String,
        /// The operation.
        operation: String,
    },
    /// An operation cannot be worded.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A placeholder has no value.
    #[error(transparent)]
    Unfilled(#[from] Unfilled),
    /// A program is not on the search path.
    #[error(transparent)]
    NotOnPath(#[from] NotOnPath),
    /// The sandbox refuses.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A process could not be run.
    #[error("{0}")]
    Process(#[from] ProcessError),
    /// A command of the setup, or git, failed.
    #[error("`{command}` failed: {ending}; {words}")]
    Command {
        /// Its words.
        command: String,
        /// How it ended.
        ending: String,
        /// The last lines of standard error.
        words: String,
    },
    /// Nobody knows what the end of a command means.
    #[error("`{operation}`: {source}")]
    Outcome {
        /// The operation.
        operation: String,
        /// Why.
        source: UnknownOutcome,
    },
    /// The answer cannot be read.
    #[error("`{operation}`: {source}")]
    Answer {
        /// The operation.
        operation: String,
        /// Why.
        source: AnswerError,
    },
    /// The store cannot be read.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A file of the queue cannot be read as its state.
    #[error("state section `{section}`: {file}: {source}")]
    StateFile {
        /// The section.
        section: String,
        /// The file, relative to the checkout.
        file: String,
        /// Why.
        source: StateFileError,
    },
    /// A row of the store cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
    /// There is no worktree for a role.
    #[error("the copy has no worktree on `{branch}`, the branch of {role}")]
    NoWorktree {
        /// The role.
        role: String,
        /// Its branch.
        branch: String,
    },
    /// The adapter of the reference does not name something that the run needs.
    #[error("the adapter does not say {0}")]
    NotSaid(&'static str),
    /// The text to replace is not in the file exactly once.
    #[error("the text to replace is in the file {0} times, not once: {1}")]
    Patch(usize, String),
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
