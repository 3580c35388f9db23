//! Compares two queue systems on one scenario, as processes.

pub mod process;
pub mod sandbox;
