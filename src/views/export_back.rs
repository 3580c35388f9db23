//! What went back into the legacy's own form.

use std::path::PathBuf;

use serde::Serialize;

use crate::migrate::export_back::database::{Lost, TableBack};
use crate::migrate::export_back::yaml::Edit;
use crate::ui::{Page, Table, View};

/// What was written, or would be, and what the legacy cannot express.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ExportedBack {
    /// Whether it was written.
    pub written: bool,
    /// The files.
    pub files: Vec<FileBack>,
    /// The keys of the queue file that differ from the imported one.
    pub changes: Vec<Edit>,
    /// The rows of the database, by table.
    pub tables: Vec<TableBack>,
    /// What the legacy cannot express; it stays in the store.
    pub lost: Vec<Lost>,
}

/// A file of the legacy's.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct FileBack {
    /// Where it is.
    pub path: PathBuf,
    /// Whether what is there differs from it, or nothing is there.
    pub changed: bool,
    /// Whether it says what the imported one said.
    pub same: bool,
}

impl View for ExportedBack {
    fn show(&self, page: &mut Page) {
        if !self.lost.is_empty() {
            page.line("the legacy cannot express:");
            let mut table = Table::new(["WHAT", "ROWS", "FIRST", "WHY"]).right(&[1]);
            for lost in &self.lost {
                let (rows, first) = (lost.rows.to_string(), Some(lost.first.as_str()));
                table.row([Some(lost.what.as_str()), Some(&rows), first, Some(&lost.why)]);
            }
            page.table(table, "(nothing)");
        }
        if !self.changes.is_empty() {
            let mut table = Table::new(["TASK", "KEY", "FROM", "TO"]);
            for change in &self.changes {
                let (from, to) = (change.from.as_deref(), change.to.as_deref());
                table.row([Some(change.task.as_str()), Some(change.key.as_str()), from, to]);
            }
            page.table(table, "(none)");
        }
        let moved = |table: &&TableBack| (table.changed, table.added, table.removed) != (0, 0, 0);
        if self.tables.iter().any(|table| moved(&table)) {
            let mut rows = Table::new(["TABLE", "KEPT", "CHANGED", "ADDED", "REMOVED"]).right(&[1, 2, 3, 4]);
            for table in self.tables.iter().filter(moved) {
                let numbers = [table.kept, table.changed, table.added, table.removed].map(|n| n.to_string());
                let [kept, changed, added, removed] = &numbers;
                rows.row([Some(&table.table), Some(kept), Some(changed), Some(added), Some(removed)]);
            }
            page.table(rows, "(none)");
        }
        for file in &self.files {
            let verb = match (file.changed, self.written) {
                (false, _) => "there already",
                (true, true) => "wrote",
                (true, false) => "would write",
            };
            let as_it_was = if file.same { ", as it was imported" } else { "" };
            page.line(format_args!("{verb}: {}{as_it_was}", file.path.display()));
        }
    }
}
