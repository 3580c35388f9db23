//! Where migrations stand, and what was done with them.

use std::path::PathBuf;

use serde::Serialize;

use crate::model::time::{display, to_minute};
use crate::store::{MigrationRow, MigrationState, OwnWork};
use crate::ui::{Page, Table, View};

/// A migration, and whether its folder is there.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MigrationLine {
    /// The migration.
    #[serde(flatten)]
    pub migration: MigrationRow,
    /// Whether its folder is there.
    pub folder_present: bool,
}

/// Every migration of a store.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MigrationStatus {
    /// Where they are kept.
    pub root: PathBuf,
    /// The migrations, in the order in which they were applied.
    pub migrations: Vec<MigrationLine>,
    /// Folders of which the store knows nothing: an apply was killed. The next one removes them.
    pub unfinished: Vec<String>,
    /// What was done in the store other than importing.
    pub own_work: Vec<OwnWork>,
}

fn word(state: MigrationState) -> &'static str {
    match state {
        MigrationState::Applied => "applied",
        MigrationState::RolledBack => "rolled back",
    }
}

impl View for MigrationStatus {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["MIGRATION", "STATE", "APPLIED", "FOLDER", "BY"]);
        for MigrationLine { migration: row, folder_present } in &self.migrations {
            table.row([
                Some(&row.id),
                Some(word(row.state)),
                Some(&to_minute(&row.applied_at)),
                Some(if *folder_present { "there" } else { "missing" }),
                Some(&row.applied_by),
            ]);
        }
        page.table(table, "(nothing was migrated into this store)");
        for id in &self.unfinished {
            page.line(format_args!(
                "{id} was not finished; the next `fairway migrate apply` removes what it left"
            ));
        }
        for OwnWork { action, times, .. } in &self.own_work {
            page.line(format_args!("done in the store besides: {times} × {action}"));
        }
    }
}

/// Something that was done with a migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MigrationEvent {
    /// When.
    pub at: String,
    /// What.
    pub event: MigrationState,
    /// The migration.
    pub migration: String,
    /// The digest of its plan.
    pub plan_sha256: String,
    /// Who.
    pub actor: String,
    /// What else there is to say.
    pub note: Option<String>,
}

/// What was done with migrations.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct MigrationLog {
    /// In the order of time.
    pub events: Vec<MigrationEvent>,
}

impl View for MigrationLog {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["AT", "EVENT", "MIGRATION", "BY", "NOTE"]);
        for event in &self.events {
            table.row([
                Some(&display(&event.at)),
                Some(word(event.event)),
                Some(&event.migration),
                Some(&event.actor),
                event.note.as_deref(),
            ]);
        }
        page.table(table, "(nothing was migrated into this store)");
    }
}
