//! Why a program could not be run at all. How a program that ran came to its end is an
//! [`Ending`](super::Ending), not an error.

use std::io;
use std::path::PathBuf;

/// A call that could not be made, or not be followed to its end.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// `argv` is empty.
    #[error("a call without a program: argv is empty")]
    NoProgram,
    /// The working directory is missing, which the system would report as a missing program.
    #[error("{program}: the working directory {} does not exist", directory.display())]
    NoDirectory {
        /// The program that was to run.
        program: String,
        /// The directory that is not there.
        directory: PathBuf,
    },
    /// No such program on the given `PATH`.
    #[error("{program}: no such program (PATH={path})")]
    Missing {
        /// The program as named in `argv`.
        program: String,
        /// The `PATH` of the call's environment, empty when it has none.
        path: String,
    },
    /// The program is there, but what its first line names to run it with is not.
    #[error("{program}: the interpreter named in its first line does not exist (PATH={path})")]
    NoInterpreter {
        /// The program as named in `argv`.
        program: String,
        /// The `PATH` of the call's environment, empty when it has none.
        path: String,
    },
    /// The system refused to start it.
    #[error("{program}: cannot be started")]
    Start {
        /// The program as named in `argv`.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It was started, and then reading, writing or waiting failed. Its process group was killed.
    #[error("{program}: lost while running")]
    Lost {
        /// The program as named in `argv`.
        program: String,
        /// What the system said.
        source: io::Error,
    },
}
