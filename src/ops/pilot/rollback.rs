//! The queue becomes the scripts' again, with everything that was done meanwhile.

use super::super::{Context, ExportBackRequest, Result, export_back};
use super::install_shadow::restore_targets;
use super::{hand, lanes};
use crate::pilot::Project;
use crate::policy::{Reason, Refusal};
use crate::store::Holder;
use crate::views::PilotRolledBack;

/// What is asked.
#[derive(Debug)]
pub struct PilotRollbackRequest {
    /// Why.
    pub reason: String,
    /// Whether what the scripts cannot express may stay behind, in the store.
    pub leave_behind: bool,
    /// Whether only the list of what would be written is wanted.
    pub dry_run: bool,
}

/// Writes the queue back into the scripts' own form and gives every lane to them. What they cannot express is told before
/// anything is written. Killed at any moment, no lane is the scripts' before its work is theirs; called again, it goes on.
///
/// # Errors
/// A refusal of class `usage` when every lane is the scripts' already, of class `preflight` when something would stay behind and
/// nobody said that it may; when a file or the store cannot be written.
pub fn roll_back_pilot(
    context: &Context,
    project: &Project,
    request: &PilotRollbackRequest,
) -> Result<PilotRolledBack> {
    let held: Vec<_> =
        lanes(context)?.into_iter().filter(|(_, holder, _)| *holder != Holder::Legacy).collect();
    let pilot = held.iter().find_map(|(.., authority)| authority.as_ref().map(|held| held.pilot.clone()));
    let Some(pilot) = pilot else {
        return Err(Refusal::new(Reason::Usage, "every lane is the scripts' already")
            .hint("`fairway pilot status` lists the lanes")
            .into());
    };
    let lanes: Vec<String> = held.iter().map(|(lane, ..)| lane.clone()).collect();
    let back = |dry_run| {
        let dir = project.root().to_owned();
        export_back(context, &ExportBackRequest { dir, queue: None, database: None, dry_run })
    };
    let would = back(true)?;
    if request.dry_run {
        return Ok(PilotRolledBack {
            pilot,
            lanes,
            reason: request.reason.clone(),
            done: false,
            back: would,
        });
    }
    if !would.lost.is_empty() && !request.leave_behind {
        let first: Vec<String> =
            would.lost.iter().take(3).map(|lost| format!("{} ({})", lost.what, lost.why)).collect();
        return Err(Refusal::new(
            Reason::Preflight,
            format!("the scripts cannot express everything: {}", first.join("; ")),
        )
        .hint(
            "`--dry-run` lists all of it; with --leave-behind it stays in the store, and the rest goes back",
        )
        .into());
    }
    let open: Vec<String> = held
        .iter()
        .filter(|(_, holder, _)| *holder == Holder::Fairway)
        .map(|(lane, ..)| lane.clone())
        .collect();
    // Nobody writes while the queue is written back.
    hand(context, "pilot pause", &open, Holder::Nobody, &pilot, &request.reason)?;
    let written = back(false)?;
    hand(context, "pilot rollback", &lanes, Holder::Legacy, &pilot, &request.reason)?;
    restore_targets(context)?;
    Ok(PilotRolledBack { pilot, lanes, reason: request.reason.clone(), done: true, back: written })
}
