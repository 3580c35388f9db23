//! `fairway tree`.

use clap::Args;

use super::{CliError, Session};
use crate::ops;

/// Show a task and what is below it, with how far the children of each are.
///
/// A parent's own status does not follow from its children's.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway tree EPIC-1 --depth 2")]
pub struct TreeArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = super::named)]
    task: String,
    /// How many levels below it; 0 is the task alone.
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
}

pub(super) fn run(session: &mut Session, args: &TreeArgs) -> Result<(), CliError> {
    let tree = ops::tree(&session.context()?, &args.task, args.depth)?;
    session.ui.emit("tree", &tree);
    Ok(())
}
