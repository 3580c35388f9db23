//! What tasks say about git: the branches of those in progress, the commits of those that are done.

use rusqlite::params;

use crate::model::task::{DONE, IN_PROGRESS};
use crate::policy::consistency::TaskClaim;
use crate::store::{Reader, Result};

impl Reader<'_> {
    /// What every task in progress or done says about git, in the order of the file, in one query.
    pub fn task_claims(&self) -> Result<Vec<TaskClaim>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT d.file_order, d.id, s.status, s.branch, s.commit_sha
             FROM task_state s JOIN task_definitions d ON d.project_id = s.project_id AND d.id = s.task_id
             WHERE s.project_id = ?1 AND s.status IN (?2, ?3)",
        )?;
        let rows = statement.query_map(params![self.settings.project, IN_PROGRESS, DONE], |row| {
            let order: Option<i64> = row.get(0)?;
            let claim =
                TaskClaim { id: row.get(1)?, status: row.get(2)?, branch: row.get(3)?, commit: row.get(4)? };
            Ok((order, claim))
        })?;
        let mut claims: Vec<(Option<i64>, TaskClaim)> = rows.collect::<rusqlite::Result<_>>()?;
        // Here rather than in SQL, where sorting costs as much as all the rest; what has no place in the file is last.
        claims.sort_by(|(one, a), (other, b)| {
            (one.is_none(), one, &a.id).cmp(&(other.is_none(), other, &b.id))
        });
        Ok(claims.into_iter().map(|(_, claim)| claim).collect())
    }
}
