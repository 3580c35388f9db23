//! Tasks: the ready queue, a transition, everything about one task.

use serde::Serialize;
use serde_json::Value;

use super::hierarchy::RollUp;
use crate::model::records::{Evidence, Handoff, HistoryRow, Review, ReviewRoute};
use crate::model::time::display;
use crate::model::{Claim, Definition, Task};
use crate::ui::{Page, Table, View};

/// A task that can be claimed now.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReadyTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its role.
    pub role: String,
    /// Its kind.
    pub kind: Option<String>,
    /// Its parent.
    pub parent: Option<String>,
    /// Its priority.
    pub priority: Option<i64>,
    /// Its sequence.
    pub sequence: Option<i64>,
    /// What it depended on; all of it is met.
    pub depends_on: Vec<String>,
    /// What has to hold for it to be done.
    pub acceptance_checks: Vec<String>,
    /// Its notes.
    pub notes: Option<String>,
    /// Always `todo`.
    pub status: &'static str,
}

impl From<Definition> for ReadyTask {
    fn from(task: Definition) -> Self {
        Self {
            id: task.id,
            title: task.title,
            role: task.role,
            kind: task.kind,
            parent: task.parent,
            priority: task.priority,
            sequence: task.sequence,
            depends_on: task.depends_on,
            acceptance_checks: task.acceptance_checks,
            notes: task.notes,
            status: crate::model::task::TODO,
        }
    }
}

/// The ready queue, in the order in which to claim.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReadyQueue {
    /// The role whose tasks these are; none when they are those of every role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The tasks.
    pub tasks: Vec<ReadyTask>,
    /// With `--explain`: what is not ready, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_ready: Option<Unready>,
}

/// What is neither ready nor finished.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Unready(pub Vec<NotReadyTask>);

/// A task that is neither ready nor finished.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct NotReadyTask {
    /// Its id.
    pub id: String,
    /// Its role.
    pub role: String,
    /// Its status.
    pub status: String,
    /// The shortest reason.
    pub why: String,
}

fn number(value: Option<i64>) -> Option<String> {
    value.map(|number| number.to_string())
}

impl View for ReadyQueue {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["ID", "ROLE", "PRI", "SEQ", "KIND", "TITLE"]).right(&[2, 3]);
        for task in &self.tasks {
            table.row([
                Some(&task.id),
                Some(&task.role),
                number(task.priority).as_deref(),
                number(task.sequence).as_deref(),
                task.kind.as_deref(),
                Some(&task.title),
            ]);
        }
        page.table(table, "(no ready tasks)");
        if let Some(Unready(tasks)) = &self.not_ready {
            page.heading("Not ready");
            let mut table = Table::new(["ID", "ROLE", "STATUS", "WHY"]).wrapped();
            for task in tasks {
                table.row([Some(&task.id), Some(&task.role), Some(&task.status), Some(&task.why)]);
            }
            page.table(table, "(every unfinished task is ready)");
        }
    }
}

/// A transition that was made.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Moved {
    /// The task.
    pub task: String,
    /// Where it was.
    pub from: String,
    /// Where it is.
    pub to: String,
    /// Why, when a reason was given.
    pub reason: Option<String>,
    /// The commit that finished it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit_sha: Option<String>,
    /// How far its parent is, once the task is finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roll_up: Option<RollUp>,
}

impl View for Moved {
    fn show(&self, page: &mut Page) {
        let reason = self.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        page.line(format_args!("{}: {} -> {}{reason}", self.task, self.from, self.to));
        if let Some(roll_up) = &self.roll_up {
            roll_up.show(page);
        }
    }
}

/// A definition that was added or changed.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TaskWritten {
    /// The task as it is now.
    pub task: Task,
    /// Whether it is new.
    pub created: bool,
    /// Whether the source file defines it too: the next import puts that definition back.
    pub from_source: bool,
}

impl View for TaskWritten {
    fn show(&self, page: &mut Page) {
        let verb = if self.created { "added" } else { "updated" };
        let task = &self.task.definition;
        page.line(format_args!("{verb} {} in {}: {}", task.id, task.role, task.title));
        if self.from_source {
            page.line("  the queue's source file defines it too; the next import puts that definition back");
        }
    }
}

