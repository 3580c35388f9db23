//! `fairway shadow`.

use clap::Args;
use fairway_parity::ledger::ShadowedCall;

use super::parity::legacy_project;
use super::{CliError, Session};
use crate::ops;
use crate::pilot::{self, LegacyCommand, UnderWay};
use crate::store::Store;
use crate::views::ShadowedCalls;

/// Run a command of the scripts for real, and have Fairway do the same beside it.
///
/// The command runs as it would alone: its output goes on at once, its exit code is the call's, and nothing that goes wrong
/// with Fairway delays or changes it. What the queue held before and after is kept; when the call is over, Fairway does the
/// same from the same start on a store of its own, and the two are compared. What came of it counts towards graduation. A
/// command that would change the tasks of a lane which is not the scripts' any more is not run (exit 6).
/// Without a command the last calls are listed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway shadow -- make queue-claim TASK=OPS-1 ROLE=C-ops\n  fairway shadow --last 50\n  fairway shadow --mismatched --json"
)]
pub struct ShadowArgs {
    /// The command, after `--`.
    #[arg(last = true, value_name = "COMMAND", num_args = 0.., conflicts_with_all = ["last", "mismatched"])]
    command: Vec<String>,
    /// The target of make whose recipe the command is, as the `GNUmakefile` of `pilot install-shadow` gives it.
    #[arg(long, value_name = "TARGET", hide = true, requires = "command")]
    target: Option<String>,
    /// How many of the last calls are listed.
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: usize,
    /// Only the calls that did not match.
    #[arg(long)]
    mismatched: bool,
    /// Compare a call that was kept.
    #[arg(long, value_name = "CALL", hide = true, conflicts_with_all = ["command", "last", "mismatched"])]
    compare: Option<String>,
    /// Write down that a call was not kept, because Fairway was too slow for it.
    #[arg(long, value_name = "CALL", hide = true, requires = "command", conflicts_with = "compare")]
    gave_up: Option<String>,
}

pub(super) fn run(session: &mut Session, args: &ShadowArgs) -> Result<u8, CliError> {
    let command = LegacyCommand { words: args.command.clone(), target: args.target.clone() };
    if let Some(id) = &args.gave_up {
        pilot::note_given_up(legacy_project(session)?, id, &command)?;
        return Ok(0);
    }
    if !command.words.is_empty() {
        return call(session, &command);
    }
    let project = legacy_project(session)?;
    if let Some(id) = &args.compare {
        let call = pilot::compare_kept(project, id)?;
        session.ui.emit("shadow", &ShadowedCalls { calls: vec![call] });
        return Ok(0);
    }
    let calls = project.shadowed_calls()?.into_iter();
    let mut calls: Vec<ShadowedCall> = calls.filter(|call| !args.mismatched || call.is_open()).collect();
    calls.drain(..calls.len().saturating_sub(args.last));
    session.ui.emit("shadow", &ShadowedCalls { calls });
    Ok(0)
}

/// Runs a command of the scripts, unless it is to change what is not theirs any more.
fn call(session: &mut Session, command: &LegacyCommand) -> Result<u8, CliError> {
    let cwd = session.environment.directory.clone();
    // A part of a call that is shadowed already.
    if session.environment.shadowed {
        return Err(pilot::instead(command, &cwd).into());
    }
    let project = match legacy_project(session) {
        Ok(project) => project,
        // People called the scripts, and not Fairway: that something is wrong with it is none of their business.
        Err(error) if command.target.is_some() => {
            session.ui.warn(format!("not shadowed: {}", error.report().message));
            return Err(pilot::instead(command, &cwd).into());
        }
        Err(error) => return Err(error),
    };
    // Kept until the call is over: the queue does not change hands meanwhile.
    let _under_way = UnderWay::begin(project.root());
    if Store::any_lane_handed(project.store()) {
        ops::refuse_handed(&session.context()?, &project, command)?;
    }
    let (code, trouble) = pilot::shadow(&project, command, &cwd)?;
    if let Some(trouble) = trouble.filter(|_| session.ui.verbose()) {
        session.ui.note(&format!("not shadowed: {trouble}"));
    }
    Ok(code)
}
