//! What came of an operation: its outcome, its answer, and what changed in the queue, in files and in git.

mod channel;
mod delta;
mod outcome;
mod state;

pub use channel::{Channel, Omission};
pub use delta::{Delta, RowChange};
pub use outcome::{Outcome, Reason};
pub use state::{QueueState, RowKey, Rows, SchemaError, SectionSchema, StateError, StateSchema};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What came of one operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Whether it was done, refused or failed.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The canonical answer; `null` when the operation has none or was refused.
    pub answer: Value,
    /// The rows that it added, removed or changed.
    pub changes: Delta,
    /// The files that it added, removed or changed.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub files: Delta,
    /// What it changed of git: refs, worktrees and what they have checked out, indexes.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub git: Delta,
}

impl Observation {
    /// What it changed, seen through a channel.
    pub fn changes(&self, channel: Channel) -> &Delta {
        match channel {
            Channel::State => &self.changes,
            Channel::Files => &self.files,
            Channel::Git => &self.git,
        }
    }

    pub(crate) fn changes_mut(&mut self, channel: Channel) -> &mut Delta {
        match channel {
            Channel::State => &mut self.changes,
            Channel::Files => &mut self.files,
            Channel::Git => &mut self.git,
        }
    }
}
