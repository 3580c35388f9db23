//! Fairway's lanes stand still for a while: neither side changes their tasks.

use super::super::{Context, Result};
use super::{NO_LANE, guard, held, names, turn};
use crate::policy::{Reason, Refusal};
use crate::store::Holder;
use crate::views::LanesHanded;

/// Shuts Fairway's lanes, or one of them.
///
/// # Errors
/// A refusal of class `usage` when no such lane is Fairway's; when the store cannot be written.
pub fn pause(context: &Context, lane: Option<&str>, reason: &str) -> Result<LanesHanded> {
    turn_all(context, "pilot pause", (Holder::Fairway, Holder::Nobody), lane, reason)
}

/// Opens them again.
///
/// # Errors
/// A refusal of class `usage` when no such lane is paused; when the store cannot be written.
pub fn resume(context: &Context, lane: Option<&str>, reason: &str) -> Result<LanesHanded> {
    turn_all(context, "pilot resume", (Holder::Nobody, Holder::Fairway), lane, reason)
}

fn turn_all(
    context: &Context,
    operation: &'static str,
    (from, to): (Holder, Holder),
    lane: Option<&str>,
    reason: &str,
) -> Result<LanesHanded> {
    let mut held = held(context)?;
    guard::check(context, &held)?;
    held.retain(|one| one.holder == from && lane.is_none_or(|lane| lane == one.lane));
    let Some(pilot) = held.iter().map(|one| one.pilot.clone()).next() else {
        let what = if from == Holder::Fairway { "Fairway's" } else { "paused" };
        let message = match lane {
            Some(lane) => format!("the lane {lane} is not {what}"),
            None => format!("no lane is {what}"),
        };
        return Err(Refusal::new(Reason::Usage, message)
            .hint("`fairway pilot status` lists the lanes")
            .into());
    };
    turn(context, operation, &held, to, reason)?;
    let mut lanes = names(&held);
    lanes.retain(|lane| lane != NO_LANE);
    Ok(LanesHanded { command: operation, lanes, holder: to, pilot, reason: reason.to_owned() })
}
