//! `fairway timing-report`.

use clap::Args;

use super::{CliError, Session};
use crate::ops;

/// Show how much time evidence took, by role and by task, most first.
///
/// Only evidence that names a duration counts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway timing-report\n  fairway timing-report --json")]
pub struct TimingReportArgs {}

pub(super) fn run(session: &mut Session, _: &TimingReportArgs) -> Result<(), CliError> {
    let report = ops::timing_report(&session.context()?)?;
    session.ui.emit("timing-report", &report);
    Ok(())
}
