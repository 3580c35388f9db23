//! Sessions and tracks as one look at the whole queue lists them.

use serde::Serialize;

use crate::model::{AgentSession, Checkpoint, SessionStatus, TrackState};

/// A session, and what is to be said of it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct SessionStanding {
    /// Its id.
    pub id: String,
    /// The role that works in it.
    pub role: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// The task it works on.
    pub task: Option<String>,
    /// Its process.
    pub pid: Option<i64>,
    /// When it was last heard of.
    pub heartbeat_at: String,
    /// Whether it should be at work.
    pub live: bool,
    /// Of a live one: `stale`, `alive` or `no-pid`.
    pub verdict: Option<&'static str>,
}

impl SessionStanding {
    /// A session, and the verdict on a live one.
    pub fn new(session: AgentSession, verdict: Option<&'static str>) -> Self {
        Self {
            id: session.id,
            role: session.role,
            status: session.status,
            task: session.task_id,
            pid: session.pid,
            heartbeat_at: session.last_heartbeat_at,
            live: verdict.is_some(),
            verdict,
        }
    }
}

/// Where a track stands, and why that is not enough.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TrackStanding {
    /// Its name.
    pub track: String,
    /// Where it stands.
    pub state: TrackState,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it is to be closed, as it was given.
    pub target_close_by: Option<String>,
    /// When it was last heard of.
    pub recorded_at: String,
    /// Whether somebody has to look after it.
    pub stale: bool,
    /// Why it is stale.
    pub why: Vec<String>,
}

impl TrackStanding {
    /// The latest checkpoint of a track, and why it is stale.
    pub fn new(latest: Checkpoint, why: Vec<String>) -> Self {
        Self {
            track: latest.track,
            state: latest.state,
            owner: latest.owner,
            target_close_by: latest.target_close_by,
            recorded_at: latest.created_at,
            stale: !why.is_empty(),
            why,
        }
    }
}
