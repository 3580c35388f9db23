//! Recording a review.

use serde_json::json;

use super::claim::check_writer;
use super::{Context, Result};
use crate::config::Reviewers;
use crate::model::Task;
use crate::model::records::Verdict;
use crate::model::task::ReviewStatus;
use crate::policy::holding::Part;
use crate::policy::{Reason, Refusal, reviews};
use crate::views::ReviewRecorded;

/// A verdict to record.
#[derive(Debug)]
pub struct ReviewRequest {
    /// The task.
    pub task: String,
    /// Who reviewed.
    pub reviewer: String,
    /// What they say.
    pub verdict: Verdict,
    /// Why; needed unless they approve.
    pub reason: Option<String>,
    /// The commit they looked at; the head of the task's branch when not given.
    pub commit: Option<String>,
}

/// Records a verdict; it is the last word on the task's review.
///
/// # Errors
/// A refusal of class `reason-required`, `unknown-role`, `not-found`, `stale-claim`, `self-review`, or `usage` when no commit is
/// given and the task's branch has none.
pub fn record_review(context: &Context, request: &ReviewRequest) -> Result<ReviewRecorded> {
    let config = &context.config.reviews;
    if config.require_reason_unless_approved
        && request.verdict != Verdict::Approve
        && request.reason.is_none()
    {
        let message = format!("the verdict `{}` needs a reason", request.verdict.as_str());
        return Err(Refusal::new(Reason::ReasonRequired, message).hint("give --reason TEXT").into());
    }
    if config.reviewers == Reviewers::Roles {
        context.role(&request.reviewer)?;
    }
    context.write("record review", |tx| {
        let task = tx.task(&request.task)?.ok_or_else(|| Refusal::unknown_task(&request.task))?;
        check_writer(context, tx, task.id(), Part::Other)?;
        reviews::check_reviewer(&task, &request.reviewer)?;
        let commit = reviewed_commit(context, request, &task)?;
        let notes = request.reason.as_deref();
        let id = tx.add_review(task.id(), &request.reviewer, request.verdict, &commit, notes)?;
        tx.set_review_status(
            task.id(),
            match request.verdict {
                Verdict::Approve => ReviewStatus::Approved,
                Verdict::Changes => ReviewStatus::ChangesRequested,
                Verdict::Reject => ReviewStatus::Rejected,
            },
        )?;
        tx.audit(Some(task.id()), Some(json!({ "review": id, "verdict": request.verdict })));
        Ok(ReviewRecorded {
            id,
            task: request.task.clone(),
            reviewer: request.reviewer.clone(),
            verdict: request.verdict.as_str(),
            commit_sha: commit,
        })
    })
}

/// The commit as given; else the head of the task's branch, or of its role's.
fn reviewed_commit(context: &Context, request: &ReviewRequest, task: &Task) -> Result<String> {
    if let Some(commit) = &request.commit {
        return Ok(commit.clone());
    }
    let branch = context.branch_of(task)?;
    context.repository()?.commit(&branch)?.ok_or_else(|| {
        Refusal::new(Reason::Usage, format!("no commit to review: branch `{branch}` does not exist"))
            .hint("give --commit")
            .into()
    })
}
