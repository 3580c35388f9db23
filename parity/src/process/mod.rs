//! Runs one program as the harness needs it: exactly this environment, this input, this much time and output,
//! and nothing of it left running afterwards.
//!
//! The program leads its own process group, so that whatever it starts can be ended with it. One loop feeds
//! the input and drains both outputs (in `pump`): no thread can be left blocked on a pipe that a stray
//! background process keeps open. What outlives the program is counted and ended (`stray`).

mod environment;
mod error;
mod group;
mod local;
mod pump;
mod run;
mod steady;
mod stray;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use environment::hermetic_environment;
pub(crate) use environment::{Rooms, hermetic};
pub use error::ProcessError;
pub(crate) use group::Led;
pub(crate) use pump::Pipes;
pub(crate) use run::follow_call;
pub use run::run;
pub(crate) use steady::{listed, steady};

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
    /// A folder that is this call's own: whatever names it in its environment or works in it, and was started
    /// meanwhile, belongs to the call, also when it left the process group.
    pub mark: Option<PathBuf>,
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

impl Ending {
    /// The kind of ending, without the exit code, which each program chooses for itself.
    pub fn class(self) -> String {
        if let Self::Exit(_) = self { "exited".to_owned() } else { self.to_string() }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(out, "exit {code}"),
            Self::Signal(signal) => write!(out, "signal {signal}"),
            Self::TimedOut => out.write_str("timed out"),
            Self::Overflow => out.write_str("printed too much"),
        }
    }
}

impl Serialize for Ending {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ending {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = |text: &str| text.parse().map_err(D::Error::custom);
        match text.split_once(' ') {
            Some(("exit", code)) => Ok(Self::Exit(number(code)?)),
            Some(("signal", signal)) => Ok(Self::Signal(number(signal)?)),
            _ if text == "timed out" => Ok(Self::TimedOut),
            _ if text == "printed too much" => Ok(Self::Overflow),
            _ => Err(D::Error::custom(format!("no ending of a process: `{text}`"))),
        }
    }
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
    /// The command lines of the processes that were left, sorted. They were killed.
    pub left: Vec<String>,
    /// The limits that it ran into, such as `processes`, as far as that can be known from outside. Known only where
    /// the call ran under a [keeper](crate::confine).
    pub held: Vec<String>,
}

impl Finished {
    /// Whether the program exited by itself with code 0.
    pub fn succeeded(&self) -> bool {
        self.ending == Ending::Exit(0)
    }
}
