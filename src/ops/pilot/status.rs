//! Who holds which lane, and what the next step lacks.

use super::super::migration::changed_since;
use super::super::{Context, Result};
use super::cutover::{CutoverRequest, checks, migration};
use super::lanes;
use crate::migrate::Watch;
use crate::store::Holder;
use crate::views::{PilotLane, PilotStatus};

/// Where the lanes stand. While the scripts hold any, what a cut-over lacks is told; while Fairway holds any, whether the scripts
/// wrote behind its back.
///
/// # Errors
/// When a source or the store cannot be read.
pub fn pilot_status(context: &Context, request: &CutoverRequest, watch: &dyn Watch) -> Result<PilotStatus> {
    let held = lanes(context)?;
    let any = |wanted: Holder| held.iter().any(|(_, holder, _)| *holder == wanted);
    let checks = if any(Holder::Legacy) { checks(context, request, watch)? } else { Vec::new() };
    let behind = match migration(context)?.filter(|_| any(Holder::Fairway)) {
        Some(row) => changed_since(context, &row, watch)?,
        None => Vec::new(),
    };
    let lane = |(lane, holder, authority)| PilotLane { lane, holder, authority };
    Ok(PilotStatus { lanes: held.into_iter().map(lane).collect(), checks, behind })
}
