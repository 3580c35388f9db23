//! What came of an operation: its outcome, its answer, what changed in the queue, in files and in git, and what it
//! left running.

mod channel;
mod delta;
mod outcome;
mod state;
mod sum;

pub use channel::{Channel, Omission};
pub use delta::{Delta, RowChange};
pub use outcome::{Outcome, Reason};
pub use state::{QueueState, RowKey, Rows, SchemaError, SectionSchema, StateError, StateSchema};
pub use sum::StateSum;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::process::Ending;

/// What came of one operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Whether it was done, refused or failed.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How the command ended. Between the sides only its class counts, for each has exit codes of its own.
    pub ending: Ending,
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
    /// The processes that it left behind, which were then killed: how many of each command line.
    #[serde(default, skip_serializing_if = "Delta::is_empty")]
    pub processes: Delta,
}

impl Observation {
    /// What it changed, seen through a channel.
    pub fn changes(&self, channel: Channel) -> &Delta {
        match channel {
            Channel::State => &self.changes,
            Channel::Files => &self.files,
            Channel::Git => &self.git,
            Channel::Processes => &self.processes,
        }
    }

    pub(crate) fn changes_mut(&mut self, channel: Channel) -> &mut Delta {
        match channel {
            Channel::State => &mut self.changes,
            Channel::Files => &mut self.files,
            Channel::Git => &mut self.git,
            Channel::Processes => &mut self.processes,
        }
    }
}
