//! The brief for whoever watches a long process.

use serde::Serialize;

use super::Brief;
use crate::model::WatchBrief;

/// What a watcher is told.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct WatchPacket {
    /// The watch.
    pub watch_id: String,
    /// The task.
    pub task_id: Option<String>,
    /// The lane that owns the process.
    pub owner_lane: Option<String>,
    /// The process.
    pub process: Option<String>,
    /// What runs it.
    pub command: Option<String>,
    /// How long it should take.
    pub expected_duration: Option<String>,
    /// How often to look.
    pub poll_interval: Option<String>,
    /// By what it is seen to have succeeded.
    pub success_condition: Option<String>,
    /// By what it is seen to have failed.
    pub failure_condition: Option<String>,
    /// What the watcher may mend.
    pub allowed_fixes: Option<String>,
    /// What the watcher leaves alone.
    pub must_not_touch: Option<String>,
    /// Whom to call, and when.
    pub escalation_rules: Option<String>,
    /// What proof is asked for.
    pub evidence_required: Option<String>,
    /// A file that shows how it went.
    pub artifact: Option<String>,
    /// How what was found is handed over.
    pub handoff_format: String,
    /// When the watch is over.
    pub close_condition: Option<String>,
}

impl WatchPacket {
    /// The brief of this watch.
    pub fn new(watch: &str, brief: WatchBrief, handoff_format: String) -> Self {
        Self {
            watch_id: watch.to_owned(),
            task_id: brief.task_id,
            owner_lane: brief.owner,
            process: brief.process,
            command: brief.command,
            expected_duration: brief.expected_duration,
            poll_interval: brief.poll_interval,
            success_condition: brief.success,
            failure_condition: brief.failure,
            allowed_fixes: brief.allowed_fixes,
            must_not_touch: brief.must_not_touch,
            escalation_rules: brief.escalation,
            evidence_required: brief.evidence_required,
            artifact: brief.artifact,
            handoff_format,
            close_condition: brief.close_condition,
        }
    }
}

impl Brief for WatchPacket {
    const NAME: &'static str = "watcher";
    const TEMPLATE: &'static str = include_str!("templates/watcher.md.j2");
}
