//! Who may change the tasks of a lane, and which lanes a change touches.

use std::fmt::Write as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row, params};
use serde::Serialize;

use super::get;
use crate::store::{Reader, Result, Store, Writer};

/// Who may change the tasks of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The scripts.
    Legacy,
    /// Fairway.
    Fairway,
    /// Neither, for the time being.
    Nobody,
}

impl Holder {
    /// The word in the store and for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Fairway => "fairway",
            Self::Nobody => "nobody",
        }
    }
}

impl std::str::FromStr for Holder {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        [Self::Legacy, Self::Fairway, Self::Nobody]
            .into_iter()
            .find(|holder| holder.name() == text)
            .ok_or_else(|| "expected legacy, fairway or nobody".to_owned())
    }
}

/// A lane that changed hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LaneAuthority {
    /// The name of a role.
    pub lane: String,
    /// How often it has changed hands, this time included.
    pub epoch: i64,
    /// Who may change its tasks.
    pub holder: Holder,
    /// The pilot under which it changed hands.
    pub pilot: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: String,
    /// Who decided it.
    pub by: String,
}

/// Columns that follow from other tasks: a change of them is no change of the task.
const DERIVED: [&str; 2] = ["unmet_dependencies", "ready"];

impl Reader<'_> {
    /// Who holds each lane that ever changed hands, by its name.
    pub fn lane_authorities(&self) -> Result<Vec<LaneAuthority>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM lane_authorities a WHERE project_id = ?1 AND epoch = (
               SELECT MAX(epoch) FROM lane_authorities b WHERE b.project_id = a.project_id AND b.lane = a.lane)
             ORDER BY lane",
        )?;
        let rows = statement.query_map([&self.settings.project], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every change of hands, in order.
    pub fn lane_history(&self) -> Result<Vec<LaneAuthority>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM lane_authorities WHERE project_id = ?1 ORDER BY since, lane, epoch",
        )?;
        let rows = statement.query_map([&self.settings.project], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Who holds a lane.
    pub fn lane_holder(&self, lane: &str) -> Result<Holder> {
        let mut statement = self.connection.prepare_cached(
            "SELECT holder FROM lane_authorities WHERE project_id = ?1 AND lane = ?2 ORDER BY epoch DESC LIMIT 1",
        )?;
        let mut rows = statement
            .query_map(params![self.settings.project, lane], |row| super::column::<Holder>(row, "holder"))?;
        Ok(rows.next().transpose()?.unwrap_or(Holder::Legacy))
    }

    /// The lanes whose tasks or sessions this transaction changed, once [`Writer::watch_lanes`] was called.
    pub fn touched_lanes(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT DISTINCT lane FROM temp.touched_lanes WHERE lane IS NOT NULL ORDER BY lane",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Store {
    /// Whether any lane of any project in the store at `path` is not the scripts'. This much is asked before every call of
    /// theirs: the store is not opened any further than for this. Where there is no store, or one that cannot be asked, no
    /// lane ever changed hands that anybody could tell.
    pub fn any_lane_handed(path: &Path) -> bool {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let ask = || -> rusqlite::Result<bool> {
            Connection::open_with_flags(path, flags)?.query_row(
                "SELECT EXISTS (SELECT 1 FROM lane_authorities a WHERE holder <> 'legacy' AND epoch = (
                   SELECT MAX(epoch) FROM lane_authorities b WHERE b.project_id = a.project_id AND b.lane = a.lane))",
                [],
                |row| row.get(0),
            )
        };
        path.exists() && ask().unwrap_or(false)
    }
}

impl Reader<'_> {
    /// Whether there are lanes, and each of them is Fairway's.
    pub fn holds_all<'l>(&self, lanes: impl IntoIterator<Item = &'l str>) -> Result<bool> {
        let mut any = false;
        for lane in lanes {
            if self.lane_holder(lane)? != Holder::Fairway {
                return Ok(false);
            }
            any = true;
        }
        Ok(any)
    }
}

impl Writer<'_> {
    /// Gives a lane to another holder.
    pub fn hand_lane(&self, lane: &str, holder: Holder, pilot: &str, reason: &str) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO lane_authorities (project_id, lane, epoch, holder, pilot, reason, since, by)
                 SELECT ?1, ?2, COALESCE(MAX(epoch), 0) + 1, ?3, ?4, ?5, ?6, ?7
                 FROM lane_authorities WHERE project_id = ?1 AND lane = ?2",
            )?
            .execute(params![
                self.settings.project,
                lane,
                holder.name(),
                pilot,
                reason,
                self.at,
                self.actor
            ])?;
        Ok(())
    }
}

impl Writer<'_> {
    /// Notes from now on, on this connection, whose tasks and sessions are changed: whatever a verb writes, and in whatever
    /// table, the lane that it belongs to is known before it is committed. What belongs to no task has no lane, which is `""`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn watch_lanes(&self) -> Result<()> {
        let mut script = String::from(
            "CREATE TEMP TABLE IF NOT EXISTS touched_lanes (lane TEXT, source_table TEXT, row_key TEXT, change TEXT);",
        );
        let of_task = |row: &str| {
            format!(
                "COALESCE((SELECT role FROM task_definitions
                   WHERE project_id = {row}.project_id AND id = {row}.task_id), '')"
            )
        };
        for (table, columns) in self.tables()? {
            let has = |name: &str| columns.iter().any(|column| column == name);
            let lane = |row: &str| {
                if has("role") {
                    Some(format!("{row}.role"))
                } else if has("task_id") && table != "audit_events" {
                    Some(of_task(row))
                } else {
                    None
                }
            };
            let (Some(new), Some(old)) = (lane("NEW"), lane("OLD")) else { continue };
            let own: Vec<&str> =
                columns.iter().map(String::as_str).filter(|column| !DERIVED.contains(column)).collect();
            let own = own.join(", ");
            let key = |row: &str| if has("id") { format!("{row}.id") } else { "NULL".to_owned() };
            let noted = |lane: &str, row: &str, change: &str| {
                format!("SELECT {lane}, '{table}', {}, '{change}'", key(row))
            };
            for (name, event, body) in [
                ("new", "INSERT".to_owned(), noted(&new, "NEW", "new")),
                ("gone", "DELETE".to_owned(), noted(&old, "OLD", "gone")),
                (
                    "changed",
                    format!("UPDATE OF {own}"),
                    format!("{} UNION {}", noted(&new, "NEW", "changed"), noted(&old, "NEW", "changed")),
                ),
            ] {
                let _ = write!(
                    script,
                    "CREATE TEMP TRIGGER IF NOT EXISTS lane_of_{table}_{name} AFTER {event} ON main.{table}
                     BEGIN INSERT INTO touched_lanes {body}; END;"
                );
            }
        }
        self.connection.execute_batch(&script)?;
        Ok(())
    }

    /// The tables with their columns.
    fn tables(&self) -> Result<Vec<(String, Vec<String>)>> {
        let mut statement = self.connection.prepare(
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut tables: Vec<(String, Vec<String>)> = Vec::new();
        for row in rows {
            let (table, column): (String, String) = row?;
            match tables.last_mut().filter(|(name, _)| *name == table) {
                Some((_, columns)) => columns.push(column),
                None => tables.push((table, vec![column])),
            }
        }
        Ok(tables)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<LaneAuthority> {
    Ok(LaneAuthority {
        lane: get(row, "lane")?,
        epoch: get(row, "epoch")?,
        holder: super::column(row, "holder")?,
        pilot: get(row, "pilot")?,
        reason: get(row, "reason")?,
        since: get(row, "since")?,
        by: get(row, "by")?,
    })
}
