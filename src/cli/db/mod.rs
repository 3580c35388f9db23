//! `fairway db …`.

mod backup;
mod check;
mod compat;
mod export;
mod migrate;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Subcommand;

use super::{CliError, Session};

/// What is done with the store.
#[derive(Debug, Subcommand)]
pub enum DbVerb {
    Check(check::CheckArgs),
    Backup(backup::BackupArgs),
    Export(export::ExportArgs),
    Migrate(migrate::MigrateArgs),
    Compat(compat::CompatArgs),
}

impl DbVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Check(_) => "db check",
            Self::Backup(_) => "db backup",
            Self::Export(_) => "db export",
            Self::Migrate(_) => "db migrate",
            Self::Compat(_) => "db compat",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<u8, CliError> {
        match self {
            Self::Check(_) => return check::run(session),
            Self::Backup(args) => backup::run(session, args)?,
            Self::Export(args) => export::run(session, args)?,
            Self::Migrate(args) => migrate::run(session, &args)?,
            Self::Compat(args) => compat::run(session, &args)?,
        }
        Ok(0)
    }
}

/// A path, blank being the same as absent: scripts pass variables that may be empty.
fn given(path: Option<OsString>) -> Option<PathBuf> {
    path.filter(|path| !path.to_string_lossy().trim().is_empty()).map(PathBuf::from)
}
