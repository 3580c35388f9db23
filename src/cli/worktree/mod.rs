//! `fairway worktree …`.

mod prune;
mod setup;
mod status;

use clap::Subcommand;

use super::{CliError, Session};

/// What is done with the worktrees of roles.
#[derive(Debug, Subcommand)]
pub enum WorktreeVerb {
    Setup(setup::SetupArgs),
    Status(status::StatusArgs),
    Prune(prune::PruneArgs),
}

impl WorktreeVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Setup(_) => "worktree setup",
            Self::Status(_) => "worktree status",
            Self::Prune(_) => "worktree prune",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Setup(args) => setup::run(session, &args),
            Self::Status(args) => status::run(session, &args),
            Self::Prune(args) => prune::run(session, &args),
        }
    }
}
