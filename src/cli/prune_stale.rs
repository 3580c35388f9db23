//! `fairway prune-stale`.

use clap::Args;

use super::{CliError, Session};
use crate::ops;

/// Mark sessions as stale that have been silent for too long.
///
/// These are the sessions that are starting or running and whose last heartbeat is older than `[sessions] stale_after`.
/// They stay on record, and so does the claim of their task.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway prune-stale --dry-run")]
pub struct PruneStaleArgs {
    /// Say what would be marked, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &mut Session, args: &PruneStaleArgs) -> Result<(), CliError> {
    let pruned = ops::prune_stale(&session.context()?, args.dry_run)?;
    session.ui.emit("prune-stale", &pruned);
    Ok(())
}
