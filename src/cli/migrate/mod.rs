//! `fairway migrate …`.

mod apply;
mod export_back;
mod log;
mod plan;
mod rehearse;
mod rollback;
mod states;
mod status;
mod verify;

use clap::Subcommand;

use super::{CliError, Session};

/// What is done to move a queue.
#[derive(Debug, Subcommand)]
pub enum MigrateVerb {
    Plan(plan::PlanArgs),
    Rehearse(rehearse::RehearseArgs),
    Apply(apply::ApplyArgs),
    Verify(verify::VerifyArgs),
    Rollback(rollback::RollbackArgs),
    Status(status::StatusArgs),
    Log(log::LogArgs),
    ExportBack(export_back::ExportBackArgs),
}

impl MigrateVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Plan(_) => "migrate plan",
            Self::Rehearse(_) => "migrate rehearse",
            Self::Apply(_) => "migrate apply",
            Self::Verify(_) => "migrate verify",
            Self::Rollback(_) => "migrate rollback",
            Self::Status(_) => "migrate status",
            Self::Log(_) => "migrate log",
            Self::ExportBack(_) => "migrate export-back",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<u8, CliError> {
        let outcome = match self {
            Self::Rehearse(args) => return rehearse::run(session, &args),
            Self::Verify(args) => return verify::run(session, args),
            Self::Plan(args) => plan::run(session, args),
            Self::Apply(args) => apply::run(session, args),
            Self::Rollback(args) => rollback::run(session, &args),
            Self::Status(_) => status::run(session),
            Self::Log(_) => log::run(session),
            Self::ExportBack(args) => export_back::run(session, args),
        };
        outcome.map(|()| 0)
    }
}
