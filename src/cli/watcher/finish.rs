//! `fairway watcher finish`.

use clap::Args;

use crate::cli::{CliError, Session, named, said};
use crate::model::WatchResult;
use crate::ops::{self, WatchEndRequest};

/// End a watch, and record on its task what it showed.
///
/// The evidence is written together with the end of the watch, or neither is.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  fairway watcher finish soak-1 --result pass --artifact dist/soak.log \\\n    --notes \"three shells, none lost\""
)]
pub struct FinishArgs {
    /// The watch.
    #[arg(value_name = "WATCH", value_parser = named)]
    watch: String,
    /// How it ended: pass, fail or blocked.
    #[arg(long, value_name = "RESULT")]
    result: WatchResult,
    /// A file that shows it, instead of the one that was foreseen.
    #[arg(long, value_name = "PATH")]
    artifact: Option<String>,
    /// Seconds that it ran, instead of those since the watch began.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    duration_seconds: Option<String>,
    /// Anything else.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
}

pub(super) fn run(session: &mut Session, args: FinishArgs) -> Result<(), CliError> {
    let request = WatchEndRequest {
        watch: args.watch,
        result: args.result,
        duration_seconds: said(args.duration_seconds),
        artifact: said(args.artifact),
        notes: said(args.notes),
    };
    let finished = ops::finish_watch(&session.context()?, &request)?;
    session.ui.emit("watcher finish", &finished);
    Ok(())
}
