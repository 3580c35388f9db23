//! Very many tasks at once, into a store that has none.
//!
//! What SQLite would keep up with every row is made once, when all rows are there: the indexes that are no keys, and
//! the mark of what is ready, which the rows bring along. It all happens in the caller's transaction: when anything
//! fails, the store is as it was. Keys, foreign keys and checks hold for every row, as ever.

mod rows;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement, params_from_iter};

use super::{DefinitionFacts, Result, StoreError, Writer};
use crate::model::task::{ReviewStatus, TaskState};
pub use rows::ImportedRows;

/// How many rows one statement writes. What a statement changes is noted down first, so that it can fail alone: longer ones note
/// down less.
const ROWS: usize = 64;

/// The tables that are filled.
const TABLES: &str = "'task_definitions', 'task_dependencies', 'task_state', 'task_state_history'";

/// The trigger whose work the rows bring along; all others stay in force.
const READY_TRIGGER: &str = "task_state_arrives";

/// An index or a trigger, and how it is made.
struct Object {
    kind: String,
    name: String,
    sql: String,
}

/// The state in which a task arrives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StateFacts<'a> {
    /// The task.
    pub id: &'a str,
    /// One of the configured states.
    pub status: &'a str,
    /// How many dependencies are not met.
    pub unmet: usize,
    /// The owner label.
    pub owner: Option<&'a str>,
    /// The branch of the work.
    pub branch: Option<&'a str>,
    /// The commit as given.
    pub commit_sha: Option<&'a str>,
    /// In the store's form when it is a time.
    pub completed_at: Option<&'a str>,
    /// Who claimed it.
    pub claimant: Option<&'a str>,
    /// When it was claimed.
    pub claimed_at: Option<&'a str>,
    /// Why it is blocked.
    pub blocked_reason: Option<&'a str>,
    /// The last word on its review; none where nobody asked for one.
    pub review_status: ReviewStatus,
    /// When the state last changed; without it, now.
    pub updated_at: Option<&'a str>,
}

impl<'a> StateFacts<'a> {
    /// A state that is known in full.
    pub fn of(id: &'a str, state: &'a TaskState, unmet: usize) -> Self {
        Self {
            id,
            status: &state.status,
            unmet,
            owner: state.owner.as_deref(),
            branch: state.branch.as_deref(),
            commit_sha: state.commit_sha.as_deref(),
            completed_at: state.completed_at.as_deref(),
            claimant: state.claimant.as_deref(),
            claimed_at: state.claimed_at.as_deref(),
            blocked_reason: state.blocked_reason.as_deref(),
            review_status: state.review_status,
            updated_at: Some(&state.updated_at),
        }
    }
}

