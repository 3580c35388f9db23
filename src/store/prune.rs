//! Sessions that have fallen silent.

use rusqlite::params;
use serde::Serialize;

use super::{Reader, Result, Writer};

/// A session that counts as live although nothing has been heard of it for too long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SilentSession {
    /// The session.
    pub session: String,
    /// Its role.
    pub role: String,
    /// The task that it works on.
    pub task: Option<String>,
    /// Its status.
    pub status: String,
    /// When it was last heard of.
    pub last_heartbeat_at: String,
}

impl Reader<'_> {
    /// The sessions that are starting or running and were last heard of before `since`, oldest first.
    pub fn silent_sessions(&self, since: &str) -> Result<Vec<SilentSession>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, role, task_id, status, last_heartbeat_at FROM agent_sessions
             WHERE project_id = ?1 AND status IN ('starting', 'running') AND last_heartbeat_at < ?2
             ORDER BY last_heartbeat_at, id",
        )?;
        let rows = statement.query_map(params![self.settings.project, since], |row| {
            Ok(SilentSession {
                session: row.get(0)?,
                role: row.get(1)?,
                task: row.get(2)?,
                status: row.get(3)?,
                last_heartbeat_at: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Marks a session as stale, and why. The row stays.
    pub fn mark_stale(&self, session: &str, reason: &str) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE agent_sessions SET status = 'stale', end_reason = ?3 WHERE project_id = ?1 AND id = ?2",
            )?
            .execute(params![self.settings.project, session, reason])?;
        Ok(())
    }
}
