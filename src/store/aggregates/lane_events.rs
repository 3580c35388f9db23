//! What was written in lanes that are Fairway's while scripts are in use: row by row, in the order in which it happened.

use rusqlite::{Row, params};
use serde_json::Value;

use super::get;
use crate::store::{Reader, Result, Writer};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaneChange {
    /// It was added.
    New,
    /// It was changed.
    Changed,
    /// It was taken away.
    Gone,
}

impl std::str::FromStr for LaneChange {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "new" => Ok(Self::New),
            "changed" => Ok(Self::Changed),
            "gone" => Ok(Self::Gone),
            _ => Err("expected new, changed or gone".to_owned()),
        }
    }
}

/// A row that a call wrote in a lane.
#[derive(Debug, Clone)]
pub struct LaneEvent {
    /// Its number; they are in the order in which it happened, and none is given twice.
    pub id: i64,
    /// The number of the first event of the same call.
    pub call: i64,
    /// The lane.
    pub lane: String,
    /// The pilot under which the lane was Fairway's.
    pub pilot: String,
    /// The store's table.
    pub table: String,
    /// The row's id.
    pub key: String,
    /// What became of it.
    pub change: LaneChange,
    /// What the audit says of the call.
    pub detail: Value,
    /// When.
    pub at: String,
}

/// The tables of which something is noted.
const NOTED: &str =
    "('task_definitions', 'task_state_history', 'task_handoffs', 'task_evidence', 'task_reviews',
  'task_review_routes', 'agent_sessions', 'task_watchers', 'task_checkpoints')";

impl Reader<'_> {
    /// Everything that was noted, in its order.
    pub fn lane_events(&self) -> Result<Vec<LaneEvent>> {
        let mut statement =
            self.connection.prepare_cached("SELECT * FROM lane_events WHERE project_id = ?1 ORDER BY id")?;
        let rows = statement.query_map([&self.settings.project], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A row of one of the store's tables that is told apart by its `id`, by column. `table` is a table's name.
    pub fn row_of(&self, table: &str, id: &str) -> Result<Option<Value>> {
        let sql = format!("SELECT * FROM {table} WHERE project_id = ?1 AND id = ?2");
        Ok(self.rows(&sql, params![self.settings.project, id])?.pop())
    }

    /// For whom a task was claimed with a transition; nothing when the transition did not begin a claim.
    pub fn claimed_with(&self, transition: i64) -> Result<Option<String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT claimant FROM task_claims WHERE project_id = ?1 AND began_with = ?2")?;
        let mut rows = statement.query_map(params![self.settings.project, transition], |row| row.get(0))?;
        Ok(rows.next().transpose()?)
    }
}

impl Writer<'_> {
    /// Notes what this transaction wrote in lanes that are Fairway's, once [`Writer::watch_lanes`] was called.
    pub fn note_lane_events(&self) -> Result<()> {
        let call: i64 = self.connection.query_row(
            "SELECT MAX(COALESCE((SELECT MAX(id) FROM lane_events), 0),
                        COALESCE((SELECT seq FROM main.sqlite_sequence WHERE name = 'lane_events'), 0)) + 1",
            [],
            |row| row.get(0),
        )?;
        let sql = format!(
            "INSERT INTO lane_events (project_id, call, lane, pilot, source_table, row_key, change, detail, at)
             SELECT ?1, ?2, t.lane, a.pilot, t.source_table, t.row_key, t.change, ?3, ?4
             FROM temp.touched_lanes t
             JOIN lane_authorities a ON a.project_id = ?1 AND a.lane = t.lane AND a.holder = 'fairway'
               AND a.epoch = (SELECT MAX(epoch) FROM lane_authorities WHERE project_id = ?1 AND lane = t.lane)
             WHERE t.row_key IS NOT NULL AND t.source_table IN {NOTED}
             ORDER BY t.rowid"
        );
        let detail = self.audit_detail().map(|detail| detail.to_string());
        self.connection.prepare_cached(&sql)?.execute(params![
            self.settings.project,
            call,
            detail,
            self.at
        ])?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<LaneEvent> {
    let detail: Option<String> = get(row, "detail")?;
    Ok(LaneEvent {
        id: get(row, "id")?,
        call: get(row, "call")?,
        lane: get(row, "lane")?,
        pilot: get(row, "pilot")?,
        table: get(row, "source_table")?,
        key: get(row, "row_key")?,
        change: super::column(row, "change")?,
        detail: detail.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        at: get(row, "at")?,
    })
}