impl Writer<'_> {
    /// Lets `body` write the rows of tasks that arrive, with the `many_` methods. While it does, nothing but the rows
    /// themselves is kept up, if the store has no tasks yet; otherwise everything is.
    ///
    /// # Errors
    /// What `body` answers, or a failure of the database.
    pub fn in_bulk<T, E: From<StoreError>>(
        &self,
        body: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let answer = self.aside(&self.marks_and_indexes()?, body)?;
        if cfg!(debug_assertions) {
            self.check_marks()?;
        }
        Ok(answer)
    }

    /// Lets `body` write very many rows into a table that has none. Its indexes, but for those that are keys, are made once all
    /// rows are there.
    ///
    /// # Errors
    /// What `body` answers, or a failure of the database.
    pub fn without_indexes<T, E: From<StoreError>>(
        &self,
        table: &str,
        body: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let has_rows = format!("SELECT 1 FROM {table}");
        let has_rows = self.connection.prepare(&has_rows).and_then(|mut statement| statement.exists([]));
        let found = if has_rows.map_err(StoreError::from)? {
            Vec::new()
        } else {
            self.objects(&format!(
                "tbl_name = '{table}' AND type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'"
            ))?
        };
        self.aside(&found, body)
    }

    /// Runs `body` without these objects of the schema, and makes them again.
    fn aside<T, E: From<StoreError>>(
        &self,
        objects: &[Object],
        body: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let run = |sql: &str| self.connection.execute_batch(sql).map_err(StoreError::from);
        for Object { kind, name, .. } in objects {
            run(&format!("DROP {kind} {name}"))?;
        }
        let answer = body()?;
        objects.iter().try_for_each(|object| run(&object.sql))?;
        Ok(answer)
    }

    /// The indexes of the tables and the trigger that a bulk load does without; none when the store has tasks.
    fn marks_and_indexes(&self) -> Result<Vec<Object>> {
        if self.connection.prepare_cached("SELECT 1 FROM task_definitions")?.exists([])? {
            return Ok(Vec::new());
        }
        self.objects(&format!(
            "tbl_name IN ({TABLES}) AND sql IS NOT NULL AND (type = 'index' OR name = '{READY_TRIGGER}')"
        ))
    }

    fn objects(&self, which: &str) -> Result<Vec<Object>> {
        let sql = format!("SELECT type, name, sql FROM sqlite_master WHERE {which}");
        let mut statement = self.connection.prepare(&sql)?;
        let found = statement
            .query_map([], |row| Ok(Object { kind: row.get(0)?, name: row.get(1)?, sql: row.get(2)? }))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether the marks and counts that the rows brought along are those that the store would make itself.
    fn check_marks(&self) -> Result<()> {
        let wrong: Option<String> = {
            let states = vec!["?"; self.settings.terminal.len()].join(", ");
            let sql = format!(
                "SELECT s.task_id FROM task_state s JOIN task_definitions t
                   ON t.project_id = s.project_id AND t.id = s.task_id
                 WHERE s.unmet_dependencies <> (
                     SELECT COUNT(*) FROM task_dependencies d JOIN task_state x
                       ON x.project_id = d.project_id AND x.task_id = d.depends_on
                     WHERE d.project_id = s.project_id AND d.task_id = s.task_id AND x.status NOT IN ({states}))
                   OR t.ready <> (s.status = 'todo' AND s.unmet_dependencies = 0)
                 LIMIT 1"
            );
            let mut statement = self.connection.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(&self.settings.terminal))?;
            rows.next()?.map(|row| row.get(0)).transpose()?
        };
        match wrong {
            None => Ok(()),
            Some(row) => Err(StoreError::BadValue {
                table: "task_state",
                column: "unmet_dependencies",
                value: "as it was loaded".to_owned(),
                expected: "what a recount says",
                row,
            }),
        }
    }

    /// Rows for `task_definitions`. They say of each task whether it is ready.
    pub fn many_definitions<'a>(
        &self,
        tasks: impl Iterator<Item = (DefinitionFacts<'a>, bool)>,
    ) -> Result<()> {
        let columns = [
            "id",
            "file_order",
            "in_source",
            "parent_id",
            "kind",
            "title",
            "role",
            "notes",
            "acceptance_checks",
            "extra",
            "priority",
            "sequence",
            "ready",
        ];
        let fixed = [("created_at", self.at.as_str()), ("updated_at", &self.at), ("created_by", self.actor)];
        let rows = tasks.map(|(task, ready)| {
            [
                task.id.into(),
                integer(task.file_order),
                integer(Some(task.in_source.into())),
                text(task.parent),
                text(task.kind),
                task.title.into(),
                task.role.into(),
                text(task.notes),
                task.acceptance_checks.into(),
                task.extra.into(),
                integer(task.priority),
                integer(task.sequence),
                integer(Some(ready.into())),
            ]
        });
        self.many("task_definitions", columns, &fixed, rows)
    }

    /// Rows for `task_state`.
    pub fn many_states<'a>(&self, states: impl Iterator<Item = StateFacts<'a>>) -> Result<()> {
        let columns = [
            "task_id",
            "status",
            "unmet_dependencies",
            "owner",
            "branch",
            "commit_sha",
            "completed_at",
            "claimant",
            "claimed_at",
            "blocked_reason",
            "review_status",
            "updated_at",
        ];
        let rows = states.map(|state| {
            let unmet = i64::try_from(state.unmet).unwrap_or(i64::MAX);
            [
                state.id.into(),
                state.status.into(),
                integer(Some(unmet)),
                text(state.owner),
                text(state.branch),
                text(state.commit_sha),
                text(state.completed_at),
                text(state.claimant),
                text(state.claimed_at),
                text(state.blocked_reason),
                state.review_status.as_str().into(),
                state.updated_at.unwrap_or(&self.at).into(),
            ]
        });
        self.many("task_state", columns, &[], rows)
    }

    /// Rows for `task_state_history`, of tasks that arrive in a state.
    pub fn many_arrivals<'a>(&self, states: impl Iterator<Item = StateFacts<'a>>) -> Result<()> {
        let columns = ["task_id", "to_status", "owner", "branch", "commit_sha"];
        let fixed = [("command_source", self.operation), ("actor", self.actor), ("at", &self.at)];
        let rows = states.map(|state| {
            [
                state.id.into(),
                state.status.into(),
                text(state.owner),
                text(state.branch),
                text(state.commit_sha),
            ]
        });
        self.many("task_state_history", columns, &fixed, rows)
    }

    /// Rows for `task_dependencies`: the task, what it depends on, and the place of that among its dependencies.
    pub fn many_dependencies<'a>(&self, links: impl Iterator<Item = (&'a str, &'a str, i64)>) -> Result<()> {
        let columns = ["task_id", "depends_on", "position"];
        let rows = links
            .map(|(task, depends_on, position)| [task.into(), depends_on.into(), integer(Some(position))]);
        self.many("task_dependencies", columns, &[], rows)
    }

    /// Writes rows, many with each statement. `fixed` are columns with one value for all.
    fn many<'a, const WIDTH: usize>(
        &self,
        table: &str,
        columns: [&str; WIDTH],
        fixed: &[(&str, &str)],
        mut rows: impl Iterator<Item = [ValueRef<'a>; WIDTH]>,
    ) -> Result<()> {
        let project = ("project_id", self.settings.project.as_str());
        let fixed: Vec<(&str, &str)> = std::iter::once(project).chain(fixed.iter().copied()).collect();
        let insert = Insert { table, columns: &columns, fixed: &fixed };
        let mut many = insert.prepare(self.connection, ROWS)?;
        loop {
            let chunk: Vec<_> = rows.by_ref().take(ROWS).collect();
            if chunk.len() == ROWS {
                write(&mut many, fixed.len(), &chunk)?;
                continue;
            }
            if !chunk.is_empty() {
                write(&mut insert.prepare(self.connection, chunk.len())?, fixed.len(), &chunk)?;
            }
            return Ok(());
        }
    }
}

