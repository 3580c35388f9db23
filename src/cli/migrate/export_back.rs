//! `fairway migrate export-back`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::{CliError, Session};
use crate::ops::{self, ExportBackRequest};

/// Write the queue back in the legacy's own form.
///
/// Queue file and database are as they were imported, but for what has changed in the store since: in the file the state
/// keys of the tasks that moved, in the database their rows. What the legacy cannot express is listed first. A file
/// that is there is only replaced when it is the imported one.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway migrate export-back ../back --dry-run\n  fairway migrate export-back ../back\n  fairway migrate export-back ../gpuaas --queue queue.yaml --database queue.db"
)]
pub struct ExportBackArgs {
    /// The checkout of the legacy, or an empty folder.
    dir: PathBuf,
    /// The queue file as it was imported; without it the one that the latest migration keeps.
    #[arg(long, value_name = "FILE")]
    queue: Option<PathBuf>,
    /// The database as it was imported; without it the one that the latest migration keeps, or none beside a --queue.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(session: &mut Session, args: ExportBackArgs) -> Result<(), CliError> {
    let ExportBackArgs { dir, queue, database, dry_run } = args;
    let request = ExportBackRequest { dir, queue, database, dry_run };
    let exported = ops::export_back(&session.context()?, &request)?;
    session.ui.emit("migrate export-back", &exported);
    Ok(())
}
