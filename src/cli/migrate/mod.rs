//! `fairway migrate …`.

mod export_back;

use clap::Subcommand;

use super::{CliError, Session};

/// What is done to move a queue.
#[derive(Debug, Subcommand)]
pub enum MigrateVerb {
    ExportBack(export_back::ExportBackArgs),
}

impl MigrateVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::ExportBack(_) => "migrate export-back",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::ExportBack(args) => export_back::run(session, args),
        }
    }
}
