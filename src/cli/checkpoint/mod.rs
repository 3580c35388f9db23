//! `fairway checkpoint …`.

mod record;
mod stale;
mod status;

use clap::Subcommand;

use super::{CliError, Session};

/// What is done with checkpoints.
#[derive(Debug, Subcommand)]
pub enum CheckpointVerb {
    Record(record::RecordArgs),
    Status(status::StatusArgs),
    Stale(stale::StaleArgs),
}

impl CheckpointVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Record(_) => "checkpoint record",
            Self::Status(_) => "checkpoint status",
            Self::Stale(_) => "checkpoint stale",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<u8, CliError> {
        match self {
            Self::Record(args) => record::run(session, args).map(|()| 0),
            Self::Status(args) => status::run(session, args).map(|()| 0),
            Self::Stale(args) => stale::run(session, args),
        }
    }
}
