//! `fairway migrate rollback`.

use clap::Args;

use crate::cli::{CliError, Session, named};
use crate::ops;

/// Bring the store back to what it was before a migration.
///
/// What was done in the store since is kept in the migration's folder: as a journal, and as the whole store. The legacy's
/// own files are not touched.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway migrate rollback 20260227-160000-1f3a9c07")]
pub struct RollbackArgs {
    /// The migration, as `fairway migrate status` lists it.
    #[arg(value_parser = named)]
    id: String,
}

pub(super) fn run(session: &mut Session, args: &RollbackArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let progress = session.ui.progress();
    let outcome = ops::roll_back_migration(&context, &args.id, &progress);
    progress.finish();
    session.ui.emit("migrate rollback", &outcome?);
    Ok(())
}
