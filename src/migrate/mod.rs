//! Moves a legacy queue into the store: plan, show, apply.

pub mod export_back;
pub mod import;
mod watch;

pub use watch::{Unwatched, Watch};
