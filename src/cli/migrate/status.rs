//! `fairway migrate status`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Show every migration into this store.
///
/// With it: folders that a killed call left, and what was done in the store besides importing.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway migrate status --json")]
pub struct StatusArgs {}

pub(super) fn run(session: &mut Session) -> Result<(), CliError> {
    let found = ops::migration_status(&session.context()?)?;
    session.ui.emit("migrate status", &found);
    Ok(())
}
