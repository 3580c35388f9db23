//! The brief for whoever takes a task on.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Brief;
use super::task::TaskBrief;

/// What whoever takes a task on is told. Lists are of items.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ContextPacket {
    /// The title of the document.
    pub title: String,
    /// The task; none for work that is in no queue.
    pub task_id: Option<String>,
    /// The track.
    pub track_id: Option<String>,
    /// The lane that does the work.
    pub owner_lane: String,
    /// Whether the work has to be handed over.
    pub handoff_required: String,
    /// The name of the regression pack that has to pass.
    pub workflow_regression_pack: Option<String>,
    /// What for.
    pub goal: String,
    /// What is not a goal.
    pub non_goals: Vec<String>,
    /// Where the work stands.
    pub current_state: Vec<String>,
    /// What of the architecture has to be known.
    pub architecture_context: Vec<String>,
    /// Where the work runs.
    pub environment: Vec<String>,
    /// The regression pack, as the catalogue has it.
    pub pack: Option<Map<String, Value>>,
    /// What may be changed.
    pub owned_files: Vec<String>,
    /// What has to be left alone.
    pub must_not_touch: Vec<String>,
    /// What to run.
    pub commands_to_run: Vec<String>,
    /// When the work is done.
    pub acceptance: Vec<String>,
    /// What may go wrong.
    pub known_risks: Vec<String>,
    /// When to stop.
    pub stop_conditions: Vec<String>,
    /// What to do when the work cannot go as it was meant to.
    pub deviation_rules: Vec<String>,
    /// How the work is handed over.
    pub handoff_format: Vec<String>,
    /// What the store knows of the task.
    pub task: Option<TaskBrief>,
}

impl Brief for ContextPacket {
    const NAME: &'static str = "context";
    const TEMPLATE: &'static str = include_str!("templates/context.md.j2");
}
