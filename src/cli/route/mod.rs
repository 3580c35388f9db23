//! `fairway route …`.

mod review;

use clap::Subcommand;

use super::{CliError, Session};

/// What is routed.
#[derive(Debug, Subcommand)]
pub enum RouteVerb {
    Review(review::ReviewArgs),
}

impl RouteVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Review(_) => "route review",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Review(args) => review::run(session, args),
        }
    }
}
