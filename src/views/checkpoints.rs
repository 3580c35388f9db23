//! Checkpoints: where tracks stand, and which are stale.

use serde::Serialize;

use crate::model::time::to_date;
use crate::model::{Checkpoint, TrackState};
use crate::ui::{Page, Table, View};

/// A checkpoint that was recorded.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct CheckpointRecorded {
    /// Its number.
    pub id: i64,
    /// The track.
    pub track: String,
    /// Where it stands.
    pub state: TrackState,
}

impl View for CheckpointRecorded {
    fn show(&self, page: &mut Page) {
        page.line(format_args!(
            "checkpoint {} recorded for {}: {}",
            self.id,
            self.track,
            self.state.as_str()
        ));
    }
}

/// The latest checkpoint of each track, by name.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Checkpoints {
    /// The checkpoints.
    pub checkpoints: Vec<Checkpoint>,
}

impl View for Checkpoints {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["TRACK", "STATE", "OWNER", "CLOSE BY", "RECORDED", "SUMMARY"]);
        for row in &self.checkpoints {
            table.row([
                Some(&row.track),
                Some(row.state.as_str()),
                row.owner.as_deref(),
                row.target_close_by.as_deref().map(to_date).as_deref(),
                Some(&to_date(&row.created_at)),
                Some(&row.summary),
            ]);
        }
        page.table(table, "(no tracks)");
    }
}

/// A track of which something has to be said.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct StaleTrack {
    /// Where it stood last.
    #[serde(flatten)]
    pub checkpoint: Checkpoint,
    /// Why that is not enough.
    pub why: Vec<String>,
}

/// The open tracks that are stale, by name.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct StaleTracks {
    /// The tracks.
    pub stale: Vec<StaleTrack>,
}

impl View for StaleTracks {
    fn show(&self, page: &mut Page) {
        let mut table = Table::new(["TRACK", "STATE", "OWNER", "CLOSE BY", "RECORDED", "WHY"]).wrapped();
        for StaleTrack { checkpoint: row, why } in &self.stale {
            table.row([
                Some(&row.track),
                Some(row.state.as_str()),
                row.owner.as_deref(),
                row.target_close_by.as_deref().map(to_date).as_deref(),
                Some(&to_date(&row.created_at)),
                Some(&why.join(", ")),
            ]);
        }
        page.table(table, "(no stale tracks)");
    }
}
