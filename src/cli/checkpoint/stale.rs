//! `fairway checkpoint stale`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops;

/// Exits with this when a track is stale: a check with findings.
const FINDINGS: u8 = 4;

/// Find the open tracks that are past their target, or of which nothing was heard for too long.
///
/// Too long is `[coordinator] checkpoint_stale_after`. A target that is a date alone is its midnight in UTC, so it
/// is past from the first second of that day. When a track is stale, the answer is on stdout and the exit code is 4.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway checkpoint stale\n  fairway checkpoint stale --before 2026-02-27"
)]
pub struct StaleArgs {
    /// Too old is what was recorded before this time, instead of the configured age.
    #[arg(long, value_name = "TIME")]
    before: Option<String>,
}

pub(super) fn run(session: &mut Session, args: StaleArgs) -> Result<u8, CliError> {
    let tracks = ops::stale_tracks(&session.context()?, said(args.before).as_deref())?;
    session.ui.emit("checkpoint stale", &tracks);
    Ok(if tracks.stale.is_empty() { 0 } else { FINDINGS })
}
