//! Lanes change hands: from the scripts to Fairway, and back.

mod cutover;
mod handed;
mod install_shadow;
mod pause;
mod rollback;
mod status;

pub use cutover::{CutoverRequest, cut_over};
pub use handed::{NotTheirs, refuse_handed};
pub use install_shadow::{install_shadow, remove_shadow};
pub use pause::{pause, resume};
pub use rollback::{PilotRollbackRequest, roll_back_pilot};
pub use status::pilot_status;

use super::{Context, Result};
use crate::store::{Holder, LaneAuthority};

/// Who holds each configured lane, in the order of the configuration; nobody ever asked for one that is the scripts'.
fn lanes(context: &Context) -> Result<Vec<(String, Holder, Option<LaneAuthority>)>> {
    let known = context.open_store()?.read(|reader| reader.lane_authorities())?;
    let of = |name: &str| known.iter().find(|authority| authority.lane == name).cloned();
    Ok(context
        .config
        .role_names()
        .map(|name| {
            let authority = of(name);
            let holder = authority.as_ref().map_or(Holder::Legacy, |authority| authority.holder);
            (name.to_owned(), holder, authority)
        })
        .collect())
}

/// Gives lanes to another holder, in one transaction.
fn hand(
    context: &Context,
    operation: &str,
    lanes: &[String],
    holder: Holder,
    pilot: &str,
    reason: &str,
) -> Result<()> {
    let mut store = context.open_store()?;
    store.write::<(), super::OpError>(operation, &context.actor, context.now, |tx| {
        for lane in lanes {
            tx.hand_lane(lane, holder, pilot, reason)?;
        }
        Ok(())
    })
}
