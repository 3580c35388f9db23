//! Who writes has to hold what they say they hold: asked inside the transaction that writes.

use crate::ops::{Context, Result};
use crate::policy::holding::{self, Known, Part};
use crate::store::Reader;

/// Refuses a write to a task that is there by somebody who does not hold what they say.
///
/// # Errors
/// A refusal of class `stale-claim`.
pub(in crate::ops) fn check_writer(
    context: &Context,
    reader: &Reader<'_>,
    task: &str,
    part: Part,
) -> Result<()> {
    let caller = &context.caller;
    if caller.says_nothing() {
        return Ok(());
    }
    let named = caller.epoch.map(|epoch| reader.claim(epoch)).transpose()?.flatten();
    let last = caller.session.as_deref().map(|session| reader.last_claim_of(session, task));
    let last = last.transpose()?.flatten();
    let held = reader.open_claim(task)?;
    let over = match &held {
        Some(_) => reader.task(task)?.is_some_and(|task| reader.is_terminal(&task.state.status)),
        None => false,
    };
    let known = Known { named: named.as_ref(), last: last.as_ref(), held: held.as_ref(), over };
    Ok(holding::check(task, caller, &known, part)?)
}

/// Refuses a write to no task in particular by somebody who names a claim that is over.
///
/// # Errors
/// A refusal of class `stale-claim`.
pub(in crate::ops) fn check_caller(context: &Context, reader: &Reader<'_>) -> Result<()> {
    let Some(epoch) = context.caller.epoch else { return Ok(()) };
    let named = reader.claim(epoch)?;
    let known = Known { named: named.as_ref(), ..Known::default() };
    Ok(holding::check("", &context.caller, &known, Part::Other)?)
}
