//! Marking sessions that have fallen silent as stale.

use serde_json::json;

use super::{Context, Result};
use crate::model::time::display;
use crate::views::Pruned;

/// Marks the live sessions of which nothing was heard for longer than `[sessions] stale_after`, or says which ones it
/// would mark. Nothing is deleted, and no task moves.
///
/// # Errors
/// When the store fails.
pub fn prune_stale(context: &Context, dry_run: bool) -> Result<Pruned> {
    let stale_after = context.config.sessions.stale_after;
    let since = context.now.before(stale_after.duration()).to_store();
    let mut sessions = context.read(|reader| Ok(reader.silent_sessions(&since)?))?;
    if !dry_run && !sessions.is_empty() {
        sessions = context.write("prune-stale", |tx| {
            let silent = tx.silent_sessions(&since)?;
            for session in &silent {
                let heard = display(&session.last_heartbeat_at);
                tx.mark_stale(&session.session, &format!("no heartbeat since {heard}"))?;
            }
            tx.audit(None, Some(json!({ "stale": silent.len() })));
            Ok(silent)
        })?;
    }
    Ok(Pruned { applied: !dry_run, stale_after: stale_after.to_string(), sessions })
}
