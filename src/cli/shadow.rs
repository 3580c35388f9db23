//! `fairway shadow`.

use clap::Args;
use fairway_parity::ledger::{Event, ShadowedCall};

use super::parity::legacy_project;
use super::{CliError, Session};
use crate::pilot;
use crate::views::ShadowedCalls;

/// Run a command of the scripts for real, and have Fairway do the same beside it.
///
/// The command runs as it would alone: its output goes on at once, its exit code is the call's, and nothing that goes wrong
/// with Fairway delays or changes it. What the queue held before and after is kept; when the call is over, Fairway does the
/// same from the same start on a store of its own, and the two are compared. What came of it counts towards graduation.
/// Without a command the last calls are listed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway shadow -- make queue-claim TASK=OPS-1 ROLE=C-ops\n  fairway shadow --last 50\n  fairway shadow --mismatched --json"
)]
pub struct ShadowArgs {
    /// The command, after `--`.
    #[arg(last = true, value_name = "COMMAND", num_args = 0.., conflicts_with_all = ["last", "mismatched"])]
    command: Vec<String>,
    /// How many of the last calls are listed.
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: usize,
    /// Only the calls that did not match.
    #[arg(long)]
    mismatched: bool,
    /// Compare a call that was kept.
    #[arg(long, value_name = "CALL", hide = true, conflicts_with_all = ["command", "last", "mismatched"])]
    compare: Option<String>,
}

pub(super) fn run(session: &mut Session, args: &ShadowArgs) -> Result<u8, CliError> {
    let project = legacy_project(session)?;
    if let Some(id) = &args.compare {
        let call = pilot::compare_kept(&project, id)?;
        session.ui.emit("shadow", &ShadowedCalls { calls: vec![call] });
        return Ok(0);
    }
    if !args.command.is_empty() {
        let cwd = session.environment.directory.clone();
        let (code, trouble) = pilot::shadow(&project, &args.command, &cwd)?;
        if let Some(trouble) = trouble.filter(|_| session.ui.verbose()) {
            session.ui.note(&format!("not shadowed: {trouble}"));
        }
        return Ok(code);
    }
    let book = project.shadowed()?;
    let calls = book.entries().iter().filter_map(|entry| match &entry.event {
        Event::Shadowed(call) => Some(call.clone()),
        _ => None,
    });
    let mut calls: Vec<ShadowedCall> = calls.filter(|call| !args.mismatched || call.is_open()).collect();
    calls.drain(..calls.len().saturating_sub(args.last));
    session.ui.emit("shadow", &ShadowedCalls { calls });
    Ok(0)
}
