//! `fairway record …`.

mod evidence;
mod handoff;
mod review;

use clap::Subcommand;

use super::{CliError, Session};

/// What is recorded.
#[derive(Debug, Subcommand)]
pub enum RecordVerb {
    Evidence(evidence::EvidenceArgs),
    Handoff(handoff::HandoffArgs),
    Review(review::ReviewArgs),
}

impl RecordVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Evidence(_) => "record evidence",
            Self::Handoff(_) => "record handoff",
            Self::Review(_) => "record review",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Evidence(args) => evidence::run(session, args),
            Self::Handoff(args) => handoff::run(session, args),
            Self::Review(args) => review::run(session, args),
        }
    }
}
