//! State that went into the queue file.

use std::path::PathBuf;

use serde::Serialize;

use crate::migrate::export_back::yaml::Edit;
use crate::ui::{Page, Table, View};

/// What of the queue file was changed, or would be.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Synced {
    /// The file, as the configuration names it.
    pub path: PathBuf,
    /// Whether it was written.
    pub written: bool,
    /// The keys that differ, in the order of the file.
    pub changes: Vec<Edit>,
    /// Keys that say what they said, at a place of their own: what they came from changes.
    pub pinned: Vec<Edit>,
    /// Tasks that the file does not have.
    pub skipped: Vec<String>,
}

impl View for Synced {
    fn show(&self, page: &mut Page) {
        if !self.skipped.is_empty() {
            page.line(format_args!("not in the file: {}", self.skipped.join(", ")));
        }
        if self.changes.is_empty() {
            page.line(format_args!("{} says what the store says", self.path.display()));
            return;
        }
        let verb = if self.written { "wrote" } else { "would write" };
        page.line(format_args!("{verb} into {}:", self.path.display()));
        let mut table = Table::new(["TASK", "KEY", "FROM", "TO"]);
        for change in &self.changes {
            table.row([
                Some(change.task.as_str()),
                Some(change.key.as_str()),
                change.from.as_deref(),
                change.to.as_deref(),
            ]);
        }
        page.table(table, "(none)");
    }
}
