//! Pilots of single lanes, and when the two sides were brought together.

use rusqlite::{Row, params};
use serde::Serialize;

use super::get;
use super::migrations::COUNTED;
use crate::store::{Reader, Result, Writer};

/// A lane that Fairway took over while others stayed with the scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PilotRow {
    /// Under which name it changed hands.
    pub name: String,
    /// The lane.
    pub lane: String,
    /// Who answers for it.
    pub person: String,
    /// The migration that it stands on.
    pub migration: String,
    /// Since when.
    pub started_at: String,
    /// Who started it.
    pub by: String,
}

/// One time that both sides were brought together, or could not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SyncRow {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: String,
    /// By whom.
    pub by: String,
    /// Whether the scripts were told.
    pub write_legacy: bool,
    /// How many of their commands were run.
    pub told: i64,
    /// How many rows came in.
    pub brought: i64,
    /// How many events the scripts did not know of then.
    pub pending: i64,
    /// Why it stopped, when it did.
    pub cause: Option<String>,
}

/// A sync to record; actor and time are the writer's.
#[derive(Debug, Clone, Default)]
pub struct NewSync {
    /// Whether the scripts were told.
    pub write_legacy: bool,
    /// How many of their commands were run.
    pub told: usize,
    /// How many rows came in.
    pub brought: usize,
    /// How many events the scripts do not know of yet.
    pub pending: usize,
    /// Why it stopped, when it did.
    pub cause: Option<String>,
}

/// In such steps rows are numbered from a pilot's start on: the scripts do not give out so many numbers while it runs.
const STEP: i64 = 1_000_000;

impl Reader<'_> {
    /// Every pilot, in the order in which they began.
    pub fn pilots(&self) -> Result<Vec<PilotRow>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM pilots WHERE project_id = ?1 ORDER BY started_at, name")?;
        let rows = statement.query_map([&self.settings.project], |row| {
            Ok(PilotRow {
                name: get(row, "name")?,
                lane: get(row, "lane")?,
                person: get(row, "person")?,
                migration: get(row, "migration")?,
                started_at: get(row, "started_at")?,
                by: get(row, "by")?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every sync, in order.
    pub fn syncs(&self) -> Result<Vec<SyncRow>> {
        let mut statement =
            self.connection.prepare_cached("SELECT * FROM pilot_syncs WHERE project_id = ?1 ORDER BY id")?;
        let rows = statement.query_map([&self.settings.project], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Records a pilot; actor and time are the writer's.
    pub fn add_pilot(&self, name: &str, lane: &str, person: &str, migration: &str) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO pilots (project_id, name, lane, person, migration, started_at, by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![self.settings.project, name, lane, person, migration, self.at, self.actor])?;
        Ok(())
    }

    /// Records that both sides were brought together, or why they could not be.
    pub fn add_sync(&self, sync: &NewSync) -> Result<()> {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(
                "INSERT INTO pilot_syncs (project_id, at, by, write_legacy, told, brought, pending, cause)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                self.settings.project,
                self.at,
                self.actor,
                sync.write_legacy,
                count(sync.told),
                count(sync.brought),
                count(sync.pending),
                sync.cause
            ])?;
        Ok(())
    }

    /// Lets the rows that are added from now on have numbers that the scripts do not reach, so that theirs keep their own
    /// when they come in.
    pub fn number_apart(&self) -> Result<()> {
        for table in COUNTED.into_iter().filter(|table| *table != "audit_events") {
            let last = self.last_number(table)?;
            // At least half a step is left to the scripts.
            self.advance_sequence(table, ((last + STEP / 2) / STEP + 1) * STEP)?;
        }
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<SyncRow> {
    Ok(SyncRow {
        id: get(row, "id")?,
        at: get(row, "at")?,
        by: get(row, "by")?,
        write_legacy: get(row, "write_legacy")?,
        told: get(row, "told")?,
        brought: get(row, "brought")?,
        pending: get(row, "pending")?,
        cause: get(row, "cause")?,
    })
}
