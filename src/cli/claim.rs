//! `fairway claim`.

use clap::Args;

use super::{CliError, Session};
use crate::ops::{self, ClaimRequest};

/// Claim a task for the acting role.
///
/// One caller wins. The task has to be ready, or blocked and claimed with a reason; its dependencies have to be in
/// a terminal state. Where the configuration asks for it, the caller has to stand on the role's branch.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway --as C-ops claim C-OPS-CERT-RENEWAL\n  fairway claim A-1 --as A-backend --skip-preflight --claimant codex-2\n  fairway claim --in EPIC-1 --as A-backend"
)]
pub struct ClaimArgs {
    /// The task.
    #[arg(value_name = "TASK", conflicts_with = "within")]
    task: Option<String>,
    /// Instead of a task: the first one below this that is ready for the role, at any depth.
    #[arg(long = "in", value_name = "TASK", value_parser = super::named)]
    within: Option<String>,
    /// Why; needed when the task is blocked.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who claims, when that is not the actor.
    #[arg(long, value_name = "WHO")]
    claimant: Option<String>,
    /// The owner label, instead of the role's provider.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// The branch the work will happen on, instead of the role's.
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Do not look at the branch that this checkout is on.
    #[arg(long)]
    skip_preflight: bool,
}

pub(super) fn run(session: &mut Session, args: ClaimArgs) -> Result<(), CliError> {
    let request = ClaimRequest {
        task: super::said(args.task),
        within: args.within,
        reason: super::said(args.reason),
        claimant: super::said(args.claimant),
        provider: super::said(args.provider),
        branch: super::said(args.branch),
        skip_preflight: args.skip_preflight,
    };
    let claimed = ops::claim(&session.context()?, &request)?;
    session.ui.emit("claim", &claimed);
    Ok(())
}
