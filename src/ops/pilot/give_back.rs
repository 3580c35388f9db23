//! Lanes that were piloted go back: the scripts are told what was done in them, through their own commands.

use std::collections::HashSet;

use super::super::{Context, OpError, Result};
use super::engine::{Engine, bring_within, renumber_within};
use super::install_shadow::restore_targets;
use super::{Held, NO_LANE, guard, held, names, turn};
use crate::migrate::Watch;
use crate::pilot::{PilotError, Project, Untold};
use crate::policy::{Reason, Refusal};
use crate::store::{Holder, MigrationRow};
use crate::views::PilotRolledBack;

use super::PilotRollbackRequest;

/// How often what was written meanwhile is told.
const ROUNDS: usize = 50;

/// Tells the scripts everything and gives every lane to them. What they cannot be told is said before anything is done.
///
/// # Errors
/// A refusal of class `preflight` when something would stay behind and nobody said that it may; what [`PilotError`] says; when
/// a side cannot be read or written.
pub(super) fn give_back(
    context: &Context,
    project: &Project,
    request: &PilotRollbackRequest,
    migration: MigrationRow,
    watch: &dyn Watch,
) -> Result<PilotRolledBack> {
    let held = held(context)?;
    let engine = Engine::new(context, project, migration, watch)?;
    let round = engine.round()?;
    let telling = Engine::telling(&round, &held, &HashSet::new())?;
    let behind = engine.unexplained(&round, &held, &telling)?;
    drop(round);
    let mut lanes = names(&held);
    lanes.retain(|lane| lane != NO_LANE);
    let teller = engine.teller()?;
    let mut done = PilotRolledBack {
        pilot: held.first().map(|held| held.pilot.clone()).unwrap_or_default(),
        lanes,
        reason: request.reason.clone(),
        done: false,
        back: None,
        told: telling
            .tells
            .iter()
            .map(|(_, tell)| teller.command(tell))
            .collect::<std::result::Result<_, _>>()?,
        untold: telling.untold.iter().chain(&telling.partly).cloned().collect(),
        behind: behind.iter().map(ToString::to_string).collect(),
    };
    if request.dry_run {
        return Ok(done);
    }
    if !done.untold.is_empty() && !request.leave_behind {
        let first: Vec<String> = done.untold.iter().take(3).map(ToString::to_string).collect();
        return Err(Refusal::new(
            Reason::Preflight,
            format!("the scripts cannot be told everything: {}", first.join("; ")),
        )
        .hint("`--dry-run` lists all of it; with --leave-behind it stays in the store, and the rest is told")
        .into());
    }
    let _lock = guard::lock(project)?;
    engine.check_marks()?;
    // Nobody writes while the scripts are told.
    let open: Vec<Held> = held.iter().filter(|held| held.holder == Holder::Fairway).cloned().collect();
    if !open.is_empty() {
        turn(context, "pilot pause", &open, Holder::Nobody, &request.reason)?;
    }
    teller.refresh(context.now)?;
    done.told = tell_all(&engine, &held, request.leave_behind, &mut done.untold)?;
    hand_back(context, &engine, &held, request)?;
    restore_targets(context)?;
    done.done = true;
    Ok(done)
}

/// Tells everything that is open, in as many rounds as it takes.
fn tell_all(
    engine: &Engine<'_>,
    held: &[Held],
    leave_behind: bool,
    untold: &mut Vec<Untold>,
) -> Result<Vec<String>> {
    let teller = engine.teller()?;
    let (mut told, mut skipped) = (Vec::new(), HashSet::new());
    for _ in 0..ROUNDS {
        let round = engine.round()?;
        let telling = Engine::telling(&round, held, &skipped)?;
        if telling.tells.is_empty() {
            return Ok(told);
        }
        for (event, tell) in telling.tells.iter().filter(|(event, _)| !skipped.contains(event)) {
            match teller.tell(tell) {
                Ok(()) => told.push(teller.command(tell)?),
                Err(PilotError::Refused { command, said }) if leave_behind => {
                    skipped.insert(*event);
                    untold.push(Untold { what: command, why: said });
                    // What comes after it may be about what they refused.
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Err(PilotError::Restless { rounds: ROUNDS, open: "what is written meanwhile".to_owned() }.into())
}

/// Gives the lanes back, with what the scripts hold and under the numbers that they gave.
fn hand_back(
    context: &Context,
    engine: &Engine<'_>,
    held: &[Held],
    request: &PilotRollbackRequest,
) -> Result<()> {
    let round = engine.round()?;
    let (found, _) = engine.compare(&round)?;
    let lost: Vec<String> = found
        .iter()
        .filter(|difference| held.iter().any(|held| held.lane == difference.lane))
        .filter(|difference| difference.ours_alone)
        .map(ToString::to_string)
        .collect();
    if !lost.is_empty() && !request.leave_behind {
        return Err(PilotError::Mismatch(lost).into());
    }
    let theirs = &round.theirs;
    let mut store = context.open_store()?;
    store.exchange::<_, OpError>("pilot rollback", &context.actor, context.now, Some(&theirs.path), |tx| {
        bring_within(tx, theirs, &[])?;
        // From here on the scripts number them, and the order of the numbers is that of the events.
        renumber_within(tx, &theirs.renumbered)?;
        for one in held {
            tx.hand_lane(&one.lane, Holder::Legacy, &one.pilot, &request.reason)?;
        }
        Ok(())
    })
}