/// Everything about one task.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TaskDetail {
    /// The task.
    pub task: Task,
    /// Its transitions, oldest first.
    pub history: Vec<HistoryRow>,
    /// Its evidence, oldest first.
    pub evidence: Vec<Evidence>,
    /// Its handoffs, oldest first.
    pub handoffs: Vec<Handoff>,
    /// Its reviews, oldest first.
    pub reviews: Vec<Review>,
    /// Its review routes.
    pub review_routes: Vec<ReviewRoute>,
    /// Its watchers.
    pub watchers: Vec<Value>,
    /// The sessions that work on it.
    pub sessions: Vec<Value>,
    /// Its claims that have an epoch, oldest first. The last one is open, or none is.
    pub claims: Vec<Claim>,
}

impl View for TaskDetail {
    fn show(&self, page: &mut Page) {
        self.show_definition(page);
        self.show_state(page);
        self.show_history(page);
        self.show_records(page);
    }
}

impl TaskDetail {
    fn show_definition(&self, page: &mut Page) {
        let task = &self.task.definition;
        page.heading(format_args!("{}  {}", task.id, task.title));
        page.field("role", Some(&task.role));
        page.field("kind", task.kind.as_ref());
        page.field("parent", task.parent.as_ref());
        page.field("priority", task.priority);
        page.field("sequence", task.sequence);
        page.field("depends on", (!task.depends_on.is_empty()).then(|| task.depends_on.join(", ")));
        if !task.in_source {
            page.line("left the source file");
        }
        for check in &task.acceptance_checks {
            page.line(format_args!("  [ ] {check}"));
        }
        if let Some(notes) = &task.notes {
            page.heading("Notes");
            page.indented(notes);
        }
        if !task.extra.is_empty() {
            page.heading("Other fields");
            for (key, value) in &task.extra {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                page.line(format_args!("  {key}: {text}"));
            }
        }
    }

    fn show_state(&self, page: &mut Page) {
        let state = &self.task.state;
        page.heading("State");
        page.field("status", Some(&state.status));
        page.field("owner", state.owner.as_ref());
        page.field("claimant", state.claimant.as_ref());
        page.field("branch", state.branch.as_ref());
        page.field("claimed at", state.claimed_at.as_deref().map(display));
        if let Some(claim) = self.claims.last().filter(|claim| claim.ended_at.is_none()) {
            page.field("epoch", Some(claim.epoch));
            page.field("session", claim.session_id.as_ref());
            page.field("lease until", claim.expires_at.as_deref().map(display));
        }
        page.field("completed at", state.completed_at.as_deref().map(display));
        page.field("commit", state.commit_sha.as_ref());
        page.field("blocked reason", state.blocked_reason.as_ref());
        page.field("review", Some(state.review_status.as_str()));
    }

    fn show_history(&self, page: &mut Page) {
        page.heading("History");
        let mut table = Table::new(["AT", "FROM", "TO", "ACTOR", "REASON"]).wrapped();
        for row in &self.history {
            table.row([
                Some(&display(&row.at)),
                row.from_status.as_deref(),
                Some(&row.to_status),
                Some(&row.actor),
                row.reason.as_deref(),
            ]);
        }
        page.table(table, "(none)");
    }

    fn show_records(&self, page: &mut Page) {
        let mut table = Table::new(["#", "AT", "RESULT", "COMMAND"]).wrapped();
        for row in &self.evidence {
            let id = row.id.to_string();
            table.row([
                Some(&id),
                Some(&display(&row.created_at)),
                Some(&row.result),
                Some(&row.command_text),
            ]);
        }
        page.heading("Evidence");
        page.table(table, "(none)");

        let mut table = Table::new(["#", "AT", "FROM", "TO", "ACKNOWLEDGED"]);
        for row in &self.handoffs {
            let id = row.id.to_string();
            let acknowledged = row.acknowledged_at.as_deref().map(display);
            table.row([
                Some(&id),
                Some(&display(&row.created_at)),
                Some(&row.from_role),
                Some(&row.to_role),
                acknowledged.as_deref(),
            ]);
        }
        page.heading("Handoffs");
        page.table(table, "(none)");

        let mut table = Table::new(["#", "AT", "REVIEWER", "VERDICT", "COMMIT", "NOTES"]).wrapped();
        for row in &self.reviews {
            let id = row.id.to_string();
            let commit = row.reviewed_commit_sha.as_deref().map(short);
            table.row([
                Some(&id),
                Some(&display(&row.created_at)),
                Some(&row.reviewer),
                Some(&row.verdict),
                commit,
                row.notes.as_deref(),
            ]);
        }
        page.heading("Reviews");
        page.table(table, "(none)");
    }
}

/// A commit id for people.
fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}
