//! `fairway coordinator status`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Show where everything stands: what is wrong first, then counts by role, then what each role works on.
///
/// Nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway coordinator status\n  fairway coordinator status --json")]
pub struct StatusArgs {}

pub(super) fn run(session: &mut Session, _: &StatusArgs) -> Result<(), CliError> {
    let status = ops::coordinator_status(&session.context()?)?;
    session.ui.emit("coordinator status", &status);
    Ok(())
}
