//! What the reports ask: each a fixed number of queries, whatever the queue's size.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Row, params};

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

/// How many tasks there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// By role, then by status.
    pub by_role: Vec<StatusCount>,
    /// The tasks that left the source, by id.
    pub not_in_source: Vec<String>,
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
    /// How many tasks of each role are in each status, and which tasks left the source.
    pub fn task_counts(&self) -> Result<TaskCounts> {
        // Every task counts, so both tables are read from end to end, each once, and joined here. A join in SQL would
        // look each task up in one of them, and sort them all to group them.
        let mut found = TaskCounts::default();
        let mut roles: Vec<(String, BTreeMap<String, i64>)> = Vec::new();
        let mut role_of: HashMap<String, usize> = HashMap::new();
        let mut statement = self.connection.prepare_cached(
            "SELECT id, role, in_source FROM task_definitions NOT INDEXED WHERE project_id = ?1",
        )?;
        let mut rows = statement.query([&self.settings.project])?;
        while let Some(row) = rows.next()? {
            let (task, role) = (text(row, 0)?, text(row, 1)?);
            let place = roles.iter().position(|(known, _)| known == role).unwrap_or_else(|| {
                roles.push((role.to_owned(), BTreeMap::new()));
                roles.len() - 1
            });
            role_of.insert(task.to_owned(), place);
            if !row.get::<_, bool>(2)? {
                found.not_in_source.push(task.to_owned());
            }
        }
        let mut statement =
            self.connection.prepare_cached("SELECT task_id, status FROM task_state WHERE project_id = ?1")?;
        let mut rows = statement.query([&self.settings.project])?;
        while let Some(row) = rows.next()? {
            let (task, status) = (text(row, 0)?, text(row, 1)?);
            let Some(&place) = role_of.get(task) else { continue };
            let counts = &mut roles[place].1;
            if let Some(tasks) = counts.get_mut(status) {
                *tasks += 1;
            } else {
                counts.insert(status.to_owned(), 1);
            }
        }
        roles.sort();
        found.by_role = roles
            .into_iter()
            .flat_map(|(role, counts)| {
                counts.into_iter().map(move |(status, tasks)| StatusCount {
                    role: role.clone(),
                    status,
                    tasks,
                })
            })
            .collect();
        found.not_in_source.sort();
        Ok(found)
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
        let mut by_task = self.seconds_by_task()?;
        let mut statement = self.connection.prepare_cached(
            "SELECT id, role, file_order, created_at FROM task_definitions NOT INDEXED WHERE project_id = ?1",
        )?;
        let mut rows = statement.query([&self.settings.project])?;
        let mut spent = Vec::with_capacity(by_task.len());
        while let Some(row) = rows.next()? {
            let Some((task, (seconds, rows))) = by_task.remove_entry(text(row, 0)?) else { continue };
            let order: Option<i64> = row.get(2)?;
            let added: Option<String> = if order.is_none() { row.get(3)? } else { None };
            spent.push((
                TimeSpent { task, role: row.get(1)?, seconds, rows },
                (order.is_none(), order, added),
            ));
        }
        // Here rather than in SQL, where sorting costs as much as all the rest.
        spent.sort_by(|(a, one), (b, other)| {
            b.seconds.cmp(&a.seconds).then_with(|| one.cmp(other)).then_with(|| a.task.cmp(&b.task))
        });
        Ok(spent.into_iter().map(|(spent, _)| spent).collect())
    }

    /// Of each task with evidence that names a duration, all of these together, and how many there are.
    fn seconds_by_task(&self) -> Result<HashMap<String, (i64, i64)>> {
        // In the order of the rows: an index would only make SQLite fetch each of them by itself.
        let mut statement = self.connection.prepare_cached(
            "SELECT task_id, duration_seconds FROM task_evidence NOT INDEXED
             WHERE project_id = ?1 AND duration_seconds IS NOT NULL",
        )?;
        let mut rows = statement.query([&self.settings.project])?;
        let mut by_task: HashMap<String, (i64, i64)> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (task, seconds) = (text(row, 0)?, row.get::<_, i64>(1)?);
            let (sum, count) = match by_task.get_mut(task) {
                Some(known) => known,
                None => by_task.entry(task.to_owned()).or_default(),
            };
            // As SQLite's own SUM, which refuses what it cannot hold.
            let held = sum.checked_add(seconds);
            *sum = held.ok_or(rusqlite::Error::IntegralValueOutOfRange(1, seconds))?;
            *count += 1;
        }
        Ok(by_task)
    }
}

/// A column of text, where it stands.
fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str> {
    Ok(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)
}
