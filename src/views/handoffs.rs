//! Handoffs: one that was acknowledged, and a list.

use serde::Serialize;

use crate::model::records::Handoff;
use crate::model::time::{display, to_minute};
use crate::ui::{Page, Table, View};

/// A handoff that was acknowledged.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct HandoffAcknowledged {
    /// Its number.
    pub id: i64,
    /// The task.
    pub task: String,
    /// Who takes over.
    pub to_role: String,
    /// By whom.
    pub acknowledged_by: String,
    /// When.
    pub acknowledged_at: String,
}

impl View for HandoffAcknowledged {
    fn show(&self, page: &mut Page) {
        let Self { id, task, to_role, acknowledged_by, acknowledged_at } = self;
        page.line(format_args!("handoff {id} of {task} to {to_role} acknowledged"));
        page.line(format_args!("  by {acknowledged_by} at {}", display(acknowledged_at)));
    }
}

/// Handoffs, oldest first.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct HandoffList {
    /// The handoffs, whole.
    pub handoffs: Vec<Handoff>,
}

impl View for HandoffList {
    fn show(&self, page: &mut Page) {
        // Who hands over is in the JSON: with it the ids would be cut at 80 columns.
        let mut table = Table::new(["#", "TASK", "TO", "AT", "ACK", "NEXT STEP"]).right(&[0]);
        for handoff in &self.handoffs {
            let id = handoff.id.to_string();
            table.row([
                Some(&id),
                Some(&handoff.task_id),
                Some(&handoff.to_role),
                Some(&to_minute(&handoff.created_at)),
                handoff.acknowledged_at.as_ref().map(|_| "yes"),
                handoff.next_step.as_deref().or(handoff.payload.as_deref()),
            ]);
        }
        page.table(table, "(no handoffs)");
    }
}
