//! `fairway parity show`.

use clap::Args;

use super::recorded::Recorded;
use crate::cli::{CliError, Session};
use crate::views::RunShown;

/// Show what a run found: verdicts by behaviour, waivers, masks, and what the result rests on.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity show\n  fairway parity show 20260227T160000Z-0a1b2\n  fairway parity show target/parity/latest --json"
)]
pub struct ShowArgs {
    #[command(flatten)]
    recorded: Recorded,
}

pub(super) fn run(session: &mut Session, args: &ShowArgs) -> Result<u8, CliError> {
    let (result, out) = args.recorded.find(session)?;
    session.ui.emit("parity show", &RunShown { result, out });
    Ok(0)
}
