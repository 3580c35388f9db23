//! `fairway worktree setup`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Give roles their branches and worktrees.
///
/// A branch that is not there is made at the main branch. A worktree that is there stays as it is. When one of the roles
/// cannot be set up, nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway worktree setup --dry-run\n  fairway worktree setup D-arch")]
pub struct SetupArgs {
    /// The roles; without any, all of them.
    #[arg(value_name = "ROLE", value_parser = crate::cli::named)]
    roles: Vec<String>,
    /// Show the plan, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &mut Session, args: &SetupArgs) -> Result<(), CliError> {
    let plan = ops::worktree_setup(&session.context()?, &args.roles, args.dry_run)?;
    session.ui.emit("worktree setup", &plan);
    Ok(())
}
