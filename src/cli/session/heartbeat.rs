//! `fairway session heartbeat`.

use clap::Args;

use super::IdArgs;
use crate::cli::{CliError, Session, said};
use crate::ops::{self, SessionKey};

/// Say that a session is still at work: it was heard of, and the leases that it holds begin anew.
///
/// A lease that ran out before is not renewed: its task is free, and perhaps another's.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway session heartbeat night-1\n  fairway session heartbeat     (in a launched session)"
)]
pub struct HeartbeatArgs {
    #[command(flatten)]
    id: IdArgs,
}

pub(super) fn run(session: &mut Session, args: HeartbeatArgs) -> Result<(), CliError> {
    let key = SessionKey {
        id: args.id.id(),
        here: said(session.environment.session.clone()),
        ..SessionKey::default()
    };
    let beaten = ops::heartbeat(&session.context()?, &key)?;
    session.ui.emit("session heartbeat", &beaten);
    Ok(())
}
