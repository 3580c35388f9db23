//! The brief for whoever reviews a bug fix.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Brief;
use super::task::TaskBrief;

/// What the reviewer of a bug fix is told.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct BugfixPacket {
    /// The title of the document.
    pub title: String,
    /// The task; none for work that is in no queue.
    pub task_id: Option<String>,
    /// What was wrong.
    pub bug_summary: String,
    /// Why.
    pub root_cause: String,
    /// The layer in which it was mended.
    pub owning_layer: String,
    /// Whom it hit, and how.
    pub impact: String,
    /// What shows that it is mended.
    pub proof_command: String,
    /// What keeps it mended.
    pub regression_coverage: String,
    /// The name of the regression pack that has to pass.
    pub workflow_pack: Option<String>,
    /// The regression pack, as the catalogue has it.
    pub pack: Option<Map<String, Value>>,
    /// What else was changed.
    pub scope_drift: Option<String>,
    /// What may still go wrong.
    pub residual_risk: String,
    /// What is left to do, or in the way.
    pub follow_up: Option<String>,
    /// What the reviewer is asked.
    pub review_questions: Vec<String>,
    /// What the store knows of the task.
    pub task: Option<TaskBrief>,
}

impl Brief for BugfixPacket {
    const NAME: &'static str = "bugfix";
    const TEMPLATE: &'static str = include_str!("templates/bugfix.md.j2");
}
