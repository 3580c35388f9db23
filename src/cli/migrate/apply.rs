//! `fairway migrate apply`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops::{self, ApplyRequest};

/// Apply a plan that was reviewed and rehearsed.
///
/// Refuses when a source, the configuration or the store is not what the plan was made with, when nobody rehearsed it, and
/// when the store holds work of its own. Plan, sources and the store before are kept beside the store; everything is written
/// in one transaction. Killed at any moment, the store is the old one or the new one, and the same call again ends the same.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway migrate apply plan.json\n  fairway migrate apply plan.json --no-rehearsal --reason \"five tasks\""
)]
pub struct ApplyArgs {
    /// The plan, as `fairway migrate plan --out` wrote it.
    plan: PathBuf,
    /// Apply it although no rehearsal of it is recorded.
    #[arg(long, requires = "reason")]
    no_rehearsal: bool,
    /// Why there is no rehearsal; it is kept in the log.
    #[arg(long, value_name = "TEXT", requires = "no_rehearsal")]
    reason: Option<String>,
}

pub(super) fn run(session: &mut Session, args: ApplyArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let reason = said(args.reason);
    if args.no_rehearsal && reason.is_none() {
        return Err(
            CliError::usage("--no-rehearsal needs a reason".to_owned()).hint("say it with --reason TEXT")
        );
    }
    let request = ApplyRequest { plan: session.path(&args.plan), no_rehearsal: reason };
    let progress = session.ui.progress();
    let outcome = ops::apply_migration(&context, &request, &progress);
    progress.finish();
    session.ui.emit("migrate apply", &outcome?);
    Ok(())
}
