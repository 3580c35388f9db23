//! Watchers: somebody waits for a long process and writes down how it ended.

use serde::Serialize;

use super::records::{EvidenceResult, text_enum};

text_enum! {
    /// How a watched process ended.
    WatchResult {
        /// It met its condition of success.
        Pass => "pass",
        /// It met its condition of failure.
        Fail => "fail",
        /// It could not be seen to its end.
        Blocked => "blocked",
    }
}

impl From<WatchResult> for EvidenceResult {
    fn from(result: WatchResult) -> Self {
        match result {
            WatchResult::Pass => Self::Pass,
            WatchResult::Fail => Self::Fail,
            WatchResult::Blocked => Self::Blocked,
        }
    }
}

text_enum! {
    /// Where a watch stands.
    WatchStatus {
        /// Somebody is waiting.
        Running => "running",
        /// It is over.
        Finished => "finished",
    }
}

/// What a watcher is told: what to wait for, what may be done meanwhile, and when it is over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct WatchBrief {
    /// The task.
    pub task_id: Option<String>,
    /// The lane that owns the process.
    pub owner: Option<String>,
    /// The process.
    pub process: Option<String>,
    /// What runs it.
    pub command: Option<String>,
    /// How long it should take.
    pub expected_duration: Option<String>,
    /// How often to look.
    pub poll_interval: Option<String>,
    /// By what it is seen to have succeeded.
    pub success: Option<String>,
    /// By what it is seen to have failed.
    pub failure: Option<String>,
    /// What the watcher may mend.
    pub allowed_fixes: Option<String>,
    /// What the watcher leaves alone.
    pub must_not_touch: Option<String>,
    /// Whom to call, and when.
    pub escalation: Option<String>,
    /// What proof is asked for.
    pub evidence_required: Option<String>,
    /// A file that shows how it went.
    #[serde(rename = "artifact_path")]
    pub artifact: Option<String>,
    /// When the watch is over.
    pub close_condition: Option<String>,
}

impl WatchBrief {
    /// This brief, where it says nothing completed from another.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            task_id: self.task_id.or(other.task_id),
            owner: self.owner.or(other.owner),
            process: self.process.or(other.process),
            command: self.command.or(other.command),
            expected_duration: self.expected_duration.or(other.expected_duration),
            poll_interval: self.poll_interval.or(other.poll_interval),
            success: self.success.or(other.success),
            failure: self.failure.or(other.failure),
            allowed_fixes: self.allowed_fixes.or(other.allowed_fixes),
            must_not_touch: self.must_not_touch.or(other.must_not_touch),
            escalation: self.escalation.or(other.escalation),
            evidence_required: self.evidence_required.or(other.evidence_required),
            artifact: self.artifact.or(other.artifact),
            close_condition: self.close_condition.or(other.close_condition),
        }
    }
}

/// One watch. Field names are the store's column names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Watcher {
    /// Its id.
    pub id: String,
    /// What the watcher was told.
    #[serde(flatten)]
    pub brief: WatchBrief,
    /// Where it stands.
    pub status: WatchStatus,
    /// How it ended.
    pub result: Option<String>,
    /// How long it ran, in seconds.
    pub duration_seconds: Option<i64>,
    /// Anything else.
    pub notes: Option<String>,
    /// Who began it.
    pub actor: String,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub finished_at: Option<String>,
}
