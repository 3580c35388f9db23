//! Leases that ran out: their tasks are freed by whoever looks next.

use serde_json::json;

use crate::model::task::TODO;
use crate::model::time::display;
use crate::model::{Claim, ClaimEnd, Timestamp};
use crate::ops::{OpError, Result};
use crate::policy::states::after;
use crate::store::{Holder, Reader, Store, StoreError, Writer};

/// What the history and the audit call it, and whom: nobody did it.
const EXPIRY: &str = "lease-expiry";

/// Whether any lease has run out by now. Of lanes that are to be Fairway's, `lanes`, those count that are.
///
/// # Errors
/// When the store fails.
pub(in crate::ops) fn ran_out(store: &Store, now: Timestamp, lanes: bool) -> Result<bool> {
    store.read(|reader| Ok(!due(&reader, &now.to_store(), lanes)?.is_empty()))
}

/// Frees the tasks whose lease ran out, in a transaction of its own. Where somebody else writes for too long, the next
/// caller does it.
///
/// # Errors
/// When the store fails.
pub(in crate::ops) fn expire_now(store: &mut Store, now: Timestamp, lanes: bool) -> Result<()> {
    if !ran_out(store, now, lanes)? {
        return Ok(());
    }
    let freed = store.write(EXPIRY, EXPIRY, now, |tx| {
        if lanes {
            tx.watch_lanes()?;
        }
        free(tx, &due(tx, &tx.at(), lanes)?)?;
        if lanes { Ok(tx.note_lane_events()?) } else { Ok(()) }
    });
    match freed {
        Err(OpError::Store(StoreError::Busy)) => Ok(()),
        other => other,
    }
}

/// Frees the tasks whose lease ran out, as a part of another change.
///
/// # Errors
/// When the store fails.
pub(in crate::ops) fn expire_in(tx: &Writer<'_>, lanes: bool) -> Result<()> {
    let due = due(tx, &tx.at(), lanes)?;
    if due.is_empty() { Ok(()) } else { tx.under_name(EXPIRY, EXPIRY, |tx| free(tx, &due)) }
}

/// The claims whose lease has run out. Where the scripts are still in use, a lane that is theirs again is left to them.
fn due(reader: &Reader<'_>, at: &str, lanes: bool) -> Result<Vec<Claim>> {
    if !reader.leases_ran_out(at)? {
        return Ok(Vec::new());
    }
    let mut due = Vec::new();
    for claim in reader.expired_claims(at)? {
        let Some(task) = reader.task(&claim.task_id)? else { continue };
        if !lanes || reader.lane_holder(&task.definition.role)? == Holder::Fairway {
            due.push(claim);
        }
    }
    Ok(due)
}

fn free(tx: &Writer<'_>, claims: &[Claim]) -> Result<()> {
    for claim in claims {
        let Some(task) = tx.task(&claim.task_id)? else { continue };
        let next = after(&task.state, TODO, None, None, &tx.at());
        tx.transition_by(&task, &next, Some(&why(claim)), ClaimEnd::Expired)?;
    }
    let task = match claims {
        [claim] => Some(claim.task_id.as_str()),
        _ => None,
    };
    let epochs: Vec<i64> = claims.iter().map(|claim| claim.epoch).collect();
    tx.audit(task, Some(json!({ "epochs": epochs })));
    Ok(())
}

fn why(claim: &Claim) -> String {
    let at = claim.expires_at.as_deref().map(display).unwrap_or_default();
    format!("the lease of {} (claim {}) ran out at {at}", claim.claimant, claim.epoch)
}
