//! Task state: one row per task, and one history row per transition, written together.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Params, Row, params};
use serde_json::Value;

use super::history::NewHistory;
use crate::model::ClaimEnd;
use crate::model::task::{ReviewStatus, Task, TaskState};
use crate::store::{Reader, Result, StoreError, Writer};

/// What [`read`] reads, by its place; further columns may follow.
const COLUMNS: &str =
    "status, owner, claimant, branch, claimed_at, completed_at, commit_sha, blocked_reason, updated_at,
    review_status";

fn read(row: &Row<'_>) -> rusqlite::Result<(TaskState, String)> {
    let state = TaskState {
        status: row.get(0)?,
        owner: row.get(1)?,
        claimant: row.get(2)?,
        branch: row.get(3)?,
        claimed_at: row.get(4)?,
        completed_at: row.get(5)?,
        commit_sha: row.get(6)?,
        blocked_reason: row.get(7)?,
        updated_at: row.get(8)?,
        review_status: ReviewStatus::default(),
    };
    Ok((state, row.get(9)?))
}

/// A state with its review status, once that is known to be one.
fn complete(id: &str, (mut state, review): (TaskState, String)) -> Result<TaskState> {
    state.review_status = ReviewStatus::from_store(&review).ok_or_else(|| StoreError::BadValue {
        table: "task_state",
        column: "review_status",
        row: id.to_owned(),
        value: review,
        expected: "a review status",
    })?;
    Ok(state)
}

/// The states that a query answers, by task; the query without its columns.
pub(super) fn of(reader: &Reader<'_>, from: &str, values: impl Params) -> Result<HashMap<String, TaskState>> {
    let mut statement = reader.connection.prepare_cached(&format!("SELECT {COLUMNS}, task_id {from}"))?;
    let rows = statement.query_map(values, |row| Ok((row.get::<_, String>(10)?, read(row)?)))?;
    rows.map(|row| {
        let (id, read) = row?;
        let state = complete(&id, read)?;
        Ok((id, state))
    })
    .collect()
}

impl Reader<'_> {
    /// The state of a task that is there.
    pub(super) fn state(&self, id: &str) -> Result<TaskState> {
        let read = self
            .connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM task_state WHERE project_id = ?1 AND task_id = ?2"
            ))?
            .query_row(params![self.settings.project, id], read)?;
        complete(id, read)
    }

    /// The status of every task, for a plan that compares many.
    pub fn statuses(&self) -> Result<HashMap<String, String>> {
        let mut statement =
            self.connection.prepare_cached("SELECT task_id, status FROM task_state WHERE project_id = ?1")?;
        let rows = statement.query_map([&self.settings.project], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The state of every task, by its id.
    pub fn states(&self) -> Result<HashMap<String, TaskState>> {
        of(self, "FROM task_state WHERE project_id = ?1", [&self.settings.project])
    }

    /// A value that the store remembers about the project.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        Ok(self
            .connection
            .prepare_cached("SELECT value FROM store_settings WHERE project_id = ?1 AND key = ?2")?
            .query_row(params![self.settings.project, key], |row| row.get(0))
            .optional()?)
    }
}

impl Writer<'_> {
    /// Gives a task that has just arrived its state. No history is written here.
    pub fn insert_state(&self, id: &str, state: &TaskState) -> Result<()> {
        self.insert_counted_state(id, state, 0)
    }

    /// Gives a task that has just arrived its state, with the number of its unmet dependencies.
    pub fn insert_counted_state(&self, id: &str, state: &TaskState, unmet: usize) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO task_state (project_id, task_id, status, owner, claimant, branch, claimed_at,
                   completed_at, commit_sha, blocked_reason, review_status, updated_at, unmet_dependencies)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                self.settings.project,
                id,
                state.status,
                state.owner,
                state.claimant,
                state.branch,
                state.claimed_at,
                state.completed_at,
                state.commit_sha,
                state.blocked_reason,
                state.review_status.as_str(),
                state.updated_at,
                i64::try_from(unmet).unwrap_or(i64::MAX),
            ])?;
        Ok(())
    }

    /// Moves a task from the state that was read to `next`, writes its history row, and tells its claim and its
    /// dependents. Answers the number of the transition; none, and changes nothing, when the task is no longer in the
    /// status that was read.
    pub fn transition(&self, task: &Task, next: &TaskState, reason: Option<&str>) -> Result<Option<i64>> {
        self.transition_by(task, next, reason, ClaimEnd::Released)
    }

    /// [`Writer::transition`], which says how the task's claim ends when it has no holder any more.
    pub fn transition_by(
        &self,
        task: &Task,
        next: &TaskState,
        reason: Option<&str>,
        claim_ends: ClaimEnd,
    ) -> Result<Option<i64>> {
        let moved = self
            .connection
            .prepare_cached(
                "UPDATE task_state SET status = ?4, owner = ?5, claimant = ?6, branch = ?7, claimed_at = ?8,
                   completed_at = ?9, commit_sha = ?10, blocked_reason = ?11, updated_at = ?12
                 WHERE project_id = ?1 AND task_id = ?2 AND status = ?3",
            )?
            .execute(params![
                self.settings.project,
                task.id(),
                task.state.status,
                next.status,
                next.owner,
                next.claimant,
                next.branch,
                next.claimed_at,
                next.completed_at,
                next.commit_sha,
                next.blocked_reason,
                self.at,
            ])?;
        if moved == 0 {
            return Ok(None);
        }
        let transition = self.add_history(&NewHistory {
            task_id: task.id(),
            from_status: Some(&task.state.status),
            to_status: &next.status,
            owner: next.owner.as_deref(),
            branch: next.branch.as_deref(),
            commit_sha: next.commit_sha.as_deref(),
            reason,
        })?;
        self.claim_follows(task, next, transition, claim_ends)?;
        let (was, is) = (self.is_terminal(&task.state.status), self.is_terminal(&next.status));
        if was != is {
            self.dependency_moved(task.id(), is)?;
        }
        Ok(Some(transition))
    }

    /// Records the last word on a task's review.
    pub fn set_review_status(&self, id: &str, status: ReviewStatus) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_state SET review_status = ?3, updated_at = ?4 WHERE project_id = ?1 AND task_id = ?2",
            )?
            .execute(params![self.settings.project, id, status.as_str(), self.at])?;
        Ok(())
    }

    /// Replaces a task's whole state, as a snapshot has it.
    pub fn replace_state(&self, id: &str, state: &TaskState) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_state SET status = ?3, owner = ?4, claimant = ?5, branch = ?6, claimed_at = ?7,
                   completed_at = ?8, commit_sha = ?9, blocked_reason = ?10, review_status = ?11, updated_at = ?12
                 WHERE project_id = ?1 AND task_id = ?2",
            )?
            .execute(params![
                self.settings.project,
                id,
                state.status,
                state.owner,
                state.claimant,
                state.branch,
                state.claimed_at,
                state.completed_at,
                state.commit_sha,
                state.blocked_reason,
                state.review_status.as_str(),
                state.updated_at,
            ])?;
        Ok(())
    }

    /// Remembers a value about the project.
    pub fn remember(&self, key: &str, value: &Value) -> Result<()> {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.connection
            .prepare_cached(
                "INSERT INTO store_settings (project_id, key, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT (project_id, key) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![self.settings.project, key, text])?;
        Ok(())
    }
}
