//! `fairway db …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CliError, Session};
use crate::ops;
use crate::views::ExportWritten;

/// What is done with the store.
#[derive(Debug, Subcommand)]
pub enum DbVerb {
    Migrate(MigrateArgs),
    Backup(BackupArgs),
    Export(ExportArgs),
}

/// Bring the store to this Fairway's schema.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway db migrate --dry-run")]
pub struct MigrateArgs {
    /// Say what would be applied, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Copy the store to a new file, and check the copy. It may be in use meanwhile.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway db backup /backups/fairway-monday.db")]
pub struct BackupArgs {
    /// The new file; without it one named by the moment, under backups/ beside the store.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

/// Write everything in the store as one JSON document, by table.
///
/// Fields of the source that Fairway does not know are in `extra` of their task, rows without a table of their own
/// in `preserved_rows`. The document goes to stdout as it is, or to a file.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway db export queue.json")]
pub struct ExportArgs {
    /// The file to write; without it stdout.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

impl DbVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Migrate(_) => "db migrate",
            Self::Backup(_) => "db backup",
            Self::Export(_) => "db export",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Migrate(args) => {
                let plan = ops::migrate(&session.context()?, args.dry_run)?;
                session.ui.emit("db migrate", &plan);
            }
            Self::Backup(args) => {
                let path = args.path.map(|path| session.path(&path));
                let made = ops::backup(&session.context()?, path.as_deref())?;
                session.ui.emit("db backup", &made);
            }
            Self::Export(args) => export(session, args)?,
        }
        Ok(())
    }
}

fn export(session: &mut Session, args: ExportArgs) -> Result<(), CliError> {
    let exported = ops::export(&session.context()?)?;
    let Some(path) = args.path.map(|path| session.path(&path)) else {
        session.ui.emit("db export", &exported);
        return Ok(());
    };
    std::fs::write(&path, exported.to_text())
        .map_err(|source| CliError::File { message: format!("cannot write {}", path.display()), source })?;
    session.ui.emit("db export", &ExportWritten { tasks: exported.tasks(), path });
    Ok(())
}
