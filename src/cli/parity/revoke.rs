//! `fairway parity revoke`.

use clap::Args;

use super::graduate::{known, project};
use crate::cli::{CliError, Session, named};
use crate::pilot;
use crate::views::OperationsRevoked;

/// Take the graduation of operations back: their verbs are refused from the next call on.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway parity revoke claim --reason \"two agents held OPS-12 this morning\""
)]
pub struct RevokeArgs {
    /// The operations, as `parity status` names them.
    #[arg(value_name = "OPERATION", required = true)]
    operations: Vec<String>,
    /// Why.
    #[arg(long, value_name = "TEXT", value_parser = named)]
    reason: String,
}

pub(super) fn run(session: &mut Session, args: RevokeArgs) -> Result<u8, CliError> {
    let project = project(session)?;
    known(&args.operations)?;
    pilot::revoke(&project, &args.operations, &session.actor(), &args.reason)?;
    let RevokeArgs { operations: revoked, reason } = args;
    session.ui.emit("parity revoke", &OperationsRevoked { revoked, reason });
    Ok(0)
}
