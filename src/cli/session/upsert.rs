//! `fairway session upsert`.

use clap::Args;

use super::IdArgs;
use crate::cli::{CliError, Session, said};
use crate::ops::{self, SessionKey, SessionUpsert};

/// Record a session, or say something new of a known one; either way it was heard of.
///
/// A new one needs a role, from which lane, provider, worktree and branch come when they are not given. Sessions that
/// something else starts, such as an API's, are recorded so.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway session upsert night-1 --role B-ui --backend manual --status running\n  fairway session upsert --backend codex-api --provider codex --role A-backend \\\n    --task-id A-7 --status running\n  fairway session upsert     (in a launched session: it is still there)"
)]
pub struct UpsertArgs {
    #[command(flatten)]
    id: IdArgs,
    /// The role that works in it; needed for a new one.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// What the role's lane is called.
    #[arg(long, value_name = "LANE")]
    lane: Option<String>,
    /// What runs it: shell, tmux, zellij, manual, codex-api, or one of `[[session_backends]]`.
    #[arg(long, value_name = "NAME")]
    backend: Option<String>,
    /// The coding agent.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// Its name in the backend.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The task it works on.
    #[arg(long, value_name = "TASK")]
    task_id: Option<String>,
    /// Its process.
    #[arg(long, value_name = "PID", allow_negative_numbers = true)]
    pid: Option<String>,
    /// Where it works.
    #[arg(long, value_name = "PATH")]
    worktree: Option<String>,
    /// On which branch.
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Its pane.
    #[arg(long, visible_alias = "pane", value_name = "PANE")]
    tmux_pane: Option<String>,
    /// Where its output goes.
    #[arg(long, value_name = "PATH")]
    transcript: Option<String>,
    /// Where it stands: starting, running, ended, failed or stale.
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Why it ended.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

pub(super) fn run(session: &mut Session, args: UpsertArgs) -> Result<(), CliError> {
    let (role, provider, task) = (said(args.role), said(args.provider), said(args.task_id));
    let request = SessionUpsert {
        key: SessionKey {
            id: args.id.id(),
            here: said(session.environment.session.clone()),
            provider: provider.clone(),
            role: role.clone(),
            task: task.clone(),
        },
        role,
        lane: said(args.lane),
        backend: said(args.backend),
        provider,
        name: said(args.name),
        task,
        pid: said(args.pid),
        worktree: said(args.worktree),
        branch: said(args.branch),
        pane: said(args.tmux_pane),
        transcript: said(args.transcript),
        status: said(args.status),
        reason: said(args.reason),
    };
    let saved = ops::upsert_session(&session.context()?, &request)?;
    session.ui.emit("session upsert", &saved);
    Ok(())
}
