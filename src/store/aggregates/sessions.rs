//! Sessions of agents.

use rusqlite::{OptionalExtension, Row, named_params, params};

use super::{column, get};
use crate::model::AgentSession;
use crate::store::{Reader, Result, Writer};

fn read(row: &Row<'_>) -> rusqlite::Result<AgentSession> {
    Ok(AgentSession {
        id: get(row, "id")?,
        role: get(row, "role")?,
        lane: get(row, "lane")?,
        worktree_path: get(row, "worktree_path")?,
        branch: get(row, "branch")?,
        session_backend: get(row, "session_backend")?,
        provider: get(row, "provider")?,
        session_name: get(row, "session_name")?,
        task_id: get(row, "task_id")?,
        pid: get(row, "pid")?,
        tmux_pane: get(row, "tmux_pane")?,
        transcript_path: get(row, "transcript_path")?,
        status: column(row, "status")?,
        started_at: get(row, "started_at")?,
        last_heartbeat_at: get(row, "last_heartbeat_at")?,
        ended_at: get(row, "ended_at")?,
        exit_code: get(row, "exit_code")?,
        end_reason: get(row, "end_reason")?,
    })
}

impl Reader<'_> {
    /// One session.
    pub fn session(&self, id: &str) -> Result<Option<AgentSession>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM agent_sessions WHERE project_id = ?1 AND id = ?2")?;
        Ok(statement.query_row(params![self.settings.project, id], read).optional()?)
    }

    /// Every session, in the order in which they began.
    pub fn all_sessions(&self) -> Result<Vec<AgentSession>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM agent_sessions WHERE project_id = ?1 ORDER BY started_at, id")?;
        let rows = statement.query_map(params![self.settings.project], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Writes a session, new or changed, as it is given.
    pub fn save_session(&self, session: &AgentSession) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO agent_sessions (project_id, id, role, lane, worktree_path, branch, session_backend,
                   provider, session_name, task_id, pid, tmux_pane, transcript_path, status, started_at,
                   last_heartbeat_at, ended_at, exit_code, end_reason)
                 VALUES (:project, :id, :role, :lane, :worktree, :branch, :backend, :provider, :name, :task, :pid,
                   :pane, :transcript, :status, :started, :heartbeat, :ended, :code, :reason)
                 ON CONFLICT (project_id, id) DO UPDATE SET role = excluded.role, lane = excluded.lane,
                   worktree_path = excluded.worktree_path, branch = excluded.branch,
                   session_backend = excluded.session_backend, provider = excluded.provider,
                   session_name = excluded.session_name, task_id = excluded.task_id, pid = excluded.pid,
                   tmux_pane = excluded.tmux_pane, transcript_path = excluded.transcript_path,
                   status = excluded.status, last_heartbeat_at = excluded.last_heartbeat_at,
                   ended_at = excluded.ended_at, exit_code = excluded.exit_code, end_reason = excluded.end_reason",
            )?
            .execute(named_params! {
                ":project": self.settings.project,
                ":id": session.id,
                ":role": session.role,
                ":lane": session.lane,
                ":worktree": session.worktree_path,
                ":branch": session.branch,
                ":backend": session.session_backend,
                ":provider": session.provider,
                ":name": session.session_name,
                ":task": session.task_id,
                ":pid": session.pid,
                ":pane": session.tmux_pane,
                ":transcript": session.transcript_path,
                ":status": session.status.as_str(),
                ":started": session.started_at,
                ":heartbeat": session.last_heartbeat_at,
                ":ended": session.ended_at,
                ":code": session.exit_code,
                ":reason": session.end_reason,
            })?;
        Ok(())
    }
}
