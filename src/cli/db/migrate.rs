//! `fairway db migrate`.

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops;

/// Bring the store to this Fairway's schema.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway db migrate --dry-run")]
pub struct MigrateArgs {
    /// Say what would be applied, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &mut Session, args: &MigrateArgs) -> Result<(), CliError> {
    let plan = ops::migrate(&session.context()?, args.dry_run)?;
    session.ui.emit("db migrate", &plan);
    Ok(())
}
