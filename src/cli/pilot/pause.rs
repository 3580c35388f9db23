//! `fairway pilot pause`.

use clap::Args;

use crate::cli::{CliError, Session, named};
use crate::ops;

/// Shut Fairway's lanes for a while: neither side changes their tasks.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway pilot pause --reason \"two agents disagree about OPS-12\"")]
pub struct PauseArgs {
    /// Only this lane.
    #[arg(long, value_name = "LANE", value_parser = named)]
    lane: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT", value_parser = named)]
    reason: String,
}

pub(super) fn run(session: &mut Session, args: &PauseArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let handed = ops::pause_pilot(&context, args.lane.as_deref(), &args.reason)?;
    session.ui.emit("pilot pause", &handed);
    Ok(())
}
