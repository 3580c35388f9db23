//! `fairway merge-ready`.

use clap::Args;

use super::{CliError, FINDINGS, Session, said};
use crate::ops;

/// Say whether a task's branch may be merged, gate by gate.
///
/// The gates are evidence, review, handoff, branch, not-behind and worktree. Every reviewer that the task is routed to
/// has to approve the commit that its branch stands at. The answer is on stdout; when a gate is not passed, the exit
/// code is 4.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway merge-ready A-1\n  fairway merge-ready A-1 --base origin/main --json"
)]
pub struct MergeReadyArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = super::named)]
    task: String,
    /// What it is to be merged into, instead of the main branch.
    #[arg(long, value_name = "REF")]
    base: Option<String>,
}

pub(super) fn run(session: &mut Session, args: MergeReadyArgs) -> Result<u8, CliError> {
    let readiness = ops::merge_ready(&session.context()?, &args.task, said(args.base).as_deref())?;
    session.ui.emit("merge-ready", &readiness);
    Ok(if readiness.ready { 0 } else { FINDINGS })
}
