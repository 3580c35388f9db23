//! Dependencies, as rows, and the count of unmet ones that each task's state carries.

use rusqlite::{Connection, params, params_from_iter};

use crate::store::open::Settings;
use crate::store::{Reader, Result, Writer};

impl Reader<'_> {
    /// What a task depends on, in the source's order.
    pub fn dependencies(&self, id: &str) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT depends_on FROM task_dependencies WHERE project_id = ?1 AND task_id = ?2 ORDER BY position",
        )?;
        let rows = statement.query_map(params![self.settings.project, id], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The dependencies of a task, with the state they are in.
    pub fn dependency_statuses(&self, id: &str) -> Result<Vec<(String, String)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT d.depends_on, s.status FROM task_dependencies d
             JOIN task_state s ON s.project_id = d.project_id AND s.task_id = d.depends_on
             WHERE d.project_id = ?1 AND d.task_id = ?2 ORDER BY d.position",
        )?;
        let rows =
            statement.query_map(params![self.settings.project, id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The dependencies of a task that are not in a terminal state, with the state they are in.
    pub fn open_dependencies(&self, id: &str) -> Result<Vec<(String, String)>> {
        let all = self.dependency_statuses(id)?;
        Ok(all.into_iter().filter(|(_, status)| !self.is_terminal(status)).collect())
    }

    /// Goes over every dependency: the task, what it depends on, and the place of that among its dependencies.
    pub fn each_dependency(&self, mut body: impl FnMut(&str, &str, i64)) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT task_id, depends_on, position FROM task_dependencies WHERE project_id = ?1",
        )?;
        let mut rows = statement.query([&self.settings.project])?;
        while let Some(row) = rows.next()? {
            let text = |column| row.get_ref(column).map(|value| value.as_str().unwrap_or_default());
            body(text(0)?, text(1)?, row.get(2)?);
        }
        Ok(())
    }

    /// Whether a dependency in this state is met.
    pub fn is_terminal(&self, status: &str) -> bool {
        self.settings.terminal.iter().any(|terminal| terminal == status)
    }
}

impl Writer<'_> {
    /// Forgets the dependencies of every task that came from a source, those that left it included: the source
    /// is about to say them anew.
    pub fn clear_source_dependencies(&self) -> Result<()> {
        self.connection.execute(
            "DELETE FROM task_dependencies WHERE project_id = ?1 AND task_id IN
               (SELECT id FROM task_definitions WHERE project_id = ?1 AND file_order IS NOT NULL)",
            [&self.settings.project],
        )?;
        Ok(())
    }

    /// Forgets the dependencies of one task.
    pub fn clear_dependencies(&self, id: &str) -> Result<()> {
        self.connection
            .prepare_cached("DELETE FROM task_dependencies WHERE project_id = ?1 AND task_id = ?2")?
            .execute(params![self.settings.project, id])?;
        Ok(())
    }

    /// Writes a task's dependencies; a repeated one keeps its first place.
    pub fn add_dependencies(&self, id: &str, depends_on: impl IntoIterator<Item: AsRef<str>>) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT OR IGNORE INTO task_dependencies (project_id, task_id, depends_on, position)
             VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (position, dependency) in depends_on.into_iter().enumerate() {
            statement.execute(params![
                self.settings.project,
                id,
                dependency.as_ref(),
                i64::try_from(position).unwrap_or(i64::MAX)
            ])?;
        }
        Ok(())
    }

    /// Adds a dependency at a place of its own; one that is there stays where it is.
    pub fn add_dependency(&self, id: &str, depends_on: &str, position: i64) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO task_dependencies (project_id, task_id, depends_on, position)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![self.settings.project, id, depends_on, position])?;
        Ok(())
    }

    /// Replaces a task's dependencies and counts its unmet ones again.
    pub fn replace_dependencies(&self, id: &str, depends_on: &[String]) -> Result<()> {
        self.clear_dependencies(id)?;
        self.add_dependencies(id, depends_on)?;
        let unmet = self.open_dependencies(id)?.len();
        self.connection
            .prepare_cached(
                "UPDATE task_state SET unmet_dependencies = ?3 WHERE project_id = ?1 AND task_id = ?2",
            )?
            .execute(params![self.settings.project, id, i64::try_from(unmet).unwrap_or(i64::MAX)])?;
        Ok(())
    }

    /// Counts the unmet dependencies of every task again, after many definitions or states changed at once.
    pub fn recount_dependencies(&self) -> Result<()> {
        recount(self.connection, self.settings)
    }

    /// Tells the tasks that depend on `id` that it was met, or is not any more.
    pub(super) fn dependency_moved(&self, id: &str, met: bool) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE task_state SET unmet_dependencies = unmet_dependencies + ?3
                 WHERE project_id = ?1 AND task_id IN
                   (SELECT task_id FROM task_dependencies WHERE project_id = ?1 AND depends_on = ?2)",
            )?
            .execute(params![self.settings.project, id, if met { -1 } else { 1 }])?;
        Ok(())
    }
}

/// Counts every task's unmet dependencies; only rows whose count was wrong are written.
pub(in crate::store) fn recount(connection: &Connection, settings: &Settings) -> Result<()> {
    let states = vec!["?"; settings.terminal.len()].join(", ");
    let sql = format!(
        "WITH counted AS (
           SELECT s.task_id, s.unmet_dependencies AS old, COUNT(x.task_id) AS new
           FROM task_state s
           LEFT JOIN task_dependencies d ON d.project_id = s.project_id AND d.task_id = s.task_id
           LEFT JOIN task_state x ON x.project_id = d.project_id AND x.task_id = d.depends_on
             AND x.status NOT IN ({states})
           WHERE s.project_id = ? GROUP BY s.task_id)
         UPDATE task_state SET unmet_dependencies = counted.new FROM counted
         WHERE task_state.project_id = ? AND task_state.task_id = counted.task_id AND counted.new <> counted.old"
    );
    let project = [&settings.project, &settings.project];
    connection.execute(&sql, params_from_iter(settings.terminal.iter().chain(project)))?;
    Ok(())
}
