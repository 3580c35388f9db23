//! `fairway health-report`.

use clap::Args;

use super::{CliError, Session};
use crate::ops;

/// Show what has taken too long and which records are missing.
///
/// Work in progress for more than two hours, blocked for more than a day, handoffs that nobody has acknowledged (for
/// more than an hour), reviews that wait without a reviewer, and tasks that are done without accepted evidence. It
/// is a report: what it finds does not change the exit code.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway health-report\n  fairway health-report --json")]
pub struct HealthReportArgs {}

pub(super) fn run(session: &mut Session, _: &HealthReportArgs) -> Result<(), CliError> {
    let report = ops::health_report(&session.context()?)?;
    session.ui.emit("health-report", &report);
    Ok(())
}
