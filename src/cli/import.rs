//! `fairway import`.

use std::path::PathBuf;

use clap::Args;

use super::{CliError, Session};
use crate::migrate::Watch;
use crate::ops::{self, ImportRequest};
use crate::ui::Progress;

/// Read a queue file, and a snapshot of the queue's database, into the store.
///
/// The file owns what tasks are, the database owns where they stand. A later import updates definitions, marks tasks
/// that left the file, and never touches a state that has moved since. When anything is wrong with the sources every
/// problem is shown and nothing is written.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway import queue.yaml --dry-run\n  fairway import queue.yaml --state-once\n  fairway import queue.yaml --snapshot .git/agent_queue/agent_queue.db"
)]
pub struct ImportArgs {
    /// The queue, YAML or JSON: a list of tasks, or a mapping with the list under `tasks`.
    queue: PathBuf,
    /// The legacy database that goes with it; it may be in use.
    #[arg(long, value_name = "DB")]
    snapshot: Option<PathBuf>,
    /// Give a task that arrives the state that the file names for it.
    #[arg(long)]
    state_once: bool,
    /// Show what would be done.
    #[arg(long)]
    dry_run: bool,
}

impl Watch for Progress {
    fn stage(&self, name: &str, total: u64) {
        Self::stage(self, name, total);
    }

    fn advance(&self, steps: u64) {
        Self::advance(self, steps);
    }
}

pub(super) fn run(session: &mut Session, args: ImportArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let ImportArgs { queue, snapshot, state_once, dry_run } = args;
    let progress = session.ui.progress();
    let outcome = ops::import(&context, &ImportRequest { queue, snapshot, state_once, dry_run }, &progress);
    progress.finish();
    let report = outcome?;
    for problem in report.warnings() {
        session.ui.warn_about(problem);
    }
    session.ui.emit("import", &report);
    Ok(())
}
