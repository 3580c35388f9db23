//! When a track is open, and when it is stale.

use jiff::SignedDuration;

use crate::model::{Checkpoint, Timestamp, TrackState};

/// What makes a checkpoint too old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Age {
    /// It is older than this.
    Over {
        /// The age.
        span: SignedDuration,
        /// The age as it is written.
        text: String,
    },
    /// It was recorded before this moment.
    Before(Timestamp),
}

/// Whether a track in this state still needs somebody.
pub fn is_open(state: TrackState) -> bool {
    match state {
        TrackState::Planned | TrackState::Active | TrackState::AwaitingInput | TrackState::Review => true,
        TrackState::Done | TrackState::Parked | TrackState::Abandoned => false,
    }
}

/// Why a track with this latest checkpoint is stale; nothing when it is not. A whole second has to have passed: what
/// is due at this very moment is not late.
pub fn stale(latest: &Checkpoint, now: Timestamp, age: &Age) -> Vec<String> {
    if !is_open(latest.state) {
        return Vec::new();
    }
    let since = |text: &str| Timestamp::parse(text).map(|then| now.seconds_since(then));
    let mut why = Vec::new();
    if latest.target_close_by.as_deref().and_then(since).is_some_and(|late| late > 0) {
        why.push("past target".to_owned());
    }
    match age {
        Age::Over { span, text } => {
            if since(&latest.created_at).is_some_and(|seconds| seconds > span.as_secs()) {
                why.push(format!("older than {text}"));
            }
        }
        Age::Before(moment) => {
            if Timestamp::parse(&latest.created_at).is_some_and(|then| then < *moment) {
                why.push(format!("recorded before {}", moment.to_seconds()));
            }
        }
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(state: TrackState, target: Option<&str>, at: &str) -> Checkpoint {
        Checkpoint {
            id: 1,
            track: "billing".to_owned(),
            state,
            owner: None,
            target_close_by: target.map(str::to_owned),
            summary: "s".to_owned(),
            artifact: None,
            actor: "a".to_owned(),
            created_at: at.to_owned(),
        }
    }

    fn why(latest: &Checkpoint, now: &str) -> Vec<String> {
        let age = Age::Over { span: SignedDuration::from_hours(24), text: "24h".to_owned() };
        stale(latest, Timestamp::parse(now).unwrap(), &age)
    }

    #[test]
    fn exactly_on_time_is_not_late() {
        let latest =
            checkpoint(TrackState::Active, Some("2026-02-28T00:00:00.000Z"), "2026-02-27T00:00:00.000Z");
        assert!(why(&latest, "2026-02-28T00:00:00Z").is_empty());
        assert_eq!(why(&latest, "2026-02-28T00:00:01Z"), ["past target", "older than 24h"]);
    }

    #[test]
    fn a_closed_track_is_never_stale() {
        for state in [TrackState::Done, TrackState::Parked, TrackState::Abandoned] {
            let latest = checkpoint(state, Some("2020-01-01"), "2020-01-01T00:00:00.000Z");
            assert!(why(&latest, "2026-02-28T00:00:00Z").is_empty());
        }
    }

    #[test]
    fn a_target_that_is_no_time_is_never_past() {
        let latest = checkpoint(TrackState::Review, Some("next week"), "2026-02-27T23:00:00.000Z");
        assert!(why(&latest, "2026-02-28T00:00:00Z").is_empty());
    }

    #[test]
    fn a_moment_stands_in_for_the_age() {
        let latest = checkpoint(TrackState::Planned, None, "2026-02-27T00:00:00.000Z");
        let now = Timestamp::parse("2026-02-27T00:00:05Z").unwrap();
        let before = |text| stale(&latest, now, &Age::Before(Timestamp::parse(text).unwrap()));
        assert!(before("2026-02-27").is_empty());
        assert_eq!(before("2026-02-27T00:00:01Z"), ["recorded before 2026-02-27T00:00:01Z"]);
    }
}
