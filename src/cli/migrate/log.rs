//! `fairway migrate log`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Show what was done with migrations, in the order of time.
///
/// Nothing is ever removed from it: a migration that was rolled back stays in the log.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway migrate log --json")]
pub struct LogArgs {}

pub(super) fn run(session: &mut Session) -> Result<(), CliError> {
    let found = ops::migration_log(&session.context()?)?;
    session.ui.emit("migrate log", &found);
    Ok(())
}
