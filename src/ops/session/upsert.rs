//! Recording a session, new or known.

use serde_json::json;

use super::SessionKey;
use crate::model::{AgentSession, SessionStatus};
use crate::ops::{Context, Result};
use crate::policy::arguments::{one_of, whole_number};
use crate::policy::{Reason, Refusal};
use crate::store::Writer;
use crate::views::SessionSaved;

/// What is said of a session. What is not given stays as it was.
#[derive(Debug, Default)]
pub struct SessionUpsert {
    /// Which session.
    pub key: SessionKey,
    /// The role; needed for a new one.
    pub role: Option<String>,
    /// What the role's lane is called.
    pub lane: Option<String>,
    /// What runs it.
    pub backend: Option<String>,
    /// The coding agent.
    pub provider: Option<String>,
    /// Its name in the backend.
    pub name: Option<String>,
    /// The task it works on.
    pub task: Option<String>,
    /// Its process, as it was written.
    pub pid: Option<String>,
    /// Where it works.
    pub worktree: Option<String>,
    /// On which branch.
    pub branch: Option<String>,
    /// Its pane.
    pub pane: Option<String>,
    /// Where its output goes.
    pub transcript: Option<String>,
    /// Where it stands, as it was written.
    pub status: Option<String>,
    /// Why it ended.
    pub reason: Option<String>,
}

/// What of it is more than text, once it is read.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Facts {
    /// Its process.
    pub(super) pid: Option<u64>,
    /// Where it stands.
    pub(super) status: Option<SessionStatus>,
}

/// Records a session: a new one with what its role says, a known one with what is given. Either way it was heard of.
///
/// # Errors
/// A refusal of class `usage`, `unknown-role`, or `not-found` for the task.
pub fn upsert_session(context: &Context, request: &SessionUpsert) -> Result<SessionSaved> {
    let id = request.key.resolve()?;
    if let Some(role) = &request.role {
        context.role(role)?;
    }
    if let Some(name) = &request.backend {
        super::backend(context, name)?;
    }
    let status = request.status.as_deref().map(|text| one_of("--status", text)).transpose()?;
    let pid = request.pid.as_deref().map(|text| whole_number("--pid", text)).transpose()?;
    context.write("session upsert", |tx| save(context, tx, &id, Facts { pid, status }, request))
}

/// Within a transaction: also how a launch records what it starts.
pub(super) fn save(
    context: &Context,
    tx: &Writer<'_>,
    id: &str,
    facts: Facts,
    request: &SessionUpsert,
) -> Result<SessionSaved> {
    let before = tx.session(id)?;
    if let Some(task) = &request.task
        && !tx.has_task(task)?
    {
        return Err(Refusal::unknown_task(task).into());
    }
    let created = before.is_none();
    let mut session = match before {
        Some(session) => session,
        None => new(context, tx, id, request.role.as_deref())?,
    };
    apply(&mut session, request, facts);
    session.last_heartbeat_at = tx.at();
    match facts.status {
        Some(status) if status.is_over() => session.ended_at = Some(tx.at()),
        Some(_) => session.ended_at = None,
        None => {}
    }
    tx.save_session(&session)?;
    tx.audit(session.task_id.as_deref(), Some(json!({ "session": id, "status": session.status })));
    Ok(SessionSaved { session: id.to_owned(), created, status: session.status })
}

fn new(context: &Context, tx: &Writer<'_>, id: &str, role: Option<&str>) -> Result<AgentSession> {
    let Some(role) = role else {
        let refusal = Refusal::new(Reason::Usage, format!("session {id} is new, and a new one needs a role"));
        return Err(refusal.hint("give --role; `fairway session status --all` lists the known ones").into());
    };
    let role = context.role(role)?;
    Ok(AgentSession {
        id: id.to_owned(),
        role: role.name.clone(),
        lane: Some(role.lane().to_owned()),
        worktree_path: Some(context.worktree(&role.name)?.display().to_string()),
        branch: Some(role.branch().into_owned()),
        session_backend: "manual".to_owned(),
        provider: role.provider.clone(),
        session_name: Some(id.to_owned()),
        task_id: None,
        pid: None,
        tmux_pane: None,
        transcript_path: None,
        status: SessionStatus::Starting,
        started_at: tx.at(),
        last_heartbeat_at: tx.at(),
        ended_at: None,
        exit_code: None,
        end_reason: None,
    })
}

fn apply(session: &mut AgentSession, request: &SessionUpsert, facts: Facts) {
    let set = |field: &mut Option<String>, given: &Option<String>| {
        if given.is_some() {
            field.clone_from(given);
        }
    };
    if let Some(role) = &request.role {
        session.role.clone_from(role);
    }
    if let Some(backend) = &request.backend {
        session.session_backend.clone_from(backend);
    }
    if let Some(status) = facts.status {
        session.status = status;
    }
    if let Some(pid) = facts.pid {
        session.pid = Some(i64::try_from(pid).unwrap_or(i64::MAX));
    }
    set(&mut session.lane, &request.lane);
    set(&mut session.provider, &request.provider);
    set(&mut session.session_name, &request.name);
    set(&mut session.task_id, &request.task);
    set(&mut session.worktree_path, &request.worktree);
    set(&mut session.branch, &request.branch);
    set(&mut session.tmux_pane, &request.pane);
    set(&mut session.transcript_path, &request.transcript);
    set(&mut session.end_reason, &request.reason);
}
