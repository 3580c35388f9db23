//! `fairway review …`.

mod checkout;

use clap::Subcommand;

use super::{CliError, Session};

/// What a reviewer does.
#[derive(Debug, Subcommand)]
pub enum ReviewVerb {
    Checkout(checkout::CheckoutArgs),
}

impl ReviewVerb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Checkout(_) => "review checkout",
        }
    }

    pub(super) fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Checkout(args) => checkout::run(session, args),
        }
    }
}
