//! Runs one program as the harness needs it: exactly this environment, this input, this much time and output,
//! and nothing of it left running afterwards.
//!
//! The program leads its own process group, so that whatever it starts can be ended with it. One loop feeds
//! the input and drains both outputs (in `pump`): no thread can be left blocked on a pipe that a stray
//! background process keeps open.

mod environment;
mod error;
mod group;
mod pump;
mod run;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

pub use environment::hermetic_environment;
pub(crate) use environment::{Rooms, hermetic};
pub use error::ProcessError;
pub use run::run;

/// One program to run, with all that it may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Program and arguments. A program without a slash is looked up in the `PATH` of `env`.
    pub argv: Vec<String>,
    /// The working directory; it must exist.
    pub cwd: PathBuf,
    /// The whole environment: nothing is inherited.
    pub env: Vec<(String, String)>,
    /// Fed to standard input, which is then closed.
    pub stdin: Vec<u8>,
    /// How long the program and all it started may take, on the wall clock.
    pub timeout: Duration,
    /// The most bytes kept of each of standard output and standard error.
    pub output_limit: u64,
}

/// How a call came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The program exited with this code.
    Exit(i32),
    /// A signal that did not come from us ended the program.
    Signal(i32),
    /// It took longer than its timeout; its process group was killed.
    TimedOut,
    /// One of the outputs was longer than the limit; the process group was killed.
    Overflow,
}

/// What a call left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// How it ended.
    pub ending: Ending,
    /// Standard output, at most `output_limit` bytes.
    pub stdout: Vec<u8>,
    /// Standard error, at most `output_limit` bytes.
    pub stderr: Vec<u8>,
    /// From before the start to after the last process of the group was dealt with.
    pub wall: Duration,
    /// The program ended by itself and left processes behind: either its group still had members, which were
    /// killed, or something outside the group still held an output open.
    pub leftover: bool,
}

impl Finished {
    /// Whether the program exited by itself with code 0.
    pub fn succeeded(&self) -> bool {
        self.ending == Ending::Exit(0)
    }
}
