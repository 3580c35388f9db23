//! Saying that a session is still at work: it was heard of, and its leases begin anew.

use serde_json::json;

use super::SessionKey;
use crate::model::SessionStatus;
use crate::ops::{Context, Result};
use crate::policy::sessions;
use crate::views::{HeartBeaten, LeaseRenewed};

/// Records that a session was heard of, and renews the leases that it holds. A session that counted as stale runs again.
///
/// # Errors
/// A refusal of class `usage`, `not-found`, or `terminal` for a session that is over.
pub fn heartbeat(context: &Context, key: &SessionKey) -> Result<HeartBeaten> {
    let id = key.resolve()?;
    context.write("session heartbeat", |tx| {
        let mut session = super::known(tx, &id)?;
        sessions::may_beat(&session)?;
        if session.status == SessionStatus::Stale {
            session.status = SessionStatus::Running;
            session.end_reason = None;
        }
        // Clocks differ, and a heartbeat never takes another one back.
        session.last_heartbeat_at = session.last_heartbeat_at.max(tx.at());
        tx.save_session(&session)?;
        let leases: Vec<LeaseRenewed> =
            tx.renew_leases(&id)?.into_iter().filter_map(LeaseRenewed::of).collect();
        let epochs: Vec<i64> = leases.iter().map(|lease| lease.epoch).collect();
        tx.audit(session.task_id.as_deref(), Some(json!({ "session": id, "epochs": epochs })));
        Ok(HeartBeaten {
            session: id.clone(),
            status: session.status,
            heard_at: session.last_heartbeat_at,
            leases,
        })
    })
}
