//! `fairway migrate …`.

mod apply;
mod log;
mod plan;
mod rollback;
mod status;
mod export_back;

use clap::Subcommand;

use super::{CliError, Session};

/// What is done to move a queue.
#[derive(Debug, Subcommand)]
pub enum MigrateVerb {
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Rollback(rollback::RollbackArgs),
    Status(status::StatusArgs),
    Log(log::LogArgs),
    ExportBack(export_back::ExportBackArgs),
}

impl MigrateVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Plan(_) => "migrate plan",
            Self::Apply(_) => "migrate apply",
            Self::Rollback(_) => "migrate rollback",
            Self::Status(_) => "migrate status",
            Self::Log(_) => "migrate log",
            Self::ExportBack(_) => "migrate export-back",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Plan(args) => plan::run(session, args),
            Self::Apply(args) => apply::run(session, args),
            Self::Rollback(args) => rollback::run(session, &args),
            Self::Status(_) => status::run(session),
            Self::Log(_) => log::run(session),
            Self::ExportBack(args) => export_back::run(session, args),
        }
    }
}
