//! Fairway's lanes stand still for a while: neither side changes their tasks.

use super::super::{Context, Result};
use super::{hand, lanes};
use crate::policy::{Reason, Refusal};
use crate::store::Holder;
use crate::views::LanesHanded;

/// Shuts Fairway's lanes.
///
/// # Errors
/// A refusal of class `usage` when no lane is Fairway's; when the store cannot be written.
pub fn pause(context: &Context, reason: &str) -> Result<LanesHanded> {
    turn(context, "pilot pause", Holder::Fairway, Holder::Nobody, reason)
}

/// Opens them again.
///
/// # Errors
/// A refusal of class `usage` when no lane is paused; when the store cannot be written.
pub fn resume(context: &Context, reason: &str) -> Result<LanesHanded> {
    turn(context, "pilot resume", Holder::Nobody, Holder::Fairway, reason)
}

fn turn(
    context: &Context,
    operation: &'static str,
    from: Holder,
    to: Holder,
    reason: &str,
) -> Result<LanesHanded> {
    let held: Vec<_> = lanes(context)?.into_iter().filter(|(_, holder, _)| *holder == from).collect();
    let pilot = held.iter().find_map(|(.., authority)| authority.as_ref().map(|held| held.pilot.clone()));
    let Some(pilot) = pilot else {
        let what = if from == Holder::Fairway { "Fairway's" } else { "paused" };
        return Err(Refusal::new(Reason::Usage, format!("no lane is {what}"))
            .hint("`fairway pilot status` lists the lanes")
            .into());
    };
    let lanes: Vec<String> = held.into_iter().map(|(lane, ..)| lane).collect();
    hand(context, operation, &lanes, to, &pilot, reason)?;
    Ok(LanesHanded { command: operation, lanes, holder: to, pilot, reason: reason.to_owned() })
}
