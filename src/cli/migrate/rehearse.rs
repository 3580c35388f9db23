//! `fairway migrate rehearse`.

use std::path::PathBuf;

use clap::Args;

use super::states;
use crate::cli::{CliError, Session};
use crate::ops;

/// Try a plan on a copy of the store, verify it, and throw the copy away.
///
/// Everything is done as `apply` does it, then everything that `verify` looks at is looked at. That it was tried is
/// recorded; `apply` asks for it. Exit codes: 0 nothing was lost, 4 something was.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway migrate rehearse plan.json\n  fairway migrate rehearse plan.json --json"
)]
pub struct RehearseArgs {
    /// The plan, as `migrate plan --out` wrote it.
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
}

pub(super) fn run(session: &mut Session, args: &RehearseArgs) -> Result<u8, CliError> {
    let context = session.context()?;
    let plan = session.path(&args.plan);
    let progress = session.ui.progress();
    let read = |wanted: &ops::StatesWanted| states::read(&context.paths.root, wanted);
    let outcome = ops::rehearse_migration(&context, &plan, &read, &progress);
    progress.finish();
    let rehearsed = outcome?;
    let code = if rehearsed.rehearsal.passed { 0 } else { 4 };
    session.ui.emit("migrate rehearse", &rehearsed);
    Ok(code)
}
