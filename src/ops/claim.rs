//! Claiming a task: one winner.

use serde_json::json;

use super::{Context, OpError, Result};
use crate::config::{Owner, Role};
use crate::model::Task;
use crate::model::task::{IN_PROGRESS, TaskState};
use crate::policy::{Reason, Refusal, claims};
use crate::store::{ReadyFilter, Writer};
use crate::views::Claimed;

/// A claim that is asked for.
#[derive(Debug, Default)]
pub struct ClaimRequest {
    /// The task. That it is missing is said before that a role is unknown, and after what the preflight says of a
    /// role that is known.
    pub task: Option<String>,
    /// Instead of a task: the first one below this that is ready for the role.
    pub within: Option<String>,
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

fn no_task() -> OpError {
    Refusal::new(Reason::Usage, "a claim needs a task").hint("name one that `fairway ready` lists").into()
}

/// Claims a task for the acting role.
///
/// # Errors
/// A refusal of class `unknown-role`, `preflight`, `not-found`, or one of [`claims::check`].
pub fn claim(context: &Context, request: &ClaimRequest) -> Result<Claimed> {
    let names_no_task = request.task.is_none() && request.within.is_none();
    let role = match role(context) {
        Err(_) if names_no_task => return Err(no_task()),
        role => role?,
    };
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
    if names_no_task {
        return Err(no_task());
    }
    context.write("claim", |tx| {
        let task = wanted(tx, request, &role.name)?;
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

/// The task that is claimed: the one that is named, or the first that is ready below another.
///
/// The write lock is held already, so nobody takes it between the choice and the claim.
fn wanted(tx: &Writer<'_>, request: &ClaimRequest, role: &str) -> Result<Task> {
    let id = match (&request.task, &request.within) {
        (Some(id), _) => id.clone(),
        (None, None) => return Err(Refusal::unknown_task("").into()),
        (None, Some(within)) => {
            if !tx.has_task(within)? {
                return Err(Refusal::unknown_task(within).into());
            }
            let filter = ReadyFilter {
                role: Some(role.to_owned()),
                within: Some(within.clone()),
                limit: Some(1),
                ..ReadyFilter::default()
            };
            let nothing = || {
                Refusal::new(Reason::NothingReady, format!("nothing below {within} is ready for {role}"))
                    .hint(format!("see why: fairway ready --in {within} --explain"))
            };
            tx.ready(&filter)?.pop().ok_or_else(nothing)?.id
        }
    };
    Ok(tx.task(&id)?.ok_or_else(|| Refusal::unknown_task(&id))?)
}

/// The role that claims. That the queue is broken is said before that there is no such role.
fn role(context: &Context) -> Result<&Role> {
    match context.acting_role() {
        Err(OpError::Refused(refusal)) if refusal.reason == Reason::UnknownRole => {
            context.open()?;
            Err(refusal.into())
        }
        other => other,
    }
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
    // The scripts call a detached checkout so too, in messages and where a claim names its branch.
    let here = head.branch().unwrap_or("(detached)");
    if here != branch {
        return refuse(format!("on {here}, but {role} works on {branch}"));
    }
    let main = &context.config.fairway.main_branch;
    match repository.behind("HEAD", main)? {
        0 => Ok(()),
        behind => refuse(format!("{branch} is {behind} commit(s) behind {main}")),
    }
}
