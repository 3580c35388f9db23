//! `fairway pilot rollback`.

use clap::Args;

use super::legacy_project;
use crate::cli::{CliError, Session, named};
use crate::ops::{self, PilotRollbackRequest};

/// Make every lane the scripts' again, with all that was done meanwhile.
///
/// After the pilot of a lane the scripts are told what was done, through their own commands, as `pilot sync --write-legacy` does;
/// after a cut-over without one the queue is written back into the scripts' own file and database, as `migrate export-back`
/// does. Then the lanes change hands. What the scripts cannot express is told before anything is written.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway pilot rollback --reason \"claims are slow\" --dry-run\n  fairway pilot rollback --reason \"claims are slow\" --leave-behind"
)]
pub struct RollbackArgs {
    /// Why.
    #[arg(long, value_name = "TEXT", value_parser = named)]
    reason: String,
    /// Only say what would be written, and what would stay behind.
    #[arg(long)]
    dry_run: bool,
    /// What the scripts cannot express stays in the store.
    #[arg(long)]
    leave_behind: bool,
}

pub(super) fn run(session: &mut Session, args: RollbackArgs) -> Result<(), CliError> {
    let project = legacy_project(session)?;
    let context = session.context()?;
    let RollbackArgs { reason, dry_run, leave_behind } = args;
    let request = PilotRollbackRequest { reason, leave_behind, dry_run };
    let progress = session.ui.progress();
    let done = ops::roll_back_pilot(&context, &project, &request, &progress);
    progress.finish();
    session.ui.emit("pilot rollback", &done?);
    Ok(())
}
