//! Sessions: agents at work.

use serde::Serialize;

use super::records::text_enum;

text_enum! {
    /// Where a session stands.
    SessionStatus {
        /// It is being launched.
        Starting => "starting",
        /// It works.
        Running => "running",
        /// It is over.
        Ended => "ended",
        /// It broke, or never began.
        Failed => "failed",
        /// Nobody is behind it any more.
        Stale => "stale",
    }
}

impl SessionStatus {
    /// Whether it is over for good.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Failed)
    }
}

/// One session. Field names are the store's column names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AgentSession {
    /// Its id.
    pub id: String,
    /// The role that works in it.
    pub role: String,
    /// What the role's lane is called.
    pub lane: Option<String>,
    /// Where it works, as it was written.
    pub worktree_path: Option<String>,
    /// On which branch.
    pub branch: Option<String>,
    /// What runs it.
    pub session_backend: String,
    /// The coding agent.
    pub provider: Option<String>,
    /// Its name in the backend.
    pub session_name: Option<String>,
    /// The task it works on.
    pub task_id: Option<String>,
    /// Its process.
    pub pid: Option<i64>,
    /// Its pane in the backend.
    pub tmux_pane: Option<String>,
    /// Where its output goes.
    pub transcript_path: Option<String>,
    /// Where it stands.
    pub status: SessionStatus,
    /// When it began.
    pub started_at: String,
    /// When it was last heard of.
    pub last_heartbeat_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// The exit code of its process, when that is known.
    pub exit_code: Option<i64>,
    /// Why it ended.
    pub end_reason: Option<String>,
}
