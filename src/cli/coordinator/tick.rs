//! `fairway coordinator tick`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Show where everything stands, and what to do next, the most urgent first.
///
/// A role that works on fewer tasks than `[coordinator] max_primary_tracks` is idle. Nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway coordinator tick\n  fairway coordinator tick --json")]
pub struct TickArgs {}

pub(super) fn run(session: &mut Session, _: &TickArgs) -> Result<(), CliError> {
    let tick = ops::coordinator_tick(&session.context()?)?;
    session.ui.emit("coordinator tick", &tick);
    Ok(())
}
