//! `fairway db check`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// The exit code of a check with findings.
const FINDINGS: u8 = 4;

/// Check that the store is what it should be, and name everything that is not.
///
/// Looked at are the file and its schema, with the triggers that keep records append-only; that every row which is named
/// is there; that counts of unmet dependencies and marks of ready tasks agree with what they are made from; that the
/// history of each task leads from state to state, and to the one it is in; and that every transition has its audit
/// event. With findings the answer is on stdout and the exit code is 4. Nothing is mended.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway db check --json")]
pub struct CheckArgs {}

pub(super) fn run(session: &mut Session) -> Result<u8, CliError> {
    let checked = ops::check(&session.context()?)?;
    session.ui.emit("db check", &checked);
    Ok(if checked.findings.is_empty() { 0 } else { FINDINGS })
}
