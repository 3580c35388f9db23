//! Moving a task to another state.

use serde_json::json;

use super::claim::check_writer;
use super::{Context, Result};
use crate::model::Task;
use crate::model::task::{DONE, ReviewStatus};
use crate::policy::gates::{self, Findings};
use crate::policy::holding::Part;
use crate::policy::states::{self, Ask};
use crate::policy::{Refusal, claims};
use crate::store::Writer;
use crate::views::{Moved, OpenSibling, RollUp};

/// A transition that is asked for.
#[derive(Debug, Default)]
pub struct StatusRequest {
    /// The task.
    pub task: String,
    /// Where it shall go.
    pub to: String,
    /// Why.
    pub reason: Option<String>,
    /// The commit that finishes it; the head of its branch when not given.
    pub commit: Option<String>,
    /// Leave a terminal state.
    pub reopen: bool,
}

/// Moves a task, when the state machine and the gates allow it.
///
/// # Errors
/// A refusal of class `usage` (unknown state), `not-found`, `stale-claim`, `terminal`, `reason-required`, `transition`, or of the
/// gates before done.
pub fn set_status(context: &Context, request: &StatusRequest) -> Result<Moved> {
    let rules = context.state_rules();
    rules.known(&request.to)?;
    context.write("set-status", |tx| {
        let task = tx.task(&request.task)?.ok_or_else(|| Refusal::unknown_task(&request.task))?;
        check_writer(context, tx, task.id(), Part::Holder)?;
        let reason = request.reason.as_deref();
        rules.check(&Ask {
            id: task.id(),
            from: &task.state.status,
            to: &request.to,
            reopen: request.reopen,
            reason,
        })?;
        let mut commit = None;
        if request.to == DONE {
            let findings = findings(context, tx, &task)?;
            gates::check_done(task.id(), &task.definition.role, &findings)?;
            commit = finishing_commit(context, request, &task)?;
        }
        let next = states::after(&task.state, &request.to, reason, commit.clone(), &tx.at());
        if tx.transition(&task, &next, reason)?.is_none() {
            return Err(claims::held(&task).into());
        }
        tx.audit(Some(task.id()), Some(json!({ "from": task.state.status, "to": request.to })));
        let roll_up = if rules.is_terminal(&request.to) { roll_up(tx, &task)? } else { None };
        Ok(Moved {
            task: task.id().to_owned(),
            from: task.state.status.clone(),
            to: request.to.clone(),
            reason: request.reason.clone(),
            commit_sha: commit,
            roll_up,
        })
    })
}

/// How far the parent of a task that was just finished is; none when it has no parent, or names one that is not
/// there.
fn roll_up(tx: &Writer<'_>, task: &Task) -> Result<Option<RollUp>> {
    let Some(id) = task.definition.parent.as_deref().filter(|parent| *parent != task.id()) else {
        return Ok(None);
    };
    let Some(parent) = tx.task(id)? else { return Ok(None) };
    let children = tx.children(id)?;
    let total = children.len();
    let open: Vec<OpenSibling> = children
        .into_iter()
        .filter(|child| !tx.is_terminal(&child.status))
        .map(|child| OpenSibling { id: child.id, status: child.status })
        .collect();
    let done = total - open.len();
    Ok(Some(RollUp { parent: id.to_owned(), status: parent.state.status, done, total, open }))
}

/// What the configured gates ask about.
fn findings(context: &Context, tx: &Writer<'_>, task: &Task) -> Result<Findings> {
    let gates = &context.config.gates;
    let accepted: Vec<String> =
        gates.accepted_evidence_results.iter().map(|result| result.as_str().to_owned()).collect();
    Ok(Findings {
        proven: !gates.require_evidence_before_done || tx.has_evidence(task.id(), &accepted)?,
        accepted_results: accepted,
        open_handoffs: if gates.require_handoff_acknowledged_before_done {
            tx.unacknowledged_handoffs(task.id(), &task.definition.role)?
        } else {
            Vec::new()
        },
        approved: !gates.require_review_before_done || task.state.review_status == ReviewStatus::Approved,
    })
}

/// The commit as given; else the head of the task's branch; else what the task has already.
fn finishing_commit(context: &Context, request: &StatusRequest, task: &Task) -> Result<Option<String>> {
    if request.commit.is_some() {
        return Ok(request.commit.clone());
    }
    let head = match task.state.branch.as_deref() {
        Some(branch) => context.repository()?.commit(branch)?,
        None => None,
    };
    Ok(head.or_else(|| task.state.commit_sha.clone()))
}
