//! `fairway worktree prune`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Remove worktrees that nobody needs.
///
/// Worktrees that are not there any more are forgotten. Worktrees that are named like a role's, of roles that are not
/// configured any more, are removed when they are clean and their commits are on the main branch or on a remote's.
/// Branches stay. Nothing uncommitted, nothing unfinished and no commit that is nowhere else is ever removed, also
/// not with --force.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway worktree prune --dry-run\n  fairway worktree prune --force")]
pub struct PruneArgs {
    /// Look past locks, and give up files that git ignores; nothing else.
    #[arg(long)]
    force: bool,
    /// Show the plan, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &mut Session, args: &PruneArgs) -> Result<(), CliError> {
    let plan = ops::worktree_prune(&session.context()?, args.force, args.dry_run)?;
    session.ui.emit("worktree prune", &plan);
    Ok(())
}
