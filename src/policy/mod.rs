//! Pure rules: the state machine, claims, gates, readiness. No I/O: a use case reads, asks here, and writes.

pub mod arguments;
pub mod checkpoints;
pub mod claims;
pub mod consistency;
pub mod coordination;
pub mod definitions;
pub mod dependencies;
pub mod gates;
pub mod graph;
pub mod handoffs;
pub mod health;
pub mod hierarchy;
pub mod holding;
pub mod merging;
pub mod packets;
pub mod readiness;
pub mod refusal;
pub mod reviews;
pub mod routing;
pub mod sessions;
pub mod states;
pub mod watches;
pub mod worktrees;

pub use refusal::{Reason, Refusal};
