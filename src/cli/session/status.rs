//! `fairway session status`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops::{self, SessionFilter};

/// List the sessions that are not over, in the order in which they began.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway session status\n  fairway session status --role B-ui --all\n  fairway session status night-1 --json"
)]
pub struct StatusArgs {
    /// Only this session, whatever its status.
    #[arg(value_name = "ID")]
    session: Option<String>,
    /// Also the sessions that ended or failed.
    #[arg(long)]
    all: bool,
    /// Only the sessions of this role.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Only the sessions that stand so: starting, running, ended, failed or stale.
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
}

pub(super) fn run(session: &mut Session, args: StatusArgs) -> Result<(), CliError> {
    let filter = SessionFilter {
        session: said(args.session),
        role: said(args.role),
        status: said(args.status),
        all: args.all,
    };
    let sessions = ops::session_status(&session.context()?, &filter)?;
    session.ui.emit("session status", &sessions);
    Ok(())
}
