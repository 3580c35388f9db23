//! `fairway coordinator …`.

mod preflight;
mod status;
mod tick;

use clap::Subcommand;

use super::{CliError, Session};

/// What is looked at. Nothing is ever changed.
#[derive(Debug, Subcommand)]
pub enum CoordinatorVerb {
    Preflight(preflight::PreflightArgs),
    Status(status::StatusArgs),
    Tick(tick::TickArgs),
}

impl CoordinatorVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Preflight(_) => "coordinator preflight",
            Self::Status(_) => "coordinator status",
            Self::Tick(_) => "coordinator tick",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<u8, CliError> {
        match self {
            Self::Preflight(args) => preflight::run(session, &args),
            Self::Status(args) => status::run(session, &args).map(|()| 0),
            Self::Tick(args) => tick::run(session, &args).map(|()| 0),
        }
    }
}
