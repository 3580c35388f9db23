//! What the store knows of the task that a packet is about.

use serde::Serialize;

use crate::model::Task;
use crate::model::records::{Evidence, Handoff, HistoryRow, Review};
use crate::model::task::ReviewStatus;
use crate::policy::packets::items;

/// How many transitions are told.
const RECENT: usize = 10;

/// A task with what has gathered on it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TaskBrief {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its role.
    pub role: String,
    /// Where it stands, in the order of the packet.
    pub state: Vec<String>,
    /// What has to hold for it to be done.
    pub acceptance_checks: Vec<String>,
    /// Its notes.
    pub notes: Option<String>,
    /// What it depends on, with the status of each.
    pub dependencies: Vec<DependencyBrief>,
    /// Its latest transitions, oldest first.
    pub history: Vec<HistoryRow>,
    /// Its evidence, oldest first.
    pub evidence: Vec<Evidence>,
    /// Its handoffs, oldest first.
    pub handoffs: Vec<Handoff>,
    /// Its reviews, oldest first.
    pub reviews: Vec<Review>,
}

/// A dependency.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DependencyBrief {
    /// The task.
    pub id: String,
    /// Its status.
    pub status: String,
}

impl TaskBrief {
    /// A task without records yet; its dependencies with the status of each.
    pub fn new(task: Task, dependencies: Vec<(String, String)>) -> Self {
        let state = state(&task, &dependencies);
        let Task { definition, .. } = task;
        Self {
            id: definition.id,
            title: definition.title,
            role: definition.role,
            state,
            acceptance_checks: definition.acceptance_checks,
            notes: definition.notes,
            dependencies: dependencies
                .into_iter()
                .map(|(id, status)| DependencyBrief { id, status })
                .collect(),
            history: Vec::new(),
            evidence: Vec::new(),
            handoffs: Vec::new(),
            reviews: Vec::new(),
        }
    }

    /// Adds transitions, of which the latest are kept.
    #[must_use]
    pub fn with_history(mut self, mut history: Vec<HistoryRow>) -> Self {
        self.history = history.split_off(history.len().saturating_sub(RECENT));
        self
    }
}

/// The lines that tell where a task stands.
fn state(task: &Task, dependencies: &[(String, String)]) -> Vec<String> {
    let state = &task.state;
    let waits: Vec<String> = dependencies.iter().map(|(id, status)| format!("{id}({status})")).collect();
    let waits = waits.join(", ");
    let review = match state.review_status {
        ReviewStatus::NotRequired => None,
        // The word that the scripts have for it.
        ReviewStatus::ChangesRequested => Some("changes"),
        status => Some(status.as_str()),
    };
    let fields = [
        ("status", Some(state.status.as_str())),
        ("branch", state.branch.as_deref()),
        ("blocked_reason", state.blocked_reason.as_deref()),
        ("review_state", review),
        ("depends_on", Some(waits.as_str()).filter(|text| !text.is_empty())),
    ];
    let line = |(name, value): (&str, Option<&str>)| {
        let first = value.and_then(|text| text.lines().next()).unwrap_or_default();
        format!("{name}: {}", if first.is_empty() { "-" } else { first })
    };
    fields.into_iter().flat_map(|field| items(&line(field))).collect()
}
