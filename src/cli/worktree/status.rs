//! `fairway worktree status`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Show each role's branch and how its worktree stands.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway worktree status --json")]
pub struct StatusArgs {}

pub(super) fn run(session: &mut Session, _args: &StatusArgs) -> Result<(), CliError> {
    let lanes = ops::worktree_status(&session.context()?)?;
    session.ui.emit("worktree status", &lanes);
    Ok(())
}
