//! `fairway pilot status`.

use clap::Args;

use super::standing;
use crate::cli::{CliError, Session};

/// Show who holds each lane, and what is missing before the scripts' lanes become Fairway's.
///
/// A lane is the scripts', Fairway's, or nobody's while it is paused. Where Fairway holds lanes and the scripts wrote all the
/// same, that is told.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway pilot status\n  fairway pilot status --json")]
pub struct StatusArgs {}

pub(super) fn run(session: &mut Session) -> Result<(), CliError> {
    let (_, status) = standing(session)?;
    session.ui.emit("pilot status", &status);
    Ok(())
}
