//! Watches: begun once, finished once.

use rusqlite::{OptionalExtension, Row, named_params, params};

use super::{column, get};
use crate::model::{WatchBrief, WatchResult, Watcher};
use crate::store::{Reader, Result, Writer};

/// How a watch ended.
#[derive(Debug)]
pub struct WatchEnd<'a> {
    /// How.
    pub result: WatchResult,
    /// How long it ran, in seconds.
    pub duration_seconds: Option<u64>,
    /// A file that shows it.
    pub artifact: Option<&'a str>,
    /// Anything else.
    pub notes: Option<&'a str>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Watcher> {
    Ok(Watcher {
        id: get(row, "id")?,
        brief: WatchBrief {
            task_id: get(row, "task_id")?,
            owner: get(row, "owner")?,
            process: get(row, "process")?,
            command: get(row, "command")?,
            expected_duration: get(row, "expected_duration")?,
            poll_interval: get(row, "poll_interval")?,
            success: get(row, "success")?,
            failure: get(row, "failure")?,
            allowed_fixes: get(row, "allowed_fixes")?,
            must_not_touch: get(row, "must_not_touch")?,
            escalation: get(row, "escalation")?,
            evidence_required: get(row, "evidence_required")?,
            artifact: get(row, "artifact_path")?,
            close_condition: get(row, "close_condition")?,
        },
        status: column(row, "status")?,
        result: get(row, "result")?,
        duration_seconds: get(row, "duration_seconds")?,
        notes: get(row, "notes")?,
        actor: get(row, "actor")?,
        started_at: get(row, "started_at")?,
        finished_at: get(row, "finished_at")?,
    })
}

impl Reader<'_> {
    /// One watch.
    pub fn watch(&self, id: &str) -> Result<Option<Watcher>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM task_watchers WHERE project_id = ?1 AND id = ?2")?;
        Ok(statement.query_row(params![self.settings.project, id], read).optional()?)
    }

    /// Every watch, in the order in which they began; with a task only its own.
    pub fn watches(&self, task: Option<&str>) -> Result<Vec<Watcher>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM task_watchers WHERE project_id = ?1 AND (?2 IS NULL OR task_id = ?2)
             ORDER BY started_at, id",
        )?;
        let rows = statement.query_map(params![self.settings.project, task], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Begins a watch.
    pub fn start_watch(&self, id: &str, brief: &WatchBrief) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO task_watchers (project_id, id, task_id, owner, process, command, expected_duration,
                   poll_interval, success, failure, allowed_fixes, must_not_touch, escalation, evidence_required,
                   artifact_path, close_condition, status, actor, started_at)
                 VALUES (:project, :id, :task, :owner, :process, :command, :expected, :poll, :success, :failure,
                   :fixes, :untouched, :escalation, :evidence, :artifact, :close, 'running', :actor, :at)",
            )?
            .execute(named_params! {
                ":project": self.settings.project,
                ":id": id,
                ":task": brief.task_id,
                ":owner": brief.owner,
                ":process": brief.process,
                ":command": brief.command,
                ":expected": brief.expected_duration,
                ":poll": brief.poll_interval,
                ":success": brief.success,
                ":failure": brief.failure,
                ":fixes": brief.allowed_fixes,
                ":untouched": brief.must_not_touch,
                ":escalation": brief.escalation,
                ":evidence": brief.evidence_required,
                ":artifact": brief.artifact,
                ":close": brief.close_condition,
                ":actor": self.actor,
                ":at": self.at,
            })?;
        Ok(())
    }

    /// Ends a watch.
    pub fn finish_watch(&self, id: &str, end: &WatchEnd<'_>) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_watchers SET status = 'finished', result = ?3, duration_seconds = ?4,
                   artifact_path = ?5, notes = ?6, finished_at = ?7
                 WHERE project_id = ?1 AND id = ?2",
            )?
            .execute(params![
                self.settings.project,
                id,
                end.result.as_str(),
                end.duration_seconds.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX)),
                end.artifact,
                end.notes,
                self.at,
            ])?;
        Ok(())
    }
}
