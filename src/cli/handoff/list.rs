//! `fairway handoff list`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops;
use crate::store::HandoffFilter;

/// List handoffs, oldest first.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway handoff list --open\n  fairway handoff list --to D-arch --task A-1 --json"
)]
pub struct ListArgs {
    /// Those of this task.
    #[arg(long, value_name = "TASK")]
    task: Option<String>,
    /// Those to this role.
    #[arg(long, value_name = "ROLE")]
    to: Option<String>,
    /// Those that nobody has acknowledged.
    #[arg(long)]
    open: bool,
}

pub(super) fn run(session: &mut Session, args: ListArgs) -> Result<(), CliError> {
    let filter = HandoffFilter { task: said(args.task), to_role: said(args.to), open: args.open };
    let list = ops::list_handoffs(&session.context()?, &filter)?;
    session.ui.emit("handoff list", &list);
    Ok(())
}
