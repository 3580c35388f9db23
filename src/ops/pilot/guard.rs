//! What keeps every step of a pilot from being taken: a lane that nobody knows any more, a clock that went back, and a file
//! system that forgets locks.

use super::super::{Context, OpError, Result};
use super::{Held, NO_LANE};
use crate::model::Timestamp;
use crate::pilot::{LegacyLock, PilotError, Project, network};
use crate::policy::{Reason, Refusal};
use crate::views::PilotCheck;

/// Refuses where a lane that is Fairway's has lost its role, or where the clock stands before the last step.
///
/// # Errors
/// [`PilotError::LaneUnknown`], [`PilotError::ClockBack`]; when the store cannot be read.
pub(super) fn check(context: &Context, held: &[Held]) -> Result<()> {
    let known = |lane: &str| lane == NO_LANE || context.config.role(lane).is_some();
    if let Some(lost) = held.iter().find(|held| !known(&held.lane)) {
        return Err(PilotError::LaneUnknown(lost.lane.clone()).into());
    }
    let last = context.open_store()?.read(|reader| {
        let hands = reader.lane_history()?.into_iter().map(|authority| authority.since).max();
        let syncs = reader.syncs()?.into_iter().map(|sync| sync.at).max();
        Ok::<_, OpError>(hands.max(syncs))
    })?;
    match last.as_deref().and_then(Timestamp::parse) {
        Some(last) if context.now < last => {
            let (now, last) = (context.now.to_seconds(), last.to_seconds());
            Err(PilotError::ClockBack { now, last }.into())
        }
        _ => Ok(()),
    }
}

/// Whether store and lock lie where a lock that is held stays held.
///
/// # Errors
/// When a folder cannot be asked.
pub(super) fn local(context: &Context, project: &Project) -> Result<PilotCheck> {
    let mut open = Vec::new();
    for (what, place) in [("the store", context.db.clone()), ("the lock", project.root().join(".fairway"))] {
        let kind = network(&place).map_err(|source| OpError::File { path: place.clone(), source })?;
        open.extend(kind.map(|kind| format!("{what} lies on {kind}, where a lock can be lost unnoticed")));
    }
    Ok(PilotCheck::new("store and lock lie on a local file system", open))
}

/// Refuses where the lock does not keep everybody else out any more. It is the first thing that is asked inside the transaction in
/// which lanes become Fairway's: that may have waited for other writers.
///
/// # Errors
/// A refusal of class `preflight`.
pub(super) fn still_shut(lock: &LegacyLock) -> Result<()> {
    lock.check().map_err(|lost| {
        Refusal::new(Reason::Preflight, lost.to_string())
            .hint("no lane changed hands; do it again when the queue is quiet")
            .into()
    })
}

/// Takes the lock under which the queue changes hands.
///
/// # Errors
/// A refusal of class `held` when another step of the pilot is under way; when the file cannot be opened.
pub(super) fn lock(project: &Project) -> Result<LegacyLock> {
    LegacyLock::take(project.root()).map_err(|source| match source.kind() {
        std::io::ErrorKind::WouldBlock => {
            Refusal::new(Reason::Held, "another step of the pilot is under way")
                .hint("wait for its end")
                .into()
        }
        _ => OpError::File { path: project.root().join(".fairway/legacy.lock"), source },
    })
}
