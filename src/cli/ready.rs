//! `fairway ready`.

use clap::Args;

use super::{CliError, Session};
use crate::ops::{self, ReadyRequest};
use crate::store::ReadyFilter;

/// List the tasks that can be claimed now, in the order in which to claim them.
///
/// A task is ready when it is in todo and all it depends on is in a terminal state. The order is priority,
/// sequence, the order of the source file, then creation; what is unset sorts last. With --as ROLE or FAIRWAY_ROLE, or
/// in the checkout of a role, only that role's tasks are listed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway ready\n  fairway --as B-ui ready --limit 3\n  fairway ready --in EPIC-1 --explain\n  fairway ready --all-roles"
)]
pub struct ReadyArgs {
    /// Only tasks below this one, at any depth.
    #[arg(long = "in", value_name = "TASK")]
    within: Option<String>,
    /// Only tasks of this priority.
    #[arg(long, value_name = "N")]
    priority: Option<i64>,
    /// At most so many.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    limit: Option<String>,
    /// Tasks of every role, in the checkout of a role too.
    #[arg(long)]
    all_roles: bool,
    /// Say of each unfinished task that is not ready why.
    #[arg(long)]
    explain: bool,
}

pub(super) fn run(session: &mut Session, args: ReadyArgs) -> Result<(), CliError> {
    let context = session.context()?;
    let ReadyArgs { within, priority, all_roles, explain, .. } = args;
    let filter = ReadyFilter { role: context.role.clone(), within, priority, limit: None };
    let request = ReadyRequest { filter, all_roles, limit: super::said(args.limit), explain };
    let queue = ops::ready(&context, &request)?;
    session.ui.emit("ready", &queue);
    if let Some(role) = queue.role.filter(|_| context.role.is_none()) {
        session
            .ui
            .note(&format!("(those of {role}, whose checkout this is; --all-roles lists every role's)"));
    }
    Ok(())
}
