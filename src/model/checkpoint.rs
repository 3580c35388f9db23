//! Checkpoints: where a track of work stands, said again from time to time.

use serde::Serialize;

use super::records::text_enum;

text_enum! {
    /// Where a track stands.
    TrackState {
        /// It will be worked on.
        Planned => "planned",
        /// It is worked on.
        Active => "active",
        /// Somebody has to say something.
        AwaitingInput => "awaiting_input",
        /// Somebody looks at it.
        Review => "review",
        /// It is finished.
        Done => "done",
        /// It waits for better times.
        Parked => "parked",
        /// It was given up.
        Abandoned => "abandoned",
    }
}

/// Where a track stood at one moment. The latest of a track is where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Checkpoint {
    /// Counts up, never reused.
    pub id: i64,
    /// The track: a task's id or any other name.
    pub track: String,
    /// Where it stands.
    pub state: TrackState,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it is to be closed, as it was given.
    pub target_close_by: Option<String>,
    /// What there is to say.
    pub summary: String,
    /// A file that shows it.
    pub artifact: Option<String>,
    /// Who recorded it.
    pub actor: String,
    /// When.
    pub created_at: String,
}
