//! Who holds which lane, and what the next step lacks.

use std::collections::HashSet;

use super::super::migration::changed_since;
use super::super::{Context, Result};
use super::cutover::{CutoverRequest, checks};
use super::engine::Engine;
use super::{held, lanes, migration, piloted};
use crate::migrate::Watch;
use crate::pilot::Project;
use crate::store::Holder;
use crate::views::{PilotLane, PilotStanding, PilotStatus};

/// How many syncs are told.
const SYNCS: usize = 10;

/// Where the lanes stand. While the scripts hold any, what a cut-over lacks is told; while Fairway holds any, whether the scripts
/// wrote behind its back, and what they do not know of yet.
///
/// # Errors
/// When a source or the store cannot be read.
pub fn pilot_status(
    context: &Context,
    project: &Project,
    request: &CutoverRequest,
    watch: &dyn Watch,
) -> Result<PilotStatus> {
    let all = lanes(context)?;
    let any = |wanted: Holder| all.iter().any(|(_, holder, _)| *holder == wanted);
    let checks = if any(Holder::Legacy) { checks(context, project, request, watch)? } else { Vec::new() };
    let standing = standing(context, project, watch)?;
    let behind = match (&standing, migration(context)?) {
        (Some(standing), _) => standing.mismatches.clone(),
        (None, Some(row)) if any(Holder::Fairway) => changed_since(context, &row, watch)?,
        _ => Vec::new(),
    };
    let lost = held(context)?.into_iter().filter(|held| context.config.role(&held.lane).is_none());
    let lost = lost.map(|held| held.lane).filter(|lane| !lane.is_empty()).collect();
    let lane = |(lane, holder, authority)| PilotLane { lane, holder, authority };
    Ok(PilotStatus { lanes: all.into_iter().map(lane).collect(), checks, behind, lost, pilot: standing })
}

/// Where the pilot of single lanes stands, when there was one.
fn standing(context: &Context, project: &Project, watch: &dyn Watch) -> Result<Option<PilotStanding>> {
    let Some(migration) = piloted(context)? else { return Ok(None) };
    let (pilots, mut syncs) = context
        .open_store()?
        .read(|reader| Ok::<_, super::super::OpError>((reader.pilots()?, reader.syncs()?)))?;
    syncs.drain(..syncs.len().saturating_sub(SYNCS));
    let held = held(context)?;
    let mut standing = PilotStanding {
        pilots: pilots.into_iter().filter(|pilot| pilot.migration == migration.id).collect(),
        syncs,
        pending: 0,
        untold: Vec::new(),
        mismatches: Vec::new(),
    };
    if !held.is_empty() {
        let engine = Engine::new(context, project, migration, watch)?;
        let round = engine.round()?;
        let telling = Engine::telling(&round, &held, &HashSet::new())?;
        let found = engine.unexplained(&round, &held, &telling)?;
        standing.mismatches = found.iter().map(ToString::to_string).collect();
        standing.pending = telling.pending;
        standing.untold = telling.untold;
    }
    Ok(Some(standing))
}
