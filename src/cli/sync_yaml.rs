//! `fairway sync-yaml`.

use clap::Args;

use super::{CliError, Session};
use crate::ops;

/// Write where tasks stand into the queue file, and change nothing else of it.
///
/// The keys are those that the legacy writes there: status, owner, branch, commit and time of completion. Comments, order,
/// quoting, anchors and unknown fields stay, byte for byte. What cannot be changed alone is refused with its place.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway sync-yaml --dry-run")]
pub struct SyncYamlArgs {
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &mut Session, args: &SyncYamlArgs) -> Result<(), CliError> {
    let synced = ops::sync_yaml(&session.context()?, args.dry_run)?;
    session.ui.emit("sync-yaml", &synced);
    Ok(())
}
