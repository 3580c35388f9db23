//! For whom, as what and where a task is claimed, and the claim itself.

use serde_json::json;

use super::ClaimRequest;
use crate::config::{Owner, Role};
use crate::model::Task;
use crate::model::task::{IN_PROGRESS, TaskState};
use crate::ops::{Context, OpError, Result};
use crate::policy::{Reason, Refusal, claims};
use crate::store::{NewClaim, Writer};
use crate::views::Claimed;

/// What a claim says beside its task.
pub(super) struct Terms {
    pub(super) role: String,
    owner: String,
    claimant: String,
    branch: String,
    lease_seconds: Option<i64>,
}

impl Terms {
    /// As they are asked for, else as role and configuration have them.
    ///
    /// # Errors
    /// A refusal of class `preflight` or `usage`.
    pub(super) fn of(context: &Context, role: &Role, request: &ClaimRequest) -> Result<Self> {
        let branch = request.branch.clone().unwrap_or_else(|| role.branch().into_owned());
        if context.config.claims.preflight && !request.skip_preflight {
            preflight(context, &role.name, &branch)?;
        }
        let owner = match (&request.provider, context.config.claims.owner) {
            (Some(provider), _) => provider.clone(),
            (None, Owner::Provider) => role.provider.clone().unwrap_or_else(|| role.name.clone()),
            (None, Owner::Role) => role.name.clone(),
        };
        let lease = request.lease.map(|span| claims::lease_seconds(span.duration()));
        Ok(Self {
            role: role.name.clone(),
            owner,
            claimant: request.claimant.clone().unwrap_or_else(|| context.actor.clone()),
            branch,
            lease_seconds: lease.transpose()?,
        })
    }
}

/// Gives a task to whom it is claimed for, under a new epoch.
pub(super) fn take(
    context: &Context,
    tx: &Writer<'_>,
    task: &Task,
    terms: &Terms,
    reason: Option<&str>,
) -> Result<Claimed> {
    let Terms { role, owner, claimant, branch, lease_seconds } = terms;
    let session = context.caller.session.as_deref();
    let next = TaskState {
        status: IN_PROGRESS.to_owned(),
        owner: Some(owner.clone()),
        claimant: Some(claimant.clone()),
        branch: Some(branch.clone()),
        claimed_at: Some(tx.at()),
        blocked_reason: None,
        ..task.state.clone()
    };
    let Some(transition) = tx.transition(task, &next, reason)? else {
        return Err(claims::held(task).into());
    };
    let epoch = tx.begin_claim(&NewClaim {
        task_id: task.id(),
        claimant,
        session_id: session,
        lease_seconds: *lease_seconds,
        transition,
    })?;
    tx.audit(Some(task.id()), Some(json!({ "role": role, "claimant": claimant, "epoch": epoch })));
    let lease_expires_at = match lease_seconds {
        Some(_) => tx.open_claim(task.id())?.and_then(|claim| claim.expires_at),
        None => None,
    };
    Ok(Claimed {
        task: task.id().to_owned(),
        role: role.clone(),
        owner: owner.clone(),
        claimant: claimant.clone(),
        branch: branch.clone(),
        claimed_at: tx.at(),
        epoch,
        session: session.map(str::to_owned),
        lease_expires_at,
    })
}

/// The role that claims. That the queue is broken is said before that there is no such role.
pub(super) fn acting_role(context: &Context) -> Result<&Role> {
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
