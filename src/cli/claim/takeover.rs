//! `fairway claim takeover`.

use clap::Args;

use super::TermsArgs;
use crate::cli::{CliError, Session, named};
use crate::ops;

/// Take a held task over for the acting role, from whoever holds it.
///
/// The claim that held it is over: a write under it is refused. The history says who took the task over, and why.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  fairway claim takeover A-1 --as A-backend --reason \"its session is gone\""
)]
pub struct TakeoverArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = named)]
    task: String,
    /// Why.
    #[arg(long, value_name = "TEXT", required = true)]
    reason: Option<String>,
    #[command(flatten)]
    terms: TermsArgs,
}

pub(super) fn run(session: &mut Session, args: TakeoverArgs) -> Result<(), CliError> {
    let TakeoverArgs { task, reason, terms } = args;
    let request = terms.request(Some(task), None, reason);
    let taken = ops::takeover(&session.context()?, &request)?;
    session.ui.emit("claim takeover", &taken);
    Ok(())
}