/// A statement for many rows of one table.
struct Insert<'a> {
    table: &'a str,
    columns: &'a [&'a str],
    fixed: &'a [(&'a str, &'a str)],
}

impl Insert<'_> {
    /// The statement, with the columns bound that are the same for all rows.
    fn prepare<'c>(&self, connection: &'c Connection, rows: usize) -> Result<Statement<'c>> {
        let (fixed, width) = (self.fixed.len(), self.columns.len());
        let names: Vec<&str> =
            self.fixed.iter().map(|(name, _)| *name).chain(self.columns.iter().copied()).collect();
        let row = |number: usize| {
            let first = fixed + number * width;
            let places: Vec<String> =
                (0..fixed).chain(first..first + width).map(|place| format!("?{}", place + 1)).collect();
            format!("({})", places.join(", "))
        };
        let rows: Vec<String> = (0..rows).map(row).collect();
        let sql = format!("INSERT INTO {} ({}) VALUES {}", self.table, names.join(", "), rows.join(", "));
        let mut statement = connection.prepare(&sql)?;
        for (place, (_, value)) in self.fixed.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, value)?;
        }
        Ok(statement)
    }
}

fn write<const WIDTH: usize>(
    statement: &mut Statement<'_>,
    fixed: usize,
    rows: &[[ValueRef<'_>; WIDTH]],
) -> Result<()> {
    for (place, value) in rows.iter().flatten().enumerate() {
        statement.raw_bind_parameter(fixed + place + 1, ToSqlOutput::Borrowed(*value))?;
    }
    statement.raw_execute()?;
    Ok(())
}

fn text(value: Option<&str>) -> ValueRef<'_> {
    value.map_or(ValueRef::Null, ValueRef::from)
}

fn integer<'a>(value: Option<i64>) -> ValueRef<'a> {
    value.map_or(ValueRef::Null, ValueRef::Integer)
}

#[cfg(test)]
mod tests;
