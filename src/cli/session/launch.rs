//! `fairway session launch`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops::{self, Launch, LaunchOutcome};

/// Start an agent's session in the worktree of its role, and record it.
///
/// It runs on after this command, with `FAIRWAY_SESSION_ID`, `FAIRWAY_ROLE` and `FAIRWAY_TASK_ID` set and its output in a
/// transcript. No task is claimed. A launch that fails leaves a failed session. With --dry-run nothing is started
/// and nothing recorded.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway session launch --role A-backend --task-id A-7 --backend tmux\n  fairway session launch --role B-ui --command \"make watch\" --dry-run"
)]
pub struct LaunchArgs {
    /// The role; without it the one that --as or `FAIRWAY_ROLE` names.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// The task it works on.
    #[arg(long, value_name = "TASK")]
    task_id: Option<String>,
    /// What runs it: shell, tmux, zellij or one of `[[session_backends]]`; without it `[sessions] default_backend`.
    #[arg(long, value_name = "NAME")]
    backend: Option<String>,
    /// What runs in it; without it the provider's name.
    #[arg(long, value_name = "TEXT")]
    command: Option<String>,
    /// An id, instead of `<role>-<task>`.
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Its name in the backend, instead of its id.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The coding agent, instead of the role's.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// What the lane is called, instead of the role's.
    #[arg(long, value_name = "LANE")]
    lane: Option<String>,
    /// Where it works, instead of in the role's worktree.
    #[arg(long, value_name = "PATH")]
    worktree: Option<String>,
    /// The branch to record, instead of the role's.
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Where its output goes, instead of `[sessions] transcripts`.
    #[arg(long, value_name = "PATH")]
    transcript: Option<String>,
    /// Show where, with which variables and by which commands, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &mut Session, args: LaunchArgs) -> Result<(), CliError> {
    let request = Launch {
        role: said(args.role).or_else(|| said(session.globals.role.clone())),
        id: said(args.id),
        lane: said(args.lane),
        backend: said(args.backend),
        provider: said(args.provider),
        name: said(args.name),
        task: said(args.task_id),
        command: said(args.command),
        worktree: said(args.worktree),
        branch: said(args.branch),
        transcript: said(args.transcript),
    };
    match ops::launch_session(&session.context()?, &request, args.dry_run)? {
        LaunchOutcome::Planned(plan) => session.ui.emit("session launch", &plan),
        LaunchOutcome::Launched(launched) => {
            for complaint in &launched.complaints {
                session.ui.warn(complaint.clone());
            }
            session.ui.emit("session launch", &launched);
        }
    }
    Ok(())
}
