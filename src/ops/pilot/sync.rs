//! The other lanes' work comes in, and the scripts are told what was done in the lanes that are Fairway's.

use super::super::{Context, Result};
use super::engine::Engine;
use super::{NO_LANE, guard, held, names, piloted};
use crate::migrate::Watch;
use crate::pilot::Project;
use crate::policy::{Reason, Refusal};
use crate::views::PilotSynced;

/// What is asked.
#[derive(Debug)]
pub struct SyncRequest {
    /// Whether the scripts are told, too.
    pub write_legacy: bool,
}

/// Brings both sides together. Killed at any moment, the same call again ends the same.
///
/// # Errors
/// A refusal of class `usage` when no pilot runs, of class `held` while another step of it is under way; what
/// [`crate::pilot::PilotError`] says; when a side cannot be read or written.
pub fn sync_pilot(
    context: &Context,
    project: &Project,
    request: &SyncRequest,
    watch: &dyn Watch,
) -> Result<PilotSynced> {
    let held = held(context)?;
    guard::check(context, &held)?;
    let (Some(migration), false) = (piloted(context)?, held.is_empty()) else {
        return Err(Refusal::new(Reason::Usage, "no pilot of a lane runs")
            .hint("`fairway pilot start --lane LANE --person NAME` begins one")
            .into());
    };
    let _lock = guard::lock(project)?;
    let done = Engine::new(context, project, migration, watch)?.converge(&held, request.write_legacy)?;
    let mut lanes = names(&held);
    lanes.retain(|lane| lane != NO_LANE);
    Ok(PilotSynced {
        held: lanes,
        told: done.told,
        brought: done.brought,
        pending: done.pending,
        equal: done.lanes.iter().all(crate::migrate::verify::LaneDigest::is_equal),
        lanes: done.lanes,
    })
}
