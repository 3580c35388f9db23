//! `fairway claim release`.

use clap::Args;

use crate::cli::{CliError, Session, named, said};
use crate::ops::{self, ReleaseRequest};

/// Let a task go that the caller holds.
///
/// In progress it goes back to todo; blocked it stays blocked, and is nobody's. The caller holds it by the epoch of its
/// claim or by their session, or else is its claimant.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway claim release A-1 --reason \"waiting for the vendor\"\n  fairway claim release A-1 --claim-epoch 17"
)]
pub struct ReleaseArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = named)]
    task: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

pub(super) fn run(session: &mut Session, args: ReleaseArgs) -> Result<(), CliError> {
    let request = ReleaseRequest { task: args.task, reason: said(args.reason) };
    let released = ops::release(&session.context()?, &request)?;
    session.ui.emit("claim release", &released);
    Ok(())
}
