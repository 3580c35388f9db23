//! What the reports ask: each a fixed number of queries, whatever the queue's size.

use std::collections::{BTreeMap, HashMap};

use rusqlite::params;

use super::aggregates::get;
use super::{Reader, Result};
use crate::model::task::{BLOCKED, DONE, IN_PROGRESS};

/// How many tasks of a role are in a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCount {
    /// The role.
    pub role: String,
    /// The status.
    pub status: String,
    /// How many.
    pub tasks: i64,
}

/// A task that somebody works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveTask {
    /// Its id.
    pub id: String,
    /// Its role.
    pub role: String,
    /// The label of who works on it.
    pub owner: Option<String>,
    /// Who claimed it.
    pub claimant: Option<String>,
    /// The branch the work happens on.
    pub branch: Option<String>,
    /// When it was claimed; none when it was not.
    pub claimed_at: Option<String>,
    /// Its title.
    pub title: String,
}

/// A task that is blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedTask {
    /// Its id.
    pub id: String,
    /// Its role.
    pub role: String,
    /// Why.
    pub reason: Option<String>,
    /// When it was blocked last; none when the history does not say.
    pub since: Option<String>,
}

/// The time that evidence of a task took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeSpent {
    /// The task.
    pub task: String,
    /// Its role.
    pub role: String,
    /// All durations together.
    pub seconds: i64,
    /// How many rows of evidence name one.
    pub rows: i64,
}

/// The order of the source; what was added by hand comes last, oldest first.
const ORDER: &str = "d.file_order IS NULL, d.file_order, iif(d.file_order IS NULL, d.created_at, ''), d.id";

/// Tasks with their state, narrowed by what follows.
const TASKS: &str = "FROM task_state s
    JOIN task_definitions d ON d.project_id = s.project_id AND d.id = s.task_id
    WHERE s.project_id = ?1";

/// Tasks in the status `?2`. Without statistics SQLite would rather look at every task than at the index.
const TASKS_IN_STATUS: &str = "FROM task_state s INDEXED BY task_state_status
    JOIN task_definitions d ON d.project_id = s.project_id AND d.id = s.task_id
    WHERE s.project_id = ?1 AND s.status = ?2";

