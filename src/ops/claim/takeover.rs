//! Taking a task over from whoever holds it.

use super::{ClaimRequest, Terms, acting_role, no_task, take};
use crate::ops::{Context, Result};
use crate::policy::{Reason, Refusal, claims};
use crate::views::TakenOver;

/// Takes a held task over for the acting role. Whoever held it writes no more under their claim.
///
/// # Errors
/// A refusal of class `usage`, `reason-required`, `unknown-role`, `preflight`, `not-found`, or one of
/// [`claims::check_takeover`].
pub fn takeover(context: &Context, request: &ClaimRequest) -> Result<TakenOver> {
    let Some(id) = &request.task else { return Err(no_task()) };
    let role = acting_role(context)?;
    let Some(reason) = request.reason.as_deref() else {
        let refusal = Refusal::new(Reason::ReasonRequired, format!("taking {id} over needs a reason"));
        return Err(refusal.hint("give --reason TEXT").into());
    };
    let terms = Terms::of(context, role, request)?;
    context.write("claim takeover", |tx| {
        let task = tx.task(id)?.ok_or_else(|| Refusal::unknown_task(id))?;
        claims::check_takeover(&task, &terms.role)?;
        let before = tx.open_claim(id)?;
        let claim = take(context, tx, &task, &terms, Some(reason))?;
        Ok(TakenOver {
            claim,
            previous_claimant: task.state.claimant,
            previous_epoch: before.map(|one| one.epoch),
        })
    })
}
