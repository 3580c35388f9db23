//! `fairway watcher status`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops::{self, WatchFilter};

/// List the watches that are running.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway watcher status\n  fairway watcher status --task A-7 --include-done\n  fairway watcher status soak-1 --json"
)]
pub struct StatusArgs {
    /// Only this watch, running or not.
    #[arg(value_name = "WATCH")]
    watch: Option<String>,
    /// Only the watches of this task.
    #[arg(long, value_name = "TASK")]
    task: Option<String>,
    /// Also the watches that are over.
    #[arg(long)]
    include_done: bool,
}

pub(super) fn run(session: &mut Session, args: StatusArgs) -> Result<(), CliError> {
    let filter =
        WatchFilter { watch: said(args.watch), task: said(args.task), include_done: args.include_done };
    let watches = ops::watch_status(&session.context()?, &filter)?;
    if let Some(task) = &watches.unknown_task {
        session.ui.warn(format!("there is no task `{task}`"));
    }
    session.ui.emit("watcher status", &watches);
    Ok(())
}
