//! `fairway coordinator preflight`.

use clap::Args;

use crate::cli::{CliError, FINDINGS, Session};
use crate::ops;

/// Say whether a shift can begin: blockers, warnings, and what is well.
///
/// It looks at the queue file, the store, git, worktrees, sessions, tracks and health. `[coordinator] blockers` of the
/// configuration says which findings keep work from beginning; the others are warnings. The answer is on stdout; with a
/// blocker the exit code is 4. Nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway coordinator preflight\n  fairway coordinator preflight --json")]
pub struct PreflightArgs {}

pub(super) fn run(session: &mut Session, _: &PreflightArgs) -> Result<u8, CliError> {
    let preflight = ops::coordinator_preflight(&session.context()?)?;
    session.ui.emit("coordinator preflight", &preflight);
    Ok(if preflight.blockers == 0 { 0 } else { FINDINGS })
}
