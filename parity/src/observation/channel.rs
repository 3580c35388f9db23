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
    /// Processes that outlive the command that started them.
    Processes,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::State, Self::Files, Self::Git, Self::Processes];

    /// Those that a scenario may leave out. The state is what a queue is about.
    pub const OPTIONAL: [Self; 3] = [Self::Files, Self::Git, Self::Processes];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Files => "files",
            Self::Git => "git",
            Self::Processes => "processes",
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
