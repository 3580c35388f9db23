//! What is wrong with a queue at a moment: work that has taken too long, and records that are missing.

use crate::model::Timestamp;

const HOUR: i64 = 3600;
/// A task in progress for longer is asked about.
pub const ACTIVE_TOO_LONG: i64 = 2 * HOUR;
/// A task blocked for longer is escalated.
pub const BLOCKED_TOO_LONG: i64 = 24 * HOUR;
/// A handoff unacknowledged for longer is overdue.
pub const HANDOFF_OVERDUE: i64 = HOUR;

/// What was found in the store, in the order of reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// Tasks in progress, and when each was claimed.
    pub active: Vec<(String, Option<String>)>,
    /// Blocked tasks, and since when.
    pub blocked: Vec<(String, Option<String>)>,
    /// Handoffs that nobody has acknowledged, and when each was made.
    pub handoffs: Vec<(i64, String)>,
    /// Tasks whose review is pending and was never routed.
    pub unrouted: Vec<String>,
    /// Tasks that are done without accepted evidence.
    pub unproven: Vec<String>,
}

/// What is wrong, each with those it concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Tasks in progress; no fault.
    pub in_progress: Vec<String>,
    /// Tasks in progress for more than two hours.
    pub in_progress_over_2h: Vec<String>,
    /// Tasks blocked for more than a day.
    pub blocked_over_24h: Vec<String>,
    /// Handoffs that nobody has acknowledged; no fault.
    pub handoffs_unacknowledged: Vec<i64>,
    /// Handoffs that nobody has acknowledged for more than an hour.
    pub handoffs_unacknowledged_over_1h: Vec<i64>,
    /// Tasks whose review is pending and was never routed.
    pub reviews_pending_unrouted: Vec<String>,
    /// Tasks that are done without accepted evidence.
    pub done_without_evidence: Vec<String>,
}

/// Judges what was found. A limit that is just reached is not passed.
pub fn judge(found: Observed, now: Timestamp) -> Health {
    let overdue = found.handoffs.iter().filter(|(_, at)| older(Some(at), now, HANDOFF_OVERDUE));
    Health {
        in_progress_over_2h: too_long(&found.active, now, ACTIVE_TOO_LONG),
        blocked_over_24h: too_long(&found.blocked, now, BLOCKED_TOO_LONG),
        handoffs_unacknowledged_over_1h: overdue.map(|(id, _)| *id).collect(),
        handoffs_unacknowledged: found.handoffs.iter().map(|(id, _)| *id).collect(),
        in_progress: found.active.into_iter().map(|(id, _)| id).collect(),
        reviews_pending_unrouted: found.unrouted,
        done_without_evidence: found.unproven,
    }
}

fn too_long(tasks: &[(String, Option<String>)], now: Timestamp, limit: i64) -> Vec<String> {
    tasks.iter().filter(|(_, since)| older(since.as_deref(), now, limit)).map(|(id, _)| id.clone()).collect()
}

/// Whether a stored time is more than so many seconds ago; a text that is no time is never old.
pub fn older(at: Option<&str>, now: Timestamp, seconds: i64) -> bool {
    at.and_then(Timestamp::parse).is_some_and(|at| now.seconds_since(at) > seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_passed_a_second_after_it_is_reached() {
        let found = Observed {
            active: vec![
                ("AT".to_owned(), Some("2026-02-27T14:00:00.000Z".to_owned())),
                ("OVER".to_owned(), Some("2026-02-27T13:59:59.999Z".to_owned())),
                ("NEVER".to_owned(), None),
                ("ODD".to_owned(), Some("some day".to_owned())),
            ],
            handoffs: vec![
                (1, "2026-02-27T14:59:59.000Z".to_owned()),
                (2, "2026-02-27T15:00:00.000Z".to_owned()),
            ],
            ..Observed::default()
        };
        let health = judge(found, Timestamp::parse("2026-02-27T16:00:00Z").unwrap());
        assert_eq!(health.in_progress.len(), 4);
        assert_eq!(health.in_progress_over_2h, ["OVER"]);
        assert_eq!(health.handoffs_unacknowledged_over_1h, [1]);
    }
}
