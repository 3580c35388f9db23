//! `fairway git-check`.

use clap::Args;

use super::{CliError, FINDINGS, Session, said};
use crate::ops;

/// Compare the queue with git.
///
/// Tasks in progress need a branch that is there, finished ones a commit that is part of the main branch, roles a branch
/// that is not behind and a clean worktree on it. The answer is on stdout; when something was found, the exit code
/// is 4.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairway git-check\n  fairway git-check --base origin/main --json")]
pub struct GitCheckArgs {
    /// What branches and commits are compared with, instead of the main branch.
    #[arg(long, value_name = "REF")]
    base: Option<String>,
}

pub(super) fn run(session: &mut Session, args: GitCheckArgs) -> Result<u8, CliError> {
    let findings = ops::git_check(&session.context()?, said(args.base).as_deref())?;
    session.ui.emit("git-check", &findings);
    Ok(if findings.findings.is_empty() { 0 } else { FINDINGS })
}
