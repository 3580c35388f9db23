//! Letting a task go.

use serde_json::json;

use super::check_writer;
use crate::ops::{Context, Result};
use crate::policy::holding::Part;
use crate::policy::{Refusal, claims};
use crate::views::Released;

/// A release that is asked for.
#[derive(Debug, Default)]
pub struct ReleaseRequest {
    /// The task.
    pub task: String,
    /// Why.
    pub reason: Option<String>,
}

/// Releases the caller's claim of a task: what was in progress is to be done again, what was blocked stays blocked.
///
/// # Errors
/// A refusal of class `not-found`, `stale-claim`, or one of [`claims::check_release`].
pub fn release(context: &Context, request: &ReleaseRequest) -> Result<Released> {
    let ReleaseRequest { task: id, reason } = request;
    context.write("claim release", |tx| {
        let task = tx.task(id)?.ok_or_else(|| Refusal::unknown_task(id))?;
        check_writer(context, tx, id, Part::Holder)?;
        let held = tx.open_claim(id)?;
        let terminal = tx.is_terminal(&task.state.status);
        claims::check_release(&task, terminal, held.as_ref(), &context.caller, &context.actor)?;
        let next = claims::after_release(&task, &tx.at());
        if tx.transition(&task, &next, reason.as_deref())?.is_none() {
            return Err(claims::held(&task).into());
        }
        let epoch = held.map(|claim| claim.epoch);
        tx.audit(Some(id), Some(json!({ "epoch": epoch })));
        Ok(Released {
            task: id.clone(),
            epoch,
            from: task.state.status,
            to: next.status,
            reason: reason.clone(),
        })
    })
}
