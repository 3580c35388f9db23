//! Checkpoints of tracks. Rows are only ever added; the latest of a track is where it stands.

use rusqlite::{Row, params};

use super::{column, get};
use crate::model::{Checkpoint, TrackState};
use crate::store::{Reader, Result, Writer};

/// A checkpoint to record; actor and time are the writer's.
#[derive(Debug)]
pub struct NewCheckpoint<'a> {
    /// The track.
    pub track: &'a str,
    /// Where it stands.
    pub state: TrackState,
    /// Who answers for it.
    pub owner: &'a str,
    /// When it is to be closed.
    pub target_close_by: Option<&'a str>,
    /// What there is to say.
    pub summary: &'a str,
    /// A file that shows it.
    pub artifact: Option<&'a str>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Checkpoint> {
    Ok(Checkpoint {
        id: get(row, "id")?,
        track: get(row, "task_id")?,
        state: column(row, "state")?,
        owner: get(row, "owner")?,
        target_close_by: get(row, "target_close_by")?,
        summary: get(row, "summary")?,
        artifact: get(row, "artifact_path")?,
        actor: get(row, "actor")?,
        created_at: get(row, "created_at")?,
    })
}

impl Reader<'_> {
    /// The latest checkpoint of every track, by the track's name.
    pub fn latest_checkpoints(&self) -> Result<Vec<Checkpoint>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM task_checkpoints WHERE id IN (
               SELECT MAX(id) FROM task_checkpoints WHERE project_id = ?1 GROUP BY task_id)
             ORDER BY task_id",
        )?;
        let rows = statement.query_map(params![self.settings.project], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a checkpoint; answers its number.
    pub fn add_checkpoint(&self, row: &NewCheckpoint<'_>) -> Result<i64> {
        self.connection
            .prepare_cached(
                "INSERT INTO task_checkpoints (project_id, task_id, state, owner, target_close_by, summary,
                   artifact_path, actor, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                self.settings.project,
                row.track,
                row.state.as_str(),
                row.owner,
                row.target_close_by,
                row.summary,
                row.artifact,
                self.actor,
                self.at,
            ])?;
        Ok(self.connection.last_insert_rowid())
    }
}
