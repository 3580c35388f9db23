//! `fairway pilot resume`.

use clap::Args;

use crate::cli::{CliError, Session, named};
use crate::ops;

/// Open paused lanes again: they are Fairway's as before.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway pilot resume --reason \"OPS-12 is settled\"")]
pub struct ResumeArgs {
    /// Only this lane.
    #[arg(long, value_name = "LANE", value_parser = named)]
    lane: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT", value_parser = named)]
    reason: String,
}

pub(super) fn run(session: &mut Session, args: &ResumeArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let handed = ops::resume_pilot(&context, args.lane.as_deref(), &args.reason)?;
    session.ui.emit("pilot resume", &handed);
    Ok(())
}
