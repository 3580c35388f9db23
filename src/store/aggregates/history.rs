//! The history of transitions. Rows are only ever added.

use rusqlite::params;

use super::get;
use crate::model::records::HistoryRow;
use crate::store::{Reader, Result, Writer};

/// A transition to record; verb, actor and time are the writer's.
#[derive(Debug)]
pub struct NewHistory<'a> {
    /// The task.
    pub task_id: &'a str,
    /// None when the task arrives in `to_status`.
    pub from_status: Option<&'a str>,
    /// Where it is now.
    pub to_status: &'a str,
    /// The owner label now.
    pub owner: Option<&'a str>,
    /// The branch now.
    pub branch: Option<&'a str>,
    /// The commit now.
    pub commit_sha: Option<&'a str>,
    /// Why, when a reason was given.
    pub reason: Option<&'a str>,
}

impl Reader<'_> {
    /// The history of a task, oldest first.
    pub fn history(&self, id: &str) -> Result<Vec<HistoryRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM task_state_history WHERE project_id = ?1 AND task_id = ?2 ORDER BY id",
        )?;
        let rows = statement.query_map(params![self.settings.project, id], |row| {
            Ok(HistoryRow {
                id: get(row, "id")?,
                task_id: get(row, "task_id")?,
                from_status: get(row, "from_status")?,
                to_status: get(row, "to_status")?,
                owner: get(row, "owner")?,
                branch: get(row, "branch")?,
                commit_sha: get(row, "commit_sha")?,
                command_source: get(row, "command_source")?,
                actor: get(row, "actor")?,
                reason: get(row, "reason")?,
                at: get(row, "at")?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Reader<'_> {
    /// The tasks that have moved: those with a transition that no import made.
    pub fn moved_tasks(&self) -> Result<std::collections::HashSet<String>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT DISTINCT task_id FROM task_state_history
             WHERE project_id = ?1 AND NOT (from_status IS NULL AND command_source IN ('import', 'migrate-apply'))",
        )?;
        let rows = statement.query_map([&self.settings.project], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a transition, and answers its number.
    pub fn add_history(&self, row: &NewHistory<'_>) -> Result<i64> {
        self.connection
            .prepare_cached(
                "INSERT INTO task_state_history (project_id, task_id, from_status, to_status, owner, branch,
                   commit_sha, command_source, actor, reason, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                self.settings.project,
                row.task_id,
                row.from_status,
                row.to_status,
                row.owner,
                row.branch,
                row.commit_sha,
                self.operation,
                self.actor,
                row.reason,
                self.at,
            ])?;
        Ok(self.connection.last_insert_rowid())
    }
}
