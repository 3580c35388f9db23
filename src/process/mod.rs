//! Processes of sessions: starting one that outlives us, running a backend's commands, and asking whether one lives.

mod alive;
mod run;
mod shell;

pub use alive::{Life, life};
pub use run::{ProcessError, installed, run, spawn};
pub use shell::quoted;
