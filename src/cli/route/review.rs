//! `fairway route review`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::ops::{self, RouteRequest};

/// Find the reviewers that changed paths need.
///
/// Every `[[review_routes]]` rule that matches a path counts. The paths are those given, else those of --commit against
/// its first parent, else those that the task's branch (without a task: this checkout) changed since it left the
/// main branch. With a task, its stored routes are replaced and its review is pending. A reviewer named by hand is
/// the only one where no rule matches, and stands in where a rule selects the task's own role.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway route review A-1\n  fairway route review --path cmd/api/main.go --path doc/api/openapi.yaml\n  fairway route review C-OPS-1 --reviewer D-arch \\\n    --reason \"C-ops does not review itself\""
)]
pub struct ReviewArgs {
    /// The task; without one nothing is stored.
    #[arg(value_name = "TASK")]
    task: Option<String>,
    /// A path to route, relative to the repository's root; may be repeated.
    #[arg(long = "path", value_name = "PATH")]
    paths: Vec<String>,
    /// The commit to route.
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    /// A reviewer named by hand.
    #[arg(long, value_name = "WHO")]
    reviewer: Option<String>,
    /// Why, for the audit trail.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

pub(super) fn run(session: &mut Session, args: ReviewArgs) -> Result<(), CliError> {
    let request = RouteRequest {
        task: said(args.task),
        paths: args.paths.into_iter().filter(|path| !path.trim().is_empty()).collect(),
        commit: said(args.commit),
        reviewer: said(args.reviewer),
        reason: said(args.reason),
    };
    let routed = ops::route_review(&session.context()?, &request)?;
    session.ui.emit("route review", &routed);
    Ok(())
}
