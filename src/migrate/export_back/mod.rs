//! The way back: the legacy's own form of the queue, written from the store.
//!
//! Nothing that did not change since the import is written anew: the queue file keeps its bytes but for the state keys of
//! the tasks that moved ([`yaml`], [`state`]), the database its rows but for those that the store has otherwise ([`database`]).
//! What has no place there is told ([`definitions`]).

pub mod database;
pub mod definitions;
mod error;
pub mod state;
pub mod yaml;

pub use error::BackError;
