//! `fairway packet watcher`.

use clap::Args;

use super::OutputArgs;
use crate::cli::watcher::BriefArgs;
use crate::cli::{CliError, Session, said};
use crate::ops;

/// Write the brief for whoever watches a long process.
///
/// Task, owner, process, command, success, failure and close condition are needed. Of a watch that has begun, what is
/// not given is taken from the store. The Markdown comes from a template; `.fairway/templates/watcher.md.j2` replaces
/// the shipped one.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway packet watcher soak-1\n  fairway packet watcher soak-2 --task A-7 --owner backend --process \"soak\" \\\n    --command \"make soak\" --success \"no lost shell\" --failure \"one lost shell\" \\\n    --close-condition \"72 hours\" --output soak-2.md"
)]
pub struct WatcherArgs {
    /// The watch.
    #[arg(value_name = "WATCH")]
    watch: Option<String>,
    #[command(flatten)]
    brief: BriefArgs,
    /// How what was found is handed over; without it by `fairway record handoff`.
    #[arg(long, value_name = "TEXT")]
    handoff_format: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(session: &mut Session, args: WatcherArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let watch = said(args.watch);
    let packet =
        ops::watch_packet(&context, watch.as_deref(), args.brief.brief(), said(args.handoff_format))?;
    args.output.deliver(session, &context, "packet watcher", packet)
}
