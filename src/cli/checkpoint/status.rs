//! `fairway checkpoint status`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops::{self, TrackFilter};

/// Show where the tracks stand: the latest checkpoint of each.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway checkpoint status\n  fairway checkpoint status billing\n  fairway checkpoint status --all --json"
)]
pub struct StatusArgs {
    /// Only this track, open or not.
    #[arg(value_name = "TRACK")]
    track: Option<String>,
    /// Also the tracks that are done, parked or abandoned.
    #[arg(long)]
    all: bool,
}

pub(super) fn run(session: &mut Session, args: StatusArgs) -> Result<(), CliError> {
    let filter = TrackFilter { track: said(args.track), all: args.all };
    let checkpoints = ops::checkpoint_status(&session.context()?, &filter)?;
    session.ui.emit("checkpoint status", &checkpoints);
    Ok(())
}
