//! Lanes change hands: from the scripts to Fairway, one by one or all at once, and back.

mod cutover;
mod engine;
mod give_back;
mod guard;
mod handed;
mod install_shadow;
mod pause;
mod rollback;
mod start;
mod status;
mod sync;
mod telling;
mod theirs;

pub use cutover::{CutoverRequest, cut_over};
pub use handed::{NotTheirs, refuse_handed};
pub use install_shadow::{install_shadow, remove_shadow};
pub use pause::{pause, resume};
pub use rollback::{PilotRollbackRequest, roll_back_pilot};
pub use start::{StartRequest, start_pilot};
pub use status::pilot_status;
pub use sync::{SyncRequest, sync_pilot};

use super::{Context, Result};
use crate::store::{Holder, LaneAuthority, MigrationRow, MigrationState};
use crate::views::PilotCheck;

/// The lane of what belongs to no task. It changes hands with the last lane.
const NO_LANE: &str = "";

/// A lane that is not the scripts'.
#[derive(Debug, Clone)]
struct Held {
    lane: String,
    /// The change of hands by which it became Fairway's.
    pilot: String,
    holder: Holder,
}

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

/// Every lane that is not the scripts', configured or not.
fn held(context: &Context) -> Result<Vec<Held>> {
    let known = context.open_store()?.read(|reader| reader.lane_authorities())?;
    let held = known.into_iter().filter(|authority| authority.holder != Holder::Legacy);
    Ok(held.map(|one| Held { lane: one.lane, pilot: one.pilot, holder: one.holder }).collect())
}

/// Their names.
fn names(held: &[Held]) -> Vec<String> {
    held.iter().map(|one| one.lane.clone()).collect()
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

/// Gives lanes to another holder, each under the pilot that it has.
fn turn(context: &Context, operation: &str, lanes: &[Held], holder: Holder, reason: &str) -> Result<()> {
    let mut store = context.open_store()?;
    store.write::<(), super::OpError>(operation, &context.actor, context.now, |tx| {
        for one in lanes {
            tx.hand_lane(&one.lane, holder, &one.pilot, reason)?;
        }
        Ok(())
    })
}

/// What lacks, in one sentence; none when nothing does.
fn open(checks: &[PilotCheck]) -> Option<String> {
    let open: Vec<&str> =
        checks.iter().filter(|check| !check.passed).map(|check| check.what.as_str()).collect();
    (!open.is_empty()).then(|| open.join("; "))
}

/// The migration that the store holds, when it stands.
fn migration(context: &Context) -> Result<Option<MigrationRow>> {
    let rows = context.open_store()?.read(|reader| reader.migrations())?;
    Ok(rows.into_iter().rev().find(|row| row.state == MigrationState::Applied))
}

/// The migration, when lanes were piloted since it: both sides are then brought together by telling, not by copying.
fn piloted(context: &Context) -> Result<Option<MigrationRow>> {
    let Some(migration) = migration(context)? else { return Ok(None) };
    let pilots = context.open_store()?.read(|reader| reader.pilots())?;
    Ok(pilots.iter().any(|pilot| pilot.migration == migration.id).then_some(migration))
}

/// A name for a change of hands: one that was killed on its way may have left a copy of the store under the same moment.
fn free_name(context: &Context, what: &str) -> Result<String> {
    let moment = format!("{what}-{}", context.now.to_seconds().replace([':', '-'], ""));
    let known = context.open_store()?.read(|reader| reader.lane_history())?;
    let taken = |name: &String| {
        folder(context, name).exists() || known.iter().any(|authority| authority.pilot == *name)
    };
    let later = (2..).map(|number| format!("{moment}-{number}"));
    Ok(std::iter::once(moment.clone()).chain(later).find(|name| !taken(name)).unwrap_or(moment))
}

/// Where a change of hands keeps what is gone back to.
fn folder(context: &Context, name: &str) -> std::path::PathBuf {
    context.db.with_file_name("pilots").join(name)
}
