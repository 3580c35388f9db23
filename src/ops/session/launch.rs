//! Launching a session by its backend's commands.

use std::sync::LazyLock;

use regex::Regex;

use super::plan::Plan;
use super::upsert::{Facts, SessionUpsert, save};
use crate::model::{AgentSession, SessionStatus};
use crate::ops::{Context, OpError, Result};
use crate::policy::{Reason, Refusal};
use crate::process::{self, Life, ProcessError};
use crate::views::{LaunchPlan, Launched, SessionSaved};

/// A launch that is asked for.
#[derive(Debug, Default)]
pub struct Launch {
    /// The role that works in it.
    pub role: Option<String>,
    /// An id; made of role and task when not given.
    pub id: Option<String>,
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
    /// What runs in it; the provider when not given.
    pub command: Option<String>,
    /// Where it works.
    pub worktree: Option<String>,
    /// On which branch.
    pub branch: Option<String>,
    /// Where its output goes.
    pub transcript: Option<String>,
}

/// What came of a launch.
#[derive(Debug)]
pub enum LaunchOutcome {
    /// What it would do.
    Planned(LaunchPlan),
    /// What it did.
    Launched(Launched),
}

/// What a process is known by.
#[derive(Default)]
struct Identity {
    pid: Option<u64>,
    pane: Option<String>,
}

static IDENTITY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?P<pane>\S+) (?P<pid>[0-9]+)").ok());

/// Launches a session; with `dry_run` only says what would be done.
///
/// The session is recorded as starting before anything is started, and as running or failed after. No task is claimed.
///
/// # Errors
/// A refusal of class `usage`, `unknown-role`, or `not-found` for worktree and task; or a failure of the backend.
pub fn launch_session(context: &Context, request: &Launch, dry_run: bool) -> Result<LaunchOutcome> {
    let plan = Plan::new(context, request)?;
    if dry_run {
        return Ok(LaunchOutcome::Planned(plan.show()));
    }
    if !plan.has_worktree() {
        let message = format!("the worktree {} is missing", plan.worktree);
        let refusal = Refusal::new(Reason::NotFound, message);
        let hint = format!("`fairway worktree setup {}` makes it; or give --worktree", plan.role);
        return Err(refusal.hint(hint).into());
    }
    if let Some(program) = plan.program().filter(|program| !process::installed(program)) {
        return Err(OpError::NotInstalled {
            program: program.to_owned(),
            backend: plan.backend.name.clone(),
        });
    }
    let transcript = plan.transcript();
    if let Some(folder) = transcript.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|source| OpError::File { path: folder.to_owned(), source })?;
    }
    let before = context.read(|reader| Ok(reader.session(&plan.session)?))?;
    let first = record(context, &plan, SessionStatus::Starting, &Identity::default())?;
    let mut complaints: Vec<String> = before.as_ref().and_then(left_behind).into_iter().collect();
    match start(&plan, &mut complaints) {
        Ok(found) => {
            let saved = record(context, &plan, SessionStatus::Running, &found)?;
            Ok(LaunchOutcome::Launched(Launched {
                session: saved.session,
                created: first.created,
                status: saved.status,
                pid: found.pid,
                pane: found.pane,
                transcript: plan.transcript.clone(),
                complaints,
            }))
        }
        Err(error) => {
            record(context, &plan, SessionStatus::Failed, &Identity::default())?;
            Err(OpError::Launch { session: plan.session.clone(), source: error })
        }
    }
}

/// What is to be said of a session by the same id that is at work: its process goes on, and nothing knows it any more.
fn left_behind(before: &AgentSession) -> Option<String> {
    let pid = before.pid.filter(|_| !before.status.is_over())?;
    let lives = matches!(process::life(pid), Life::Alive(_));
    lives.then(|| format!("session {} was at work as process {pid}, which goes on unrecorded", before.id))
}

fn record(context: &Context, plan: &Plan, status: SessionStatus, found: &Identity) -> Result<SessionSaved> {
    let said = SessionUpsert {
        role: Some(plan.role.clone()),
        lane: Some(plan.lane.clone()),
        backend: Some(plan.backend.name.clone()),
        provider: plan.provider.clone(),
        name: Some(plan.name.clone()),
        task: plan.task.clone(),
        worktree: Some(plan.worktree.clone()),
        branch: Some(plan.branch.clone()),
        pane: found.pane.clone(),
        transcript: Some(plan.transcript.clone()),
        ..SessionUpsert::default()
    };
    context.write("session launch", |tx| {
        // What runs in the session may have spoken for itself already, and may even be over.
        let spoke = |session: AgentSession| session.status != SessionStatus::Starting;
        let status = match status {
            SessionStatus::Running if tx.session(&plan.session)?.is_some_and(spoke) => None,
            status => Some(status),
        };
        save(context, tx, &plan.session, Facts { pid: found.pid, status }, &said)
    })
}

/// Starts it; what fails after it runs is a complaint.
fn start(plan: &Plan, complaints: &mut Vec<String>) -> std::result::Result<Identity, ProcessError> {
    let cwd = plan.cwd();
    let mut found = Identity::default();
    if let Some(command) = &plan.backend.spawn {
        let pid = process::spawn(&plan.words(command), &cwd, &plan.environment, &plan.transcript())?;
        found.pid = Some(u64::from(pid));
    }
    for command in plan.backend.launch.iter().flatten() {
        process::run(&plan.words(command), &cwd)?;
    }
    for command in plan.backend.afterwards.iter().flatten() {
        if let Err(error) = process::run(&plan.words(command), &cwd) {
            complaints.push(error.to_string());
        }
    }
    if let Some(command) = &plan.backend.identify {
        match process::run(&plan.words(command), &cwd) {
            Ok(printed) => identify(plan, &printed, &mut found),
            Err(error) => complaints.push(error.to_string()),
        }
    }
    Ok(found)
}

fn identify(plan: &Plan, printed: &str, found: &mut Identity) {
    let own = plan.backend.identity.as_ref().map(crate::config::Pattern::regex);
    let Some(captures) = own.or(IDENTITY.as_ref()).and_then(|regex| regex.captures(printed)) else { return };
    let group = |name| captures.name(name).map(|group| group.as_str());
    found.pane = group("pane").map(str::to_owned);
    found.pid = group("pid").and_then(|pid| pid.parse().ok()).or(found.pid);
}
