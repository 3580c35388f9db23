//! What came of an operation: its outcome, its answer, and what changed in the queue.

mod delta;
mod outcome;
mod state;

pub use delta::{Delta, RowChange};
pub use outcome::{Outcome, Reason};
pub use state::{QueueState, RowKey, Rows, SchemaError, SectionSchema, StateError, StateSchema};

use serde::Serialize;
use serde_json::Value;

/// What came of one operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Observation {
    /// Whether it was done, refused or failed.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The canonical answer; `null` when the operation has none or was refused.
    pub answer: Value,
    /// The rows that it added, removed or changed.
    pub changes: Delta,
}
