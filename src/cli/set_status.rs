//! `fairway set-status`.

use clap::Args;

use super::{CliError, Session};
use crate::ops::{self, StatusRequest};

/// Move a task to another state.
///
/// Blocking needs a reason; a terminal state is left only with --reopen and a reason; done has to pass the gates.
/// Every transition is kept in the task's history.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway set-status A-1 blocked --reason \"waits for the signing key\"\n  fairway set-status A-1 done --commit 1a2b3c4\n  fairway set-status A-1 todo --reopen --reason \"regressed\""
)]
pub struct SetStatusArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = super::named)]
    task: String,
    /// One of the configured states.
    #[arg(value_name = "STATE", value_parser = super::named)]
    state: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The commit that finishes it, instead of the head of its branch.
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    /// Leave a terminal state.
    #[arg(long)]
    reopen: bool,
}

pub(super) fn run(session: &mut Session, args: SetStatusArgs) -> Result<(), CliError> {
    let request = StatusRequest {
        task: args.task,
        to: args.state,
        reason: super::said(args.reason),
        commit: super::said(args.commit),
        reopen: args.reopen,
    };
    let moved = ops::set_status(&session.context()?, &request)?;
    session.ui.emit("set-status", &moved);
    Ok(())
}
