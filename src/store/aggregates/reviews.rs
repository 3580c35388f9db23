//! Reviews, and the routes that ask for them.

use rusqlite::{Row, params};

use super::get;
use crate::model::records::{Review, ReviewRoute, Verdict};
use crate::policy::routing::Route;
use crate::store::{Reader, Result, Writer};

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Review> {
    Ok(Review {
        id: get(row, "id")?,
        task_id: get(row, "task_id")?,
        reviewer: get(row, "reviewer")?,
        verdict: get(row, "verdict")?,
        reviewed_commit_sha: get(row, "reviewed_commit_sha")?,
        notes: get(row, "notes")?,
        actor: get(row, "actor")?,
        created_at: get(row, "created_at")?,
    })
}

impl Reader<'_> {
    /// The reviews of a task, oldest first.
    pub fn reviews(&self, id: &str) -> Result<Vec<Review>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM task_reviews WHERE project_id = ?1 AND task_id = ?2 ORDER BY id",
        )?;
        let rows = statement.query_map(params![self.settings.project, id], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The review routes of a task, in the order of the rules that made them.
    pub fn review_routes(&self, id: &str) -> Result<Vec<ReviewRoute>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM task_review_routes WHERE project_id = ?1 AND task_id = ?2 ORDER BY id",
        )?;
        let rows = statement.query_map(params![self.settings.project, id], |row| {
            Ok(ReviewRoute {
                id: get(row, "id")?,
                task_id: get(row, "task_id")?,
                reviewer: get(row, "reviewer")?,
                path: get(row, "path")?,
                rule: get(row, "rule")?,
                commit_sha: get(row, "commit_sha")?,
                actor: get(row, "actor")?,
                created_at: get(row, "created_at")?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Adds a verdict; answers its number.
    pub fn add_review(
        &self,
        id: &str,
        reviewer: &str,
        verdict: Verdict,
        commit: &str,
        notes: Option<&str>,
    ) -> Result<i64> {
        self.connection
            .prepare_cached(
                "INSERT INTO task_reviews (project_id, task_id, reviewer, verdict, reviewed_commit_sha, notes,
                   actor, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                self.settings.project,
                id,
                reviewer,
                verdict.as_str(),
                commit,
                notes,
                self.actor,
                self.at,
            ])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Replaces the review routes of a task as a whole.
    pub fn replace_review_routes(&self, id: &str, routes: &[Route], commit: Option<&str>) -> Result<()> {
        let project = &self.settings.project;
        self.connection
            .prepare_cached("DELETE FROM task_review_routes WHERE project_id = ?1 AND task_id = ?2")?
            .execute(params![project, id])?;
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO task_review_routes (project_id, task_id, reviewer, path, rule, commit_sha, actor,
               created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for Route { reviewer, path, rule, .. } in routes {
            insert.execute(params![project, id, reviewer, path, rule, commit, self.actor, self.at])?;
        }
        Ok(())
    }
}
