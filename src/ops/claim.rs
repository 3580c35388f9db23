//! Claiming a task: one winner.

use serde_json::json;

use super::{Context, Result};
use crate::config::Owner;
use crate::model::task::{IN_PROGRESS, TaskState};
use crate::policy::{Reason, Refusal, claims};
use crate::views::Claimed;

/// A claim that is asked for.
#[derive(Debug, Default)]
pub struct ClaimRequest {
    /// The task.
    pub task: String,
    /// Needed when the task is blocked.
    pub reason: Option<String>,
    /// Who claims; the actor when not given.
    pub claimant: Option<String>,
    /// The label of who works on it, where the configuration labels by provider.
    pub provider: Option<String>,
    /// The branch the work will happen on; the role's when not given.
    pub branch: Option<String>,
    /// Do not look at the branch that the caller stands on.
    pub skip_preflight: bool,
}

/// Claims a task for the acting role.
///
/// # Errors
/// A refusal of class `unknown-role`, `preflight`, `not-found`, or one of [`claims::check`].
pub fn claim(context: &Context, request: &ClaimRequest) -> Result<Claimed> {
    let role = context.acting_role()?;
    let branch = request.branch.clone().unwrap_or_else(|| role.branch().into_owned());
    if context.config.claims.preflight && !request.skip_preflight {
        preflight(context, &role.name, &branch)?;
    }
    let owner = match (&request.provider, context.config.claims.owner) {
        (Some(provider), _) => provider.clone(),
        (None, Owner::Provider) => role.provider.clone().unwrap_or_else(|| role.name.clone()),
        (None, Owner::Role) => role.name.clone(),
    };
    let claimant = request.claimant.clone().unwrap_or_else(|| context.actor.clone());
    context.write("claim", |tx| {
        let task = tx.task(&request.task)?.ok_or_else(|| Refusal::unknown_task(&request.task))?;
        let open = tx.open_dependencies(task.id())?;
        let needs_reason = context.config.claims.require_reason_when_blocked;
        claims::check(&task, &role.name, request.reason.as_deref(), needs_reason, &open)?;
        let next = TaskState {
            status: IN_PROGRESS.to_owned(),
            owner: Some(owner.clone()),
            claimant: Some(claimant.clone()),
            branch: Some(branch.clone()),
            claimed_at: Some(tx.at()),
            blocked_reason: None,
            ..task.state.clone()
        };
        if !tx.transition(&task, &next, request.reason.as_deref())? {
            return Err(claims::held(&task).into());
        }
        tx.audit(Some(task.id()), Some(json!({ "role": role.name, "claimant": claimant })));
        Ok(Claimed {
            task: task.id().to_owned(),
            role: role.name.clone(),
            owner: owner.clone(),
            claimant: claimant.clone(),
            branch: branch.clone(),
            claimed_at: tx.at(),
        })
    })
}

/// A claim starts work, so the caller has to stand where the work will happen: on the branch, and not behind.
fn preflight(context: &Context, role: &str, branch: &str) -> Result<()> {
    let repository = context.repository()?;
    let refuse = |message: String| {
        Err(Refusal::new(Reason::Preflight, message)
            .hint("stand on the branch, brought up to date, or give --skip-preflight")
            .into())
    };
    let head = repository.head()?;
    if head.branch() != Some(branch) {
        let here = head.branch().unwrap_or("a detached HEAD");
        return refuse(format!("on {here}, but {role} works on {branch}"));
    }
    let main = &context.config.fairway.main_branch;
    match repository.behind("HEAD", main)? {
        0 => Ok(()),
        behind => refuse(format!("{branch} is {behind} commit(s) behind {main}")),
    }
}
