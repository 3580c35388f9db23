//! Sessions that have fallen silent.

use serde::Serialize;

use crate::model::time::display;
use crate::store::SilentSession;
use crate::ui::{Page, Table, View};

/// Sessions that were, or would be, marked as stale.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Pruned {
    /// Whether they were marked.
    pub applied: bool,
    /// How long a session may be silent.
    pub stale_after: String,
    /// The sessions, as they were.
    pub sessions: Vec<SilentSession>,
}

impl View for Pruned {
    fn show(&self, page: &mut Page) {
        if self.sessions.is_empty() {
            page.line(format_args!("no live session has been silent for more than {}", self.stale_after));
            return;
        }
        let verb = if self.applied { "marked" } else { "would mark" };
        page.line(format_args!("{verb} as stale, silent for more than {}:", self.stale_after));
        let mut table = Table::new(["SESSION", "ROLE", "STATUS", "LAST HEARD OF", "TASK"]);
        for session in &self.sessions {
            table.row([
                Some(&session.session),
                Some(&session.role),
                Some(&session.status),
                Some(&display(&session.last_heartbeat_at)),
                session.task.as_deref(),
            ]);
        }
        page.table(table, "(none)");
    }
}
