//! A claim: who holds a task, under which epoch, until when, and how that ended.

use serde::Serialize;

use super::records::text_enum;

text_enum! {
    /// How a claim ended.
    ClaimEnd {
        /// The task went back, by `claim release` or to `todo`.
        Released => "released",
        /// Somebody else holds the task since.
        TakenOver => "taken_over",
        /// Its lease ran out.
        Expired => "expired",
    }
}

/// One claim. Field names are the store's column names, but for who ended it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Claim {
    /// Its number, which no other claim of the store has or ever had.
    pub epoch: i64,
    /// The task.
    pub task_id: String,
    /// Who claimed it.
    pub claimant: String,
    /// The session that claimed it, when it said so.
    pub session_id: Option<String>,
    /// How long its lease lasts from each heartbeat, in seconds; none when it does not run out.
    pub lease_seconds: Option<i64>,
    /// When its lease runs out; none while the task is not in progress.
    pub expires_at: Option<String>,
    /// Since when.
    pub claimed_at: String,
    /// Until when; none while it is open.
    pub ended_at: Option<String>,
    /// How it ended.
    pub ended_how: Option<ClaimEnd>,
    /// Who ended it.
    pub ended_by: Option<String>,
}
