//! The store as a file: migrations and backups.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::store::{Backup, Pending};
use crate::ui::{Page, Table, View};

/// Migrations, pending or applied.
#[derive(Debug, Serialize)]
pub struct MigrationPlan {
    /// The schema that this Fairway needs.
    pub schema: usize,
    /// Whether they were applied.
    pub applied: bool,
    /// What was, or would be, applied.
    pub migrations: Vec<Pending>,
}

impl View for MigrationPlan {
    fn show(&self, page: &mut Page) {
        if self.migrations.is_empty() {
            page.line(format_args!("the store has schema {}; nothing to migrate", self.schema));
            return;
        }
        page.line(if self.applied { "applied:" } else { "would apply:" });
        let mut table = Table::new(["VERSION", "NAME"]).right(&[0]);
        for step in &self.migrations {
            table.row([Some(&step.version.to_string()), Some(step.name)]);
        }
        page.table(table, "(none)");
    }
}

/// A backup that was made.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct BackupMade(pub Backup);

impl View for BackupMade {
    fn show(&self, page: &mut Page) {
        page.line(format_args!(
            "backup: {} ({} bytes, integrity checked)",
            self.0.path.display(),
            self.0.bytes
        ));
    }
}

/// Everything in the store, by table.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Exported(pub Map<String, Value>);

impl Exported {
    /// The document as a file holds it.
    pub fn to_text(&self) -> String {
        format!("{:#}\n", Value::Object(self.0.clone()))
    }

    /// How many tasks are in it.
    pub fn tasks(&self) -> usize {
        self.0.get("task_definitions").and_then(Value::as_array).map_or(0, Vec::len)
    }
}

impl View for Exported {
    fn show(&self, page: &mut Page) {
        page.line(self.to_text().trim_end());
    }
}

/// An export that was written to a file.
#[derive(Debug, Serialize)]
pub struct ExportWritten {
    /// How many tasks are in it.
    pub tasks: usize,
    /// The file.
    pub path: PathBuf,
}

impl View for ExportWritten {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("export: {} task(s) written to {}", self.tasks, self.path.display()));
    }
}
