//! `fairway task-detail`.

use clap::Args;

use super::{CliError, Session};
use crate::ops;

/// Show everything about one task.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  fairway task-detail A-PROV-QUOTA-CHECK --json")]
pub struct TaskDetailArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = super::named)]
    task: String,
}

pub(super) fn run(session: &mut Session, args: &TaskDetailArgs) -> Result<(), CliError> {
    let detail = ops::task_detail(&session.context()?, &args.task)?;
    session.ui.emit("task-detail", &detail);
    Ok(())
}
