//! Compares two queue systems on one scenario, as processes.
//!
//! A queue system performs operations and yields observations. The scripts that run a queue today are such a
//! system, the program that is to replace them is one. Parity is the comparison of two systems on one
//! scenario: the outcome of each operation, its answer, and what it changed.
//!
//! This crate knows no code of either side. It reaches both through their command lines, as adapters describe
//! them, so that it cannot share the faults that it looks for.

pub mod adapt;
pub mod adapter;
pub mod compare;
pub mod confine;
pub mod datafile;
pub mod fuzz;
pub mod golden;
pub mod grade;
pub mod hex;
pub mod journal;
pub mod ledger;
pub mod library;
pub mod noise;
pub mod normalise;
pub mod observation;
pub mod operation;
pub mod process;
pub mod report;
pub mod run;
pub mod sandbox;
pub mod scenario;
pub mod shadow;
pub mod soak;
pub mod system;
pub mod verdict;
pub mod waiver;
mod whole;

pub use golden::{GoldenError, Goldens};
pub use library::{Library, LibraryError};
pub use run::{Progress, RunError, RunRequest, doctor, record, run};
pub use verdict::Verdict;
