//! `fairway session reconcile`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Find the sessions that nobody is behind any more, and mark them as stale.
///
/// `[sessions] stale_when` says by what: no process of its id on this machine, another process of its id, or silence
/// for longer than `stale_after`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway session reconcile --dry-run")]
pub struct ReconcileArgs {
    /// Only say what would be marked.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &mut Session, args: &ReconcileArgs) -> Result<(), CliError> {
    let reconciled = ops::reconcile_sessions(&session.context()?, args.dry_run)?;
    session.ui.emit("session reconcile", &reconciled);
    Ok(())
}
