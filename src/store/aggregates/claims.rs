//! What tasks say about git: the branches of those in progress, the commits of those that are done.

use rusqlite::params;

use super::get;
use crate::model::task::{DONE, IN_PROGRESS};
use crate::policy::consistency::TaskClaim;
use crate::store::{Reader, Result};

impl Reader<'_> {
    /// What every task in progress or done says about git, in the order of the file, in one query.
    pub fn task_claims(&self) -> Result<Vec<TaskClaim>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT d.id, s.status, s.branch, s.commit_sha
             FROM task_definitions d JOIN task_state s ON s.project_id = d.project_id AND s.task_id = d.id
             WHERE d.project_id = ?1 AND s.status IN (?2, ?3)
             ORDER BY d.file_order IS NULL, d.file_order, d.id",
        )?;
        let rows = statement.query_map(params![self.settings.project, IN_PROGRESS, DONE], |row| {
            Ok(TaskClaim {
                id: get(row, "id")?,
                status: get(row, "status")?,
                branch: get(row, "branch")?,
                commit: get(row, "commit_sha")?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
