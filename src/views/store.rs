//! The store as a file: migrations and backups.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::store::{Backup, Finding, Pending};
use crate::ui::{Page, Table, View, to_yaml};

/// Migrations, pending or applied.
#[derive(Debug, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Serialize, schemars::JsonSchema)]
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

/// The form of an exported document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// JSON.
    #[default]
    Json,
    /// YAML.
    Yaml,
}

/// What stands at the top of an exported document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportShape {
    /// Every table, with its rows and columns as they are.
    #[default]
    Table,
    /// Every task as one object; then the records.
    Task,
}

/// Everything in the store.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Exported {
    /// The document.
    pub document: Map<String, Value>,
    /// The form in which a file holds it.
    #[serde(skip)]
    pub format: ExportFormat,
}

impl Exported {
    /// The document as a file holds it.
    pub fn to_text(&self) -> String {
        match self.format {
            ExportFormat::Json => serde_json::to_string_pretty(&self.document).unwrap_or_default() + "\n",
            ExportFormat::Yaml => to_yaml(&self.document),
        }
    }

    /// How many tasks are in it.
    pub fn tasks(&self) -> usize {
        let tasks = self.document.get("tasks").or_else(|| self.document.get("task_definitions"));
        tasks.and_then(Value::as_array).map_or(0, Vec::len)
    }
}

impl View for Exported {
    fn show(&self, page: &mut Page) {
        page.line(self.to_text().trim_end());
    }
}

/// An export that was written to a file.
#[derive(Debug, Serialize, schemars::JsonSchema)]
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

/// What a check of the store found.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct StoreChecked {
    /// The store.
    pub store: PathBuf,
    /// How many tasks it holds.
    pub tasks: usize,
    /// Everything that is wrong with it.
    pub findings: Vec<Finding>,
}

impl View for StoreChecked {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["CODE", "SUBJECT", "WHAT IS WRONG"]).wrapped();
        for Finding { code, subject, detail } in &self.findings {
            table.row([Some(*code), Some(subject), Some(detail)]);
        }
        if self.findings.is_empty() {
            page.line(format_args!("the store is sound: {} task(s)", self.tasks));
        } else {
            page.table(table, "(none)");
            page.line(format_args!("{} finding(s), {} task(s)", self.findings.len(), self.tasks));
        }
    }
}
