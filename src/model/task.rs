//! A task: what it is (its definition, which the source file owns) and where it stands (its state, which the
//! store owns).

use serde::Serialize;
use serde_json::{Map, Value};

/// The status every task begins in; a task is ready only here.
pub const TODO: &str = "todo";
/// The status a claim moves a task to.
pub const IN_PROGRESS: &str = "in_progress";
/// The status of a task that waits for something outside the queue.
pub const BLOCKED: &str = "blocked";
/// The status that the evidence and handoff gates guard.
pub const DONE: &str = "done";

/// What a task is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Definition {
    /// Unique within the project.
    pub id: String,
    /// One line.
    pub title: String,
    /// The role whose lane the task is in.
    pub role: String,
    /// Free text unless `[task_kinds] allowed` restricts it.
    pub kind: Option<String>,
    /// Another task; it may name one that does not exist.
    pub parent: Option<String>,
    /// Lower is more urgent; none sorts last.
    pub priority: Option<i64>,
    /// Order within a priority; none sorts last.
    pub sequence: Option<i64>,
    /// Tasks that have to be in a terminal state first, in the source's order.
    pub depends_on: Vec<String>,
    /// What has to hold for the task to be done.
    pub acceptance_checks: Vec<String>,
    /// Any length.
    pub notes: Option<String>,
    /// Fields of the source that Fairway does not know, kept as they were.
    pub extra: Map<String, Value>,
    /// Place in the source, from 0; none for a task that was added by hand.
    pub file_order: Option<i64>,
    /// Whether the source still has the task.
    pub in_source: bool,
}

/// Where a task stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TaskState {
    /// One of the configured states.
    pub status: String,
    /// Label of who works on it: a role, or a provider where the configuration says so.
    pub owner: Option<String>,
    /// Who claimed it.
    pub claimant: Option<String>,
    /// The branch the work happens on.
    pub branch: Option<String>,
    /// When it was claimed.
    pub claimed_at: Option<String>,
    /// When it reached its terminal state.
    pub completed_at: Option<String>,
    /// The commit that completed it, as given.
    pub commit_sha: Option<String>,
    /// Why it is blocked.
    pub blocked_reason: Option<String>,
    /// `not_required`, `pending`, `approved`, `changes_requested` or `rejected`.
    pub review_status: ReviewStatus,
    /// When the state last changed.
    pub updated_at: String,
}

/// The last word on a task's review.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStatus {
    /// Nothing asked for a review.
    #[default]
    NotRequired,
    /// A handoff or a route asked for one.
    Pending,
    /// The latest verdict is `approve`.
    Approved,
    /// The latest verdict is `changes`.
    ChangesRequested,
    /// The latest verdict is `reject`.
    Rejected,
}

impl ReviewStatus {
    /// The name in the store and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotRequired => "not_required",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::ChangesRequested => "changes_requested",
            Self::Rejected => "rejected",
        }
    }

    /// Reads the name in the store.
    pub fn from_store(text: &str) -> Option<Self> {
        [Self::NotRequired, Self::Pending, Self::Approved, Self::ChangesRequested, Self::Rejected]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// A task with its state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Task {
    /// What it is.
    #[serde(flatten)]
    pub definition: Definition,
    /// Where it stands.
    #[serde(flatten)]
    pub state: TaskState,
}

impl Task {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.definition.id
    }
}
