//! `fairway watcher start`.

use clap::Args;

use super::BriefArgs;
use crate::cli::{CliError, Session, said};
use crate::ops;

/// Begin to watch a long process.
///
/// Task, owner, process, command, success, failure and close condition are needed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  fairway watcher start soak-1 --task A-7 --owner backend --process \"soak\" \\\n    --command \"make soak\" --success \"no lost shell\" --failure \"one lost shell\" \\\n    --close-condition \"72 hours\""
)]
pub struct StartArgs {
    /// An id for the watch.
    #[arg(value_name = "WATCH")]
    watch: Option<String>,
    #[command(flatten)]
    brief: BriefArgs,
}

pub(super) fn run(session: &mut Session, args: StartArgs) -> Result<(), CliError> {
    let watch = said(args.watch);
    let started = ops::start_watch(&session.context()?, watch.as_deref(), &args.brief.brief())?;
    session.ui.emit("watcher start", &started);
    Ok(())
}