impl Reader<'_> {
    /// How many tasks of each role are in each status, by role.
    pub fn status_counts(&self) -> Result<Vec<StatusCount>> {
        // Every task counts, so both tables are read from end to end and joined here. A join in SQL would look each
        // task up in one of them, and sort them all to group them.
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, role FROM task_definitions NOT INDEXED WHERE project_id = ?1")?;
        let rows = statement.query_map([&self.settings.project], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let roles: HashMap<String, String> = rows.collect::<rusqlite::Result<_>>()?;
        let mut statement =
            self.connection.prepare_cached("SELECT task_id, status FROM task_state WHERE project_id = ?1")?;
        let mut rows = statement.query([&self.settings.project])?;
        let mut counts: BTreeMap<&str, BTreeMap<String, i64>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let text = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
            let (task, status) = (text(0)?, text(1)?);
            let Some(role) = roles.get(task) else { continue };
            let of_role = counts.entry(role).or_default();
            if let Some(tasks) = of_role.get_mut(status) {
                *tasks += 1;
            } else {
                of_role.insert(status.to_owned(), 1);
            }
        }
        let flat = counts.into_iter().flat_map(|(role, of_role)| {
            of_role.into_iter().map(|(status, tasks)| StatusCount { role: role.to_owned(), status, tasks })
        });
        Ok(flat.collect())
    }

    /// The tasks in progress, in the order of the source.
    pub fn active_tasks(&self) -> Result<Vec<ActiveTask>> {
        let sql = format!(
            "SELECT d.id, d.role, s.owner, s.claimant, s.branch, s.claimed_at, d.title {TASKS_IN_STATUS}
             ORDER BY {ORDER}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![self.settings.project, IN_PROGRESS], |row| {
            Ok(ActiveTask {
                id: get(row, "id")?,
                role: get(row, "role")?,
                owner: get(row, "owner")?,
                claimant: get(row, "claimant")?,
                branch: get(row, "branch")?,
                claimed_at: get(row, "claimed_at")?,
                title: get(row, "title")?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The blocked tasks, in the order of the source.
    pub fn blocked_tasks(&self) -> Result<Vec<BlockedTask>> {
        let sql = format!(
            "SELECT d.id, d.role, s.blocked_reason,
               (SELECT h.at FROM task_state_history h
                WHERE h.project_id = s.project_id AND h.task_id = s.task_id AND h.to_status = ?2
                ORDER BY h.id DESC LIMIT 1) AS since
             {TASKS_IN_STATUS} ORDER BY {ORDER}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![self.settings.project, BLOCKED], |row| {
            Ok(BlockedTask {
                id: get(row, "id")?,
                role: get(row, "role")?,
                reason: get(row, "blocked_reason")?,
                since: get(row, "since")?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The tasks that left the source, by id.
    pub fn tasks_not_in_source(&self) -> Result<Vec<String>> {
        let sql = "SELECT id FROM task_definitions NOT INDEXED
            WHERE project_id = ?1 AND in_source = 0 ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([&self.settings.project], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many tasks are ready, by role.
    pub fn ready_counts(&self) -> Result<Vec<(String, i64)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT role, COUNT(*) FROM task_definitions
             WHERE project_id = ?1 AND ready = 1 AND in_source = 1 GROUP BY role",
        )?;
        let rows = statement.query_map([&self.settings.project], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many tasks the source has.
    pub fn source_size(&self) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM task_definitions
            WHERE project_id = ?1 AND in_source = 1 AND file_order IS NOT NULL";
        Ok(self.connection.prepare_cached(sql)?.query_row([&self.settings.project], |row| row.get(0))?)
    }

    /// The handoffs that nobody has acknowledged, by number, with the moment of each.
    pub fn open_handoffs(&self) -> Result<Vec<(i64, String)>> {
        let sql = "SELECT id, created_at FROM task_handoffs NOT INDEXED
            WHERE project_id = ?1 AND acknowledged_at IS NULL ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement
            .query_map([&self.settings.project], |row| Ok((get(row, "id")?, get(row, "created_at")?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The tasks whose review is pending and was never routed, in the order of the source.
    pub fn unrouted_reviews(&self) -> Result<Vec<String>> {
        let sql = format!(
            "SELECT d.id {TASKS} AND s.review_status = 'pending' AND NOT EXISTS (
               SELECT 1 FROM task_review_routes r WHERE r.project_id = s.project_id AND r.task_id = s.task_id)
             ORDER BY {ORDER}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([&self.settings.project], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The tasks that are done without evidence of one of these results, in the order of the source.
    pub fn done_without_evidence(&self, accepted: &[String]) -> Result<Vec<String>> {
        let sql = format!(
            "SELECT d.id {TASKS_IN_STATUS} AND NOT EXISTS (
               SELECT 1 FROM task_evidence e
               WHERE e.project_id = s.project_id AND e.task_id = s.task_id
                 AND e.result IN (SELECT value FROM json_each(?3)))
             ORDER BY {ORDER}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let accepted = serde_json::Value::from(accepted.to_vec()).to_string();
        let rows = statement.query_map(params![self.settings.project, DONE, accepted], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The time that evidence took, by task, most first; evidence that names no duration does not count.
    pub fn time_spent(&self) -> Result<Vec<TimeSpent>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT d.id, d.role, e.seconds, e.evidence, d.file_order, d.created_at FROM (
               SELECT task_id, SUM(duration_seconds) AS seconds, COUNT(*) AS evidence FROM task_evidence
               WHERE project_id = ?1 AND duration_seconds IS NOT NULL GROUP BY task_id) e
             JOIN task_definitions d ON d.project_id = ?1 AND d.id = e.task_id",
        )?;
        let rows = statement.query_map([&self.settings.project], |row| {
            let spent =
                TimeSpent { task: row.get(0)?, role: row.get(1)?, seconds: row.get(2)?, rows: row.get(3)? };
            let order: Option<i64> = row.get(4)?;
            let added: Option<String> = if order.is_none() { row.get(5)? } else { None };
            Ok((spent, (order.is_none(), order, added)))
        })?;
        let mut spent: Vec<(TimeSpent, _)> = rows.collect::<rusqlite::Result<_>>()?;
        // Here rather than in SQL, where sorting costs as much as all the rest.
        spent.sort_by(|(a, one), (b, other)| {
            b.seconds.cmp(&a.seconds).then_with(|| one.cmp(other)).then_with(|| a.task.cmp(&b.task))
        });
        Ok(spent.into_iter().map(|(spent, _)| spent).collect())
    }
}
