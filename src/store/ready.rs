//! The ready queue, in its order, and why a task is not in it.

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use super::aggregates::definitions::{self, DefinitionRow};
use super::{Reader, Result, StoreError};
use crate::model::{Definition, task};

/// Which ready tasks are asked for.
#[derive(Debug, Clone, Default)]
pub struct ReadyFilter {
    /// Of this role.
    pub role: Option<String>,
    /// Below this task, at any depth.
    pub within: Option<String>,
    /// Of this priority.
    pub priority: Option<i64>,
    /// At most so many.
    pub limit: Option<u64>,
}

/// A task in `todo` that is not ready, with what it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotReady {
    /// The task.
    pub id: String,
    /// Its role.
    pub role: String,
    /// Its status.
    pub status: String,
    /// Whether the source still has it.
    pub in_source: bool,
    /// Who holds it.
    pub claimant: Option<String>,
    /// Why it is blocked.
    pub blocked_reason: Option<String>,
    /// The dependencies that are unmet, with the state each is in.
    pub open: Vec<(String, String)>,
}

/// Priority, then sequence, then the order of the file, then creation; unset sorts last.
pub(super) const ORDER: &str =
    "d.priority IS NULL, d.priority, d.sequence IS NULL, d.sequence, d.file_order IS NULL,
    d.file_order, d.created_at, d.id";

const WITHIN: &str = " AND d.id IN (
    WITH RECURSIVE below(id) AS (
      SELECT id FROM task_definitions WHERE project_id = ? AND parent_id = ?
      UNION SELECT c.id FROM task_definitions c JOIN below b ON c.project_id = ? AND c.parent_id = b.id)
    SELECT id FROM below)";

impl ReadyFilter {
    fn narrow(&self, project: &str, sql: &mut String, values: &mut Vec<Sql>) {
        if let Some(role) = &self.role {
            sql.push_str(" AND d.role = ?");
            values.push(Sql::Text(role.clone()));
        }
        if let Some(priority) = self.priority {
            sql.push_str(" AND d.priority = ?");
            values.push(Sql::Integer(priority));
        }
        if let Some(within) = &self.within {
            sql.push_str(WITHIN);
            for text in [project, within, project] {
                values.push(Sql::Text(text.to_owned()));
            }
        }
    }

    fn cut(&self, sql: &mut String, values: &mut Vec<Sql>) {
        if let Some(limit) = self.limit {
            sql.push_str(" LIMIT ?");
            values.push(Sql::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        }
    }
}

impl Reader<'_> {
    /// The tasks that can be claimed now, in the order in which to claim them.
    pub fn ready(&self, filter: &ReadyFilter) -> Result<Vec<Definition>> {
        let mut sql =
            format!("{} WHERE d.project_id = ? AND d.ready = 1 AND d.in_source = 1", definitions::SELECT);
        let mut values = vec![Sql::Text(self.settings.project.clone())];
        filter.narrow(&self.settings.project, &mut sql, &mut values);
        sql.push_str(" ORDER BY ");
        sql.push_str(ORDER);
        filter.cut(&mut sql, &mut values);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), DefinitionRow::read)?;
        rows.map(|row| row?.complete()).collect()
    }

    /// The tasks that are neither ready nor in a terminal state, in the ready queue's order.
    pub fn not_ready(&self, filter: &ReadyFilter) -> Result<Vec<NotReady>> {
        let mut sql = "SELECT d.id, d.role, s.status, d.in_source, s.claimant, s.blocked_reason,
              (SELECT json_group_array(json_array(x.depends_on, y.status) ORDER BY x.position)
               FROM task_dependencies x
               JOIN task_state y ON y.project_id = x.project_id AND y.task_id = x.depends_on
               WHERE s.unmet_dependencies > 0 AND x.project_id = d.project_id AND x.task_id = d.id)
            FROM task_definitions d JOIN task_state s ON s.project_id = d.project_id AND s.task_id = d.id
            WHERE d.project_id = ? AND NOT (d.ready = 1 AND d.in_source = 1)"
            .to_owned();
        let mut values = vec![Sql::Text(self.settings.project.clone())];
        filter.narrow(&self.settings.project, &mut sql, &mut values);
        sql.push_str(" ORDER BY s.status <> '");
        sql.push_str(task::TODO);
        sql.push_str("', ");
        sql.push_str(ORDER);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), |row| {
            let task = NotReady {
                id: row.get(0)?,
                role: row.get(1)?,
                status: row.get(2)?,
                in_source: row.get(3)?,
                claimant: row.get(4)?,
                blocked_reason: row.get(5)?,
                open: Vec::new(),
            };
            Ok((task, row.get::<_, String>(6)?))
        })?;
        let mut waiting = Vec::new();
        for row in rows {
            let (mut task, dependencies) = row?;
            if !self.is_terminal(&task.status) {
                task.open = self.open_of(&task.id, &dependencies)?;
                waiting.push(task);
            }
        }
        Ok(waiting)
    }

    /// Of a task's dependencies, as a JSON list of pairs, those that are unmet.
    fn open_of(&self, id: &str, dependencies: &str) -> Result<Vec<(String, String)>> {
        let pairs: Vec<(String, String)> =
            serde_json::from_str(dependencies).map_err(|_| StoreError::BadValue {
                table: "task_dependencies",
                column: "depends_on",
                row: id.to_owned(),
                value: dependencies.to_owned(),
                expected: "ids with their states",
            })?;
        Ok(pairs.into_iter().filter(|(_, status)| !self.is_terminal(status)).collect())
    }
}
