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
    /// Only this role.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// At most so many tasks of each role; one without it.
    #[arg(long, value_name = "N")]
    limit: Option<String>,
}

pub(super) fn run(session: &mut Session, args: DispatchPlanArgs) -> Result<(), CliError> {
    let limit = said(args.limit).map_or(Ok(1), |text| whole_number("--limit", &text))?;
    let plan = ops::dispatch_plan(&session.context()?, said(args.role).as_deref(), limit)?;
    session.ui.emit("dispatch-plan", &plan);
    Ok(())
}
