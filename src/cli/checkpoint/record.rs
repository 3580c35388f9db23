//! `fairway checkpoint record`.

use clap::Args;

use crate::cli::{CliError, Session, named, said};
use crate::model::TrackState;
use crate::ops::{self, CheckpointRequest};

/// Record where a track of work stands.
///
/// A track is a task's id or any other name. Checkpoints are only ever added; the latest of a track is where it
/// stands.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  fairway checkpoint record billing --state active --owner A-backend \\\n    --summary \"rollup, then invoices\" --target-close-by 2026-03-04"
)]
pub struct RecordArgs {
    /// The track.
    #[arg(value_name = "TRACK", value_parser = named)]
    track: String,
    /// Where it stands: planned, active, `awaiting_input`, review, done, parked or abandoned.
    #[arg(long, value_name = "STATE")]
    state: TrackState,
    /// Who answers for it; without it the acting role.
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// What there is to say.
    #[arg(long, value_name = "TEXT", value_parser = named)]
    summary: String,
    /// When it is to be closed: a time, or a date, which is its midnight in UTC.
    #[arg(long, value_name = "TIME")]
    target_close_by: Option<String>,
    /// A file that shows it.
    #[arg(long, value_name = "PATH")]
    artifact: Option<String>,
}

pub(super) fn run(session: &mut Session, args: RecordArgs) -> Result<(), CliError> {
    let request = CheckpointRequest {
        track: args.track,
        state: args.state,
        owner: said(args.owner),
        summary: args.summary,
        target_close_by: said(args.target_close_by),
        artifact: said(args.artifact),
    };
    let recorded = ops::record_checkpoint(&session.context()?, &request)?;
    session.ui.emit("checkpoint record", &recorded);
    Ok(())
}
