//! `fairway status-report`.

use clap::Args;

use super::{CliError, Session};
use crate::ops;

/// Show how many tasks each role has in each state, what is worked on, and what is blocked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway status-report\n  fairway status-report --json")]
pub struct StatusReportArgs {}

pub(super) fn run(session: &mut Session, _: &StatusReportArgs) -> Result<(), CliError> {
    let report = ops::status_report(&session.context()?)?;
    session.ui.emit("status-report", &report);
    Ok(())
}
