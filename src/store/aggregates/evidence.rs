//! Evidence: runs of commands, kept as proof. Rows are only ever added.

use rusqlite::params;

use super::get;
use crate::model::records::{Evidence, EvidenceResult};
use crate::store::{Reader, Result, Writer};

/// Evidence to record; actor and time are the writer's.
#[derive(Debug)]
pub struct NewEvidence<'a> {
    /// The task.
    pub task_id: &'a str,
    /// What was run.
    pub command_text: &'a str,
    /// What it showed.
    pub result: EvidenceResult,
    /// A file that shows it.
    pub artifact_path: Option<&'a str>,
    /// What kind of file that is.
    pub artifact_type: Option<&'a str>,
    /// Seconds that it ran.
    pub duration_seconds: Option<u64>,
    /// Anything else.
    pub notes: Option<&'a str>,
}

impl Reader<'_> {
    /// The evidence of a task, oldest first.
    pub fn evidence(&self, id: &str) -> Result<Vec<Evidence>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM task_evidence WHERE project_id = ?1 AND task_id = ?2 ORDER BY id",
        )?;
        let rows = statement.query_map(params![self.settings.project, id], |row| {
            Ok(Evidence {
                id: get(row, "id")?,
                task_id: get(row, "task_id")?,
                command_text: get(row, "command_text")?,
                result: get(row, "result")?,
                artifact_path: get(row, "artifact_path")?,
                artifact_type: get(row, "artifact_type")?,
                duration_seconds: get(row, "duration_seconds")?,
                notes: get(row, "notes")?,
                actor: get(row, "actor")?,
                created_at: get(row, "created_at")?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether a task has evidence with one of these results.
    pub fn has_evidence(&self, id: &str, results: &[String]) -> Result<bool> {
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM task_evidence WHERE project_id = ?1 AND task_id = ?2 AND result = ?3",
        )?;
        for result in results {
            if statement.exists(params![self.settings.project, id, result])? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Reader<'_> {
    /// How many pieces of evidence of a task have one of these results.
    pub fn count_evidence(&self, id: &str, results: &[String]) -> Result<i64> {
        let mut statement = self.connection.prepare_cached(
            "SELECT COUNT(*) FROM task_evidence WHERE project_id = ?1 AND task_id = ?2 AND result = ?3",
        )?;
        let mut count = 0;
        for result in results {
            count += statement
                .query_row(params![self.settings.project, id, result], |row| row.get::<_, i64>(0))?;
        }
        Ok(count)
    }
}

impl Writer<'_> {
    /// Adds evidence; answers its number.
    pub fn add_evidence(&self, row: &NewEvidence<'_>) -> Result<i64> {
        self.connection
            .prepare_cached(
                "INSERT INTO task_evidence (project_id, task_id, command_text, result, artifact_path,
                   artifact_type, duration_seconds, notes, actor, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                self.settings.project,
                row.task_id,
                row.command_text,
                row.result.as_str(),
                row.artifact_path,
                row.artifact_type,
                row.duration_seconds.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX)),
                row.notes,
                self.actor,
                self.at,
            ])?;
        Ok(self.connection.last_insert_rowid())
    }
}
