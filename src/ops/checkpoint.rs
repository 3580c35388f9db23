//! Checkpoints: saying where a track stands, and finding those of which nothing was heard.

use serde_json::json;

use super::claim::check_caller;
use super::{Context, Result};
use crate::model::diagnostic::closest;
use crate::model::{Checkpoint, Timestamp, TrackState};
use crate::policy::checkpoints::{Age, is_open, stale};
use crate::policy::{Reason, Refusal};
use crate::store::NewCheckpoint;
use crate::views::{CheckpointRecorded, Checkpoints, StaleTrack, StaleTracks};

/// A checkpoint to record.
#[derive(Debug)]
pub struct CheckpointRequest {
    /// The track: a task's id or any other name.
    pub track: String,
    /// Where it stands.
    pub state: TrackState,
    /// Who answers for it; the acting role when not given.
    pub owner: Option<String>,
    /// What there is to say.
    pub summary: String,
    /// When it is to be closed, as it was written.
    pub target_close_by: Option<String>,
    /// A file that shows it.
    pub artifact: Option<String>,
}

/// Which tracks are shown.
#[derive(Debug, Default)]
pub struct TrackFilter {
    /// Only this one, open or not.
    pub track: Option<String>,
    /// Also those that are done, parked or abandoned.
    pub all: bool,
}

/// Records where a track stands.
///
/// # Errors
/// A refusal of class `usage` when nobody owns it, or the target is no time; `stale-claim`.
pub fn record_checkpoint(context: &Context, request: &CheckpointRequest) -> Result<CheckpointRecorded> {
    let owner = match &request.owner {
        Some(owner) => owner.clone(),
        None => owner_here(context)?,
    };
    let target = request.target_close_by.as_deref();
    let target = target.map(|text| moment("--target-close-by", text)).transpose()?;
    context.write("checkpoint record", |tx| {
        let CheckpointRequest { track, state, summary, artifact, .. } = request;
        check_caller(context, tx)?;
        let target_close_by = target.map(Timestamp::to_store);
        let id = tx.add_checkpoint(&NewCheckpoint {
            track,
            state: *state,
            owner: &owner,
            target_close_by: target_close_by.as_deref(),
            summary,
            artifact: artifact.as_deref(),
        })?;
        tx.audit(None, Some(json!({ "checkpoint": id, "track": track, "state": state })));
        Ok(CheckpointRecorded { id, track: track.clone(), state: *state })
    })
}

/// The latest checkpoint of each track, by name.
///
/// # Errors
/// A refusal of class `not-found` for a track of which nothing was recorded.
pub fn checkpoint_status(context: &Context, filter: &TrackFilter) -> Result<Checkpoints> {
    let latest = context.read(|reader| Ok(reader.latest_checkpoints()?))?;
    let Some(wanted) = &filter.track else {
        let shown = |row: &Checkpoint| filter.all || is_open(row.state);
        return Ok(Checkpoints { checkpoints: latest.into_iter().filter(shown).collect() });
    };
    let names: Vec<&str> = latest.iter().map(|row| row.track.as_str()).collect();
    match latest.iter().find(|row| row.track == *wanted) {
        Some(found) => Ok(Checkpoints { checkpoints: vec![found.clone()] }),
        None => Err(unknown_track(wanted, names).into()),
    }
}

/// The open tracks that are past their target or of which nothing was heard for too long.
///
/// # Errors
/// A refusal of class `usage` when `before` is no time.
pub fn stale_tracks(context: &Context, before: Option<&str>) -> Result<StaleTracks> {
    let age = if let Some(text) = before {
        Age::Before(moment("--before", text)?)
    } else {
        let after = context.config.coordinator.checkpoint_stale_after;
        Age::Over { span: after.duration(), text: after.to_string() }
    };
    let latest = context.read(|reader| Ok(reader.latest_checkpoints()?))?;
    let stale = latest.into_iter().filter_map(|checkpoint| {
        let why = stale(&checkpoint, context.now, &age);
        (!why.is_empty()).then_some(StaleTrack { checkpoint, why })
    });
    Ok(StaleTracks { stale: stale.collect() })
}

fn owner_here(context: &Context) -> Result<String> {
    let role = context.acting_role().map_err(|error| match error {
        super::OpError::Refused(refusal) if refusal.reason == Reason::Usage => {
            Refusal::new(Reason::Usage, "a checkpoint needs an owner")
                .hint("give --owner, or stand in a role's worktree")
                .into()
        }
        other => other,
    })?;
    Ok(role.name.clone())
}

fn moment(flag: &str, text: &str) -> std::result::Result<Timestamp, Refusal> {
    Timestamp::parse(text).ok_or_else(|| {
        Refusal::new(Reason::Usage, format!("{flag} takes a time, got `{text}`"))
            .hint("such as 2026-02-28 (its midnight in UTC) or 2026-02-28T17:00:00Z")
    })
}

fn unknown_track(name: &str, known: Vec<&str>) -> Refusal {
    let refusal = Refusal::new(Reason::NotFound, format!("there is no track `{name}`"));
    match closest(name, known) {
        Some(near) => refusal.hint(format!("did you mean `{near}`?")),
        None => refusal.hint("`fairway checkpoint status --all` lists them"),
    }
}
