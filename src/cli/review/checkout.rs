//! `fairway review checkout`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops;

/// Put a task's branch on your review branch, in your worktree.
///
/// The review branch is `[worktrees] review_branch_naming`, and the worktree is that of the acting role. It has to have
/// nothing uncommitted, and a review branch that has commits of its own is not moved.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway review checkout A-1 --as E-governance --dry-run\n  fairway review checkout A-1 --as E-governance --source-role B-ui"
)]
pub struct CheckoutArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = crate::cli::named)]
    task: String,
    /// The role whose branch is reviewed, instead of the task's branch.
    #[arg(long, value_name = "ROLE")]
    source_role: Option<String>,
    /// Show what would be done, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &mut Session, args: CheckoutArgs) -> Result<(), CliError> {
    let source = said(args.source_role);
    let done = ops::review_checkout(&session.context()?, &args.task, source.as_deref(), args.dry_run)?;
    session.ui.emit("review checkout", &done);
    Ok(())
}
