//! Compares what two systems showed, and names every place where they differ.

mod diff;
mod place;

pub use diff::{Differences, Scope, observations, starts, states, unified};
pub use place::{Difference, Part, Place, pattern_matches};
