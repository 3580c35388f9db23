//! Sessions: recorded, ended, listed, reconciled, launched.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::time::to_minute;
use crate::model::{AgentSession, SessionStatus};
use crate::ui::{Page, Table, View};

/// A session that was recorded.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct SessionSaved {
    /// Its id.
    pub session: String,
    /// Whether it is new.
    pub created: bool,
    /// Where it stands.
    pub status: SessionStatus,
}

impl View for SessionSaved {
    fn show(&self, page: &mut Page) {
        let what = if self.created { "created" } else { "updated" };
        page.line(format_args!("session {} {what}: {}", self.session, self.status.as_str()));
    }
}

/// A session that ended.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct SessionEnded {
    /// Its id.
    pub session: String,
    /// How.
    pub status: SessionStatus,
    /// The number of the evidence that was recorded with it.
    pub evidence: Option<i64>,
    /// The task of the evidence.
    pub task: Option<String>,
    /// What the evidence shows.
    pub result: Option<&'static str>,
}

impl View for SessionEnded {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("session {} {}", self.session, self.status.as_str()));
        if let (Some(evidence), Some(task), Some(result)) = (self.evidence, &self.task, self.result) {
            page.line(format_args!("evidence {evidence} recorded for {task}: {result}"));
        }
    }
}

/// The sessions, in the order in which they began.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Sessions {
    /// The sessions.
    pub sessions: Vec<AgentSession>,
}

impl View for Sessions {
    fn show(&self, page: &mut Page) {
        // Role, provider and process are in the JSON: with them the ids would be cut at 80 columns.
        let mut table = Table::new(["SESSION", "BACKEND", "STATUS", "HEARD", "TASK"]);
        for session in &self.sessions {
            table.row([
                Some(&session.id),
                Some(&session.session_backend),
                Some(session.status.as_str()),
                Some(&to_minute(&session.last_heartbeat_at)),
                session.task_id.as_deref(),
            ]);
        }
        page.table(table, "(no sessions)");
    }
}

/// What was found of one session.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ReconciledSession {
    /// The session.
    pub session: String,
    /// Its process.
    pub pid: Option<i64>,
    /// `stale`, `alive` or `no-pid`.
    pub verdict: &'static str,
    /// Why it is stale.
    pub why: Option<String>,
}

/// What was found of the sessions that should be at work.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Reconciled {
    /// The sessions, in the order in which they began.
    pub sessions: Vec<ReconciledSession>,
    /// Whether nothing was written.
    pub dry_run: bool,
}

impl View for Reconciled {
    fn show(&self, page: &mut Page) {
        for ReconciledSession { session, pid, verdict, why } in &self.sessions {
            let pid = pid.map(|pid| format!("pid {pid}")).unwrap_or_default();
            let what = why.clone().unwrap_or(pid);
            page.line(format!("{verdict:<6}  {session}  {what}").trim_end());
        }
        let count = |verdict| self.sessions.iter().filter(|one| one.verdict == verdict).count();
        let dry = if self.dry_run { "; nothing was written" } else { "" };
        page.line(format_args!(
            "{} stale, {} alive, {} without pid{dry}",
            count("stale"),
            count("alive"),
            count("no-pid")
        ));
    }
}

/// What a launch would do.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct LaunchPlan {
    /// The session.
    pub session: String,
    /// What would run it.
    pub backend: String,
    /// Its name in the backend.
    pub name: String,
    /// Where, as it is written down.
    pub cwd: String,
    /// The variables that it would have besides ours.
    pub environment: Map<String, Value>,
    /// Where its output would go, as it is written down.
    pub transcript: String,
    /// What would run in it.
    pub command: String,
    /// The backend's commands.
    pub commands: Vec<String>,
}

impl View for LaunchPlan {
    fn show(&self, page: &mut Page) {
        page.line(format_args!("would launch {} with {}", self.session, self.backend));
        page.field("cwd", Some(&self.cwd));
        for (name, value) in &self.environment {
            page.field("env", Some(format_args!("{name}={}", value.as_str().unwrap_or_default())));
        }
        page.field("transcript", Some(&self.transcript));
        for command in &self.commands {
            page.field("command", Some(command));
        }
        page.line("nothing was started or recorded");
    }
}

/// A session that was launched.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Launched {
    /// Its id.
    pub session: String,
    /// Whether it is new.
    pub created: bool,
    /// Where it stands.
    pub status: SessionStatus,
    /// Its process.
    pub pid: Option<u64>,
    /// Its pane.
    pub pane: Option<String>,
    /// Where its output goes.
    pub transcript: String,
    /// Commands after the launch that failed.
    #[serde(skip)]
    pub complaints: Vec<String>,
}

impl View for Launched {
    fn show(&self, page: &mut Page) {
        let pid = self.pid.map(|pid| format!(", pid {pid}")).unwrap_or_default();
        let place = self.pane.as_ref().map(|name| format!(", pane {name}")).unwrap_or_default();
        page.line(format_args!("session {} launched: {}{pid}{place}", self.session, self.status.as_str()));
        page.line(format_args!("transcript: {}", self.transcript));
    }
}
