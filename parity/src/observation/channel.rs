//! The channels through which a change shows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a change shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The rows of the queue.
    State,
    /// The files of the checkout and its worktrees.
    Files,
    /// Refs, worktrees, what they have checked out, and indexes.
    Git,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::State, Self::Files, Self::Git];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Files => "files",
            Self::Git => "git",
        }
    }
}

/// A channel that a scenario leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Omission {
    /// The channel.
    pub channel: Channel,
    /// Why it would say nothing there.
    pub reason: String,
}
