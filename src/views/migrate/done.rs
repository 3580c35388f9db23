//! A migration that was applied, or rolled back.

use std::path::PathBuf;

use serde::Serialize;

use crate::model::time::display;
use crate::store::MigrationRow;
use crate::ui::{Page, View};

/// A migration that was applied.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MigrationApplied {
    /// The migration.
    pub migration: MigrationRow,
    /// Where plan, sources and the store before are kept.
    pub folder: Option<PathBuf>,
    /// How many tasks the store has.
    pub tasks: usize,
    /// Whether an earlier call had applied it.
    pub already: bool,
}

impl View for MigrationApplied {
    fn show(&self, page: &mut Page) {
        let row = &self.migration;
        if self.already {
            page.line(format_args!("migration {} was applied already, {}", row.id, display(&row.applied_at)));
        } else {
            page.line(format_args!(
                "migration {}: applied in one transaction, {} task(s)",
                row.id, self.tasks
            ));
        }
        page.field("kept in", self.folder.as_ref().map(|folder| folder.display()));
        page.field("store before", Some(row.before_sha256.as_deref().unwrap_or("it held nothing")));
        page.line(format_args!("to take it back: fairway migrate rollback {}", row.id));
    }
}

/// A migration that was rolled back.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MigrationRolledBack {
    /// The migration.
    pub migration: MigrationRow,
    /// What was done since it was applied.
    pub journal: PathBuf,
    /// The store as it was when it was rolled back.
    pub undone: PathBuf,
    /// How many events the journal has.
    pub events: usize,
    /// Whether an earlier call had rolled it back.
    pub already: bool,
}

impl View for MigrationRolledBack {
    fn show(&self, page: &mut Page) {
        let row = &self.migration;
        if self.already {
            let at = row.rolled_back_at.as_deref().map(display).unwrap_or_default();
            page.line(format_args!("migration {} was rolled back already, {at}", row.id));
        } else {
            page.line(format_args!("migration {}: rolled back; the store is as it was before", row.id));
            page.line(format_args!("{} event(s) since are kept", self.events));
        }
        page.field("journal", Some(self.journal.display()));
        page.field("store as it was", Some(self.undone.display()));
    }
}
