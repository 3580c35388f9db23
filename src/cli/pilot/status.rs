//! `fairway pilot status`.

use clap::Args;

use super::{legacy_project, standings};
use crate::cli::{CliError, Session};
use crate::ops::{self, CutoverRequest};

/// Show who holds each lane, and what is missing before the scripts' lanes become Fairway's.
///
/// A lane is the scripts', Fairway's, or nobody's while it is paused. Where Fairway holds lanes and the scripts wrote all the
/// same, that is told.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway pilot status\n  fairway pilot status --json")]
pub struct StatusArgs {}

pub(super) fn run(session: &mut Session) -> Result<(), CliError> {
    let project = legacy_project(session)?;
    let standings = standings(&project)?;
    let request = CutoverRequest { person: String::new(), dry_run: true, despite_findings: false, standings };
    let context = session.context()?;
    let progress = session.ui.progress();
    let status = ops::pilot_status(&context, &request, &progress);
    progress.finish();
    session.ui.emit("pilot status", &status?);
    Ok(())
}
