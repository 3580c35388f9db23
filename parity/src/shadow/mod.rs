//! Calls of the legacy for real, each done by the candidate too, beside it.
//!
//! The legacy's command runs as it would alone: its output goes on at once, its exit code is the caller's, and what goes
//! wrong on the candidate's side costs it nothing. What the queue held before and after is kept; then, when the caller is
//! gone, the candidate does the same from the same start, and the two are compared.

mod compare;
mod job;
mod pass_on;

pub use compare::{Candidate, Compared, Uncompared, compare};
pub use job::{Job, JobError, Queue};
pub use pass_on::{Passed, pass_on};
