//! The queue becomes the scripts' again, with everything that was done meanwhile.

use super::super::{Context, ExportBackRequest, Result, export_back};
use super::give_back::give_back;
use super::install_shadow::restore_targets;
use super::{NO_LANE, guard, hand, held, names, piloted, turn};
use crate::migrate::Watch;
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

/// Gives every lane to the scripts with what was done in them: where lanes were piloted, the scripts are told; else the queue is
/// written back into their own form. What they cannot express is told before anything is written. Killed at any moment, no
/// lane is the scripts' before its work is theirs; called again, it goes on.
///
/// # Errors
/// A refusal of class `usage` when every lane is the scripts' already, of class `preflight` when something would stay behind and
/// nobody said that it may; when a file or the store cannot be written.
pub fn roll_back_pilot(
    context: &Context,
    project: &Project,
    request: &PilotRollbackRequest,
    watch: &dyn Watch,
) -> Result<PilotRolledBack> {
    let held = held(context)?;
    guard::check(context, &held)?;
    let Some(pilot) = held.iter().map(|one| one.pilot.clone()).next() else {
        return Err(Refusal::new(Reason::Usage, "every lane is the scripts' already")
            .hint("`fairway pilot status` lists the lanes")
            .into());
    };
    if let Some(migration) = piloted(context)? {
        return give_back(context, project, request, migration, watch);
    }
    let mut lanes = names(&held);
    lanes.retain(|lane| lane != NO_LANE);
    let back = |dry_run| {
        let dir = project.root().to_owned();
        export_back(context, &ExportBackRequest { dir, queue: None, database: None, dry_run })
    };
    let rolled_back = |done, back| PilotRolledBack {
        pilot: pilot.clone(),
        lanes: lanes.clone(),
        reason: request.reason.clone(),
        done,
        back: Some(back),
        told: Vec::new(),
        untold: Vec::new(),
        behind: Vec::new(),
    };
    let would = back(true)?;
    if request.dry_run {
        return Ok(rolled_back(false, would));
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
    let open: Vec<_> = held.iter().filter(|one| one.holder == Holder::Fairway).cloned().collect();
    // Nobody writes while the queue is written back.
    turn(context, "pilot pause", &open, Holder::Nobody, &request.reason)?;
    let written = back(false)?;
    hand(context, "pilot rollback", &names(&held), Holder::Legacy, &pilot, &request.reason)?;
    restore_targets(context)?;
    Ok(rolled_back(true, written))
}
