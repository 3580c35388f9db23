//! `fairway dispatch-plan`.

use clap::Args;

use super::{CliError, Session, said};
use crate::ops;
use crate::policy::arguments::whole_number;

/// Show which task each role could take on next; idle roles with something to do come first.
///
/// Nothing is changed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway dispatch-plan\n  fairway dispatch-plan --role B-ui --limit 3 --json"
)]
pub struct DispatchPlanArgs {
    /// The role; without it the one given with --as, else the one whose checkout this is, else every role.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Every role, in the checkout of a role too.
    #[arg(long, conflicts_with = "role")]
    all_roles: bool,
    /// At most so many tasks of each role; one without it.
    #[arg(long, value_name = "N")]
    limit: Option<String>,
}

pub(super) fn run(session: &mut Session, args: DispatchPlanArgs) -> Result<(), CliError> {
    let limit = said(args.limit).map_or(Ok(1), |text| whole_number("--limit", &text))?;
    let context = session.context()?;
    let role = context.role_in_view(said(args.role).as_deref(), args.all_roles)?;
    let plan = ops::dispatch_plan(&context, role, limit)?;
    session.ui.emit("dispatch-plan", &plan);
    Ok(())
}
