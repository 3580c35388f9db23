//! Rolls a migration back: the store is as it was before, and what was done since is kept as a journal.
//!
//! The rows are exchanged in one transaction of the live store, under its write lock: the journal is complete, whoever
//! reads meanwhile sees the old rows or the new ones, and no file changes under another process. Killed at any moment,
//! either nothing has changed or all of it.

use serde_json::json;

use super::keep::{private_copy, replace, sha256};
use super::plan::OPERATION;
use super::{Call, Folder, MigrateError, MigrationId};
use crate::store::{MigrationRow, MigrationState, Store};

/// What the audit calls a rollback.
pub const ROLLBACK: &str = "migrate-rollback";

/// What is rolled back, and by whom.
pub struct Rollback<'a> {
    /// By whom, and when.
    pub call: Call<'a>,
    /// The migration.
    pub id: &'a str,
}

/// What came of it.
#[derive(Debug)]
pub struct RolledBack {
    /// The migration.
    pub row: MigrationRow,
    /// Its folder.
    pub folder: Folder,
    /// How many events the journal has.
    pub events: usize,
    /// Whether it was rolled back already, by an earlier call.
    pub already: bool,
}

impl Rollback<'_> {
    /// Rolls the migration back.
    ///
    /// # Errors
    /// [`MigrateError::Unknown`], [`MigrateError::NotLatest`], [`MigrateError::FolderDamaged`]; when a file or the store
    /// cannot be written.
    pub fn run(&self, store: &mut Store) -> Result<RolledBack, MigrateError> {
        let row = self.find(store)?;
        let id = MigrationId::parse(&row.id).ok_or_else(|| self.unknown(Vec::new()))?;
        let folder = self.call.migrations.folder(&id);
        if row.state == MigrationState::RolledBack {
            return Ok(RolledBack { row, folder, events: 0, already: true });
        }
        // The store's copy is never opened itself: opening could write to it.
        let before = match &row.before_sha256 {
            Some(digest) => {
                self.check_copy(&folder, digest)?;
                Some(private_copy(&folder.before())?)
            }
            None => None,
        };
        self.call.watch.stage("rolling back", 0);
        let copy = before.as_ref().map(|(_, copy)| copy.as_path());
        let events = store.exchange(ROLLBACK, self.call.actor, self.call.now, copy, |tx| {
            let since = tx.since(&row.marks, OPERATION)?;
            let events = since.get("audit_events").and_then(|rows| rows.as_array()).map_or(0, Vec::len);
            let journal = json!({
                "schema": "fairway-migration-journal/1",
                "migration": row.id,
                "applied_at": row.applied_at,
                "rolled_back_at": tx.at(),
                "rolled_back_by": self.call.actor,
                "since": since,
            });
            let text = serde_json::to_string_pretty(&journal).unwrap_or_default() + "\n";
            replace(&folder.journal(), &text)?;
            let undone = folder.undone();
            if undone.exists() {
                std::fs::remove_file(&undone).map_err(MigrateError::file("replace", &undone))?;
            }
            tx.copy_committed(&undone)?;
            tx.exchange_rows(copy.is_some(), &row.id)?;
            tx.audit(None, Some(json!({ "migration": row.id, "events": events })));
            Ok::<_, MigrateError>(events)
        })?;
        Ok(RolledBack { row: self.find(store)?, folder, events, already: false })
    }

    fn find(&self, store: &Store) -> Result<MigrationRow, MigrateError> {
        let mut rows: Vec<MigrationRow> = store.read(|reader| Ok::<_, MigrateError>(reader.migrations()?))?;
        let Some(place) = rows.iter().position(|row| row.id == self.id) else {
            return Err(self.unknown(rows.into_iter().map(|row| row.id).collect()));
        };
        let later = rows[place + 1..].iter().rev().find(|row| row.state == MigrationState::Applied);
        match later {
            Some(later) if rows[place].state == MigrationState::Applied => {
                Err(MigrateError::NotLatest { id: self.id.to_owned(), later: later.id.clone() })
            }
            _ => Ok(rows.swap_remove(place)),
        }
    }

    fn unknown(&self, known: Vec<String>) -> MigrateError {
        MigrateError::Unknown { id: self.id.to_owned(), known }
    }

    fn check_copy(&self, folder: &Folder, digest: &str) -> Result<(), MigrateError> {
        let damaged = |why: &str| MigrateError::FolderDamaged { id: self.id.to_owned(), why: why.to_owned() };
        if !folder.before().is_file() {
            return Err(damaged("before.db is not there"));
        }
        if sha256(&folder.before())? != digest {
            return Err(damaged("before.db is not the copy that was made"));
        }
        Ok(())
    }
}
