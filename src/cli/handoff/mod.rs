//! `fairway handoff …`.

mod ack;
mod list;

use clap::Subcommand;

use super::{CliError, Session};

/// What is done with handoffs.
#[derive(Debug, Subcommand)]
pub enum HandoffVerb {
    Ack(ack::AckArgs),
    List(list::ListArgs),
}

impl HandoffVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Ack(_) => "handoff ack",
            Self::List(_) => "handoff list",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Ack(args) => ack::run(session, args),
            Self::List(args) => list::run(session, args),
        }
    }
}
