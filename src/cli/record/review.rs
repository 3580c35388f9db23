//! `fairway record review`.

use clap::Args;

use crate::cli::{CliError, Session, said};
use crate::model::records::Verdict;
use crate::ops::{self, ReviewRequest};

/// Record a reviewer's verdict.
///
/// Nobody reviews their own work: neither the task's role nor its claimant.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fairway record review A-1 --reviewer E-governance --verdict approve\n  fairway record review A-1 --reviewer D-arch --verdict changes \\\n    --reason \"names one command twice\""
)]
pub struct ReviewArgs {
    /// The task.
    #[arg(value_name = "TASK", value_parser = crate::cli::named)]
    task: String,
    /// Who reviewed.
    #[arg(long, value_name = "WHO", value_parser = crate::cli::named)]
    reviewer: String,
    /// What they say: approve, changes or reject.
    #[arg(long, value_name = "VERDICT")]
    verdict: Verdict,
    /// Why; needed for changes and reject.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The commit they looked at, instead of the head of the task's branch.
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
}

pub(super) fn run(session: &mut Session, args: ReviewArgs) -> Result<(), CliError> {
    let request = ReviewRequest {
        task: args.task,
        reviewer: args.reviewer,
        verdict: args.verdict,
        reason: said(args.reason),
        commit: said(args.commit),
    };
    let recorded = ops::record_review(&session.context()?, &request)?;
    session.ui.emit("record review", &recorded);
    Ok(())
}
