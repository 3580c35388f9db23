//! Tasks by their parents: what is below a task, and on which task a caller is working.

use rusqlite::{OptionalExtension, params};

use super::ready::ORDER;
use super::{Reader, Result};

/// A task as a tree shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow {
    /// The task.
    pub id: String,
    /// The task it is a part of.
    pub parent: Option<String>,
    /// Its kind.
    pub kind: Option<String>,
    /// Its role.
    pub role: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: String,
    /// Whether the source still has it.
    pub in_source: bool,
}

const COLUMNS: &str = "d.id, d.parent_id, d.kind, d.role, d.title, s.status, d.in_source
    FROM task_definitions d JOIN task_state s ON s.project_id = d.project_id AND s.task_id = d.id";

/// A task and all that is below it. The same task is not gone into twice, so parents that name one another end.
const BELOW: &str = "
    WITH RECURSIVE below(id) AS (
      SELECT ?2
      UNION SELECT c.id FROM task_definitions c JOIN below b ON c.project_id = ?1 AND c.parent_id = b.id)";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<TreeRow> {
    Ok(TreeRow {
        id: row.get(0)?,
        parent: row.get(1)?,
        kind: row.get(2)?,
        role: row.get(3)?,
        title: row.get(4)?,
        status: row.get(5)?,
        in_source: row.get(6)?,
    })
}

impl Reader<'_> {
    /// A task and all that is below it, in the ready queue's order; nothing when there is no such task.
    pub fn tree(&self, id: &str) -> Result<Vec<TreeRow>> {
        let sql = format!(
            "{BELOW} SELECT {COLUMNS} WHERE d.project_id = ?1 AND d.id IN (SELECT id FROM below) ORDER BY {ORDER}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![self.settings.project, id], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The tasks whose parent is `id`, in the ready queue's order.
    pub fn children(&self, id: &str) -> Result<Vec<TreeRow>> {
        let sql = format!("SELECT {COLUMNS} WHERE d.project_id = ?1 AND d.parent_id = ?2 ORDER BY {ORDER}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![self.settings.project, id], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The parent that a task names, whether or not there is such a task.
    pub fn parent(&self, id: &str) -> Result<Option<String>> {
        Ok(self
            .connection
            .prepare_cached("SELECT parent_id FROM task_definitions WHERE project_id = ?1 AND id = ?2")?
            .query_row(params![self.settings.project, id], |row| row.get(0))
            .optional()?
            .flatten())
    }

    /// The task that a session works on, when there is such a session and it works on one.
    pub fn task_of_session(&self, session: &str) -> Result<Option<String>> {
        Ok(self
            .connection
            .prepare_cached("SELECT task_id FROM agent_sessions WHERE project_id = ?1 AND id = ?2")?
            .query_row(params![self.settings.project, session], |row| row.get(0))
            .optional()?
            .flatten())
    }

    /// The live sessions of a role, each with the task that it works on.
    pub fn live_sessions_of(&self, role: &str) -> Result<Vec<(String, Option<String>)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, task_id FROM agent_sessions
             WHERE project_id = ?1 AND role = ?2 AND status IN ('starting', 'running') ORDER BY id",
        )?;
        let rows = statement
            .query_map(params![self.settings.project, role], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
