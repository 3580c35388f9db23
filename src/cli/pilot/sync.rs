//! `fairway pilot sync`.

use clap::Args;

use super::legacy_project;
use crate::cli::{CliError, Session};
use crate::ops::{self, SyncRequest};

/// Bring both sides of a pilot together.
///
/// What the scripts did in the other lanes comes in, in one transaction. With --write-legacy the scripts are told, through
/// their own commands and with the time and the name of each event, what was done in the lanes that are Fairway's; each event
/// once, whatever is killed on the way. Then both sides are compared. What differs and nothing explains pauses the lanes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway pilot sync\n  fairway pilot sync --write-legacy")]
pub struct SyncArgs {
    /// Tell the scripts, too.
    #[arg(long)]
    write_legacy: bool,
}

pub(super) fn run(session: &mut Session, args: &SyncArgs) -> Result<(), CliError> {
    let project = legacy_project(session)?;
    let context = session.context()?;
    let progress = session.ui.progress();
    let request = SyncRequest { write_legacy: args.write_legacy };
    let done = ops::sync_pilot(&context, &project, &request, &progress);
    progress.finish();
    session.ui.emit("pilot sync", &done?);
    Ok(())
}
