//! `fairway handoff ack`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops::{self, AckRequest};

/// Acknowledge a handoff.
///
/// A role given with --as has to be the one that the handoff is addressed to; without one, anybody acknowledges, from
/// any checkout. Each handoff is acknowledged once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway handoff ack 7 --as E-governance\n  fairway handoff ack --task A-1 --as D-arch --notes \"looking at it\""
)]
pub struct AckArgs {
    /// The handoff's number.
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Without a number: the task whose oldest open handoff is meant.
    #[arg(long, value_name = "TASK")]
    task: Option<String>,
    /// A word back.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
}

pub(super) fn run(session: &mut Session, args: AckArgs) -> Result<(), CliError> {
    let request = AckRequest { id: said(args.id), task: said(args.task), notes: said(args.notes) };
    let acknowledged = ops::ack_handoff(&session.context()?, &request)?;
    session.ui.emit("handoff ack", &acknowledged);
    Ok(())
}
