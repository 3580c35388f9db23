//! Handoffs between roles.

use rusqlite::{OptionalExtension, Row, params};

use super::get;
use crate::model::records::Handoff;
use crate::store::{Reader, Result, Writer};

/// Which handoffs are listed; what is not said is not looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandoffFilter {
    /// Those of this task.
    pub task: Option<String>,
    /// Those to this role.
    pub to_role: Option<String>,
    /// Those that nobody has acknowledged.
    pub open: bool,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Handoff> {
    Ok(Handoff {
        id: get(row, "id")?,
        task_id: get(row, "task_id")?,
        from_role: get(row, "from_role")?,
        to_role: get(row, "to_role")?,
        payload: get(row, "payload")?,
        commit_sha: get(row, "commit_sha")?,
        changed_files: get(row, "changed_files")?,
        commands: get(row, "commands")?,
        results: get(row, "results")?,
        risks: get(row, "risks")?,
        blockers: get(row, "blockers")?,
        next_step: get(row, "next_step")?,
        actor: get(row, "actor")?,
        created_at: get(row, "created_at")?,
        acknowledged_at: get(row, "acknowledged_at")?,
        acknowledged_by: get(row, "acknowledged_by")?,
        ack_notes: get(row, "ack_notes")?,
    })
}

impl Reader<'_> {
    /// The handoffs of a task, oldest first.
    pub fn handoffs(&self, id: &str) -> Result<Vec<Handoff>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM task_handoffs WHERE project_id = ?1 AND task_id = ?2 ORDER BY id",
        )?;
        let rows = statement.query_map(params![self.settings.project, id], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The handoff of that number.
    pub fn handoff(&self, id: i64) -> Result<Option<Handoff>> {
        Ok(self
            .connection
            .prepare_cached("SELECT * FROM task_handoffs WHERE project_id = ?1 AND id = ?2")?
            .query_row(params![self.settings.project, id], read)
            .optional()?)
    }

    /// The handoffs that a filter lets through, oldest first.
    pub fn handoff_list(&self, filter: &HandoffFilter) -> Result<Vec<Handoff>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM task_handoffs
             WHERE project_id = ?1 AND (?2 IS NULL OR task_id = ?2) AND (?3 IS NULL OR to_role = ?3)
               AND (NOT ?4 OR acknowledged_at IS NULL) ORDER BY id",
        )?;
        let HandoffFilter { task, to_role, open } = filter;
        let rows = statement.query_map(params![self.settings.project, task, to_role, open], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The number of the latest handoff of a task to `role` that was acknowledged.
    pub fn latest_acknowledged_handoff(&self, id: &str, role: &str) -> Result<Option<i64>> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT MAX(id) FROM task_handoffs
                 WHERE project_id = ?1 AND task_id = ?2 AND to_role = ?3 AND acknowledged_at IS NOT NULL",
            )?
            .query_row(params![self.settings.project, id, role], |row| row.get(0))?)
    }

    /// The numbers of a task's handoffs to `role` that nobody has acknowledged, oldest first.
    pub fn unacknowledged_handoffs(&self, id: &str, role: &str) -> Result<Vec<i64>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id FROM task_handoffs
             WHERE project_id = ?1 AND task_id = ?2 AND to_role = ?3 AND acknowledged_at IS NULL ORDER BY id",
        )?;
        let rows = statement.query_map(params![self.settings.project, id, role], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a handoff, acknowledged by nobody; its number, actor and time are set here. Answers its number.
    pub fn add_handoff(&self, handoff: &Handoff) -> Result<i64> {
        self.connection
            .prepare_cached(
                "INSERT INTO task_handoffs (project_id, task_id, from_role, to_role, payload, commit_sha,
                   changed_files, commands, results, risks, blockers, next_step, actor, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                self.settings.project,
                handoff.task_id,
                handoff.from_role,
                handoff.to_role,
                handoff.payload,
                handoff.commit_sha,
                handoff.changed_files,
                handoff.commands,
                handoff.results,
                handoff.risks,
                handoff.blockers,
                handoff.next_step,
                self.actor,
                self.at,
            ])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Marks a handoff as acknowledged by the actor, now.
    pub fn acknowledge_handoff(&self, id: i64, notes: Option<&str>) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_handoffs SET acknowledged_by = ?3, acknowledged_at = ?4, ack_notes = ?5
                 WHERE project_id = ?1 AND id = ?2",
            )?
            .execute(params![self.settings.project, id, self.actor, self.at, notes])?;
        Ok(())
    }
}
