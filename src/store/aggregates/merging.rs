//! What gates before a merge ask of tasks, for all tasks in a status at once: a fixed number of queries.

use std::collections::HashMap;

use rusqlite::{Params, Row, params};

use super::definitions::{self, DefinitionRow};
use super::{reviews, state};
use crate::model::Task;
use crate::model::records::Review;
use crate::store::{Reader, Result};

/// What the store knows of a task that shall be merged.
#[derive(Debug)]
pub struct MergeFacts {
    /// The task.
    pub task: Task,
    /// How much evidence with an accepted result it has.
    pub evidence: i64,
    /// The reviewers that its routes name, each once, in the order of the routes.
    pub wanted: Vec<String>,
    /// Its reviews, oldest first.
    pub reviews: Vec<Review>,
    /// The latest handoff to a role that was acknowledged, by role.
    pub acknowledged: HashMap<String, i64>,
}

/// The tasks in the status `?2`, to join their records to.
const OF_TASKS: &str = "FROM task_state s INDEXED BY task_state_status
    JOIN {} r ON r.project_id = s.project_id AND r.task_id = s.task_id
    WHERE s.project_id = ?1 AND s.status = ?2";

/// Facts by task, in the order of the source.
struct Facts {
    of_tasks: Vec<MergeFacts>,
    places: HashMap<String, usize>,
}

impl Facts {
    fn with_capacity(tasks: usize) -> Self {
        Self { of_tasks: Vec::with_capacity(tasks), places: HashMap::with_capacity(tasks) }
    }

    fn push(&mut self, task: Task) {
        self.places.insert(task.definition.id.clone(), self.of_tasks.len());
        let (wanted, reviews, acknowledged) = (Vec::new(), Vec::new(), HashMap::new());
        self.of_tasks.push(MergeFacts { task, evidence: 0, wanted, reviews, acknowledged });
    }

    /// Adds to what is known of a task, if it is one of these.
    fn of(&mut self, task: &str, add: impl FnOnce(&mut MergeFacts)) {
        if let Some(fact) = self.places.get(task).and_then(|place| self.of_tasks.get_mut(*place)) {
            add(fact);
        }
    }
}

impl Reader<'_> {
    /// What gates before a merge ask of every task in a status, in the order of the source.
    pub fn merge_facts(&self, status: &str, accepted: &[String]) -> Result<Vec<MergeFacts>> {
        let mut of_tasks = self.states_in(status)?;
        let mut facts = Facts::with_capacity(of_tasks.len());
        for definition in self.definitions_in(status)? {
            if let Some(state) = of_tasks.remove(&definition.id) {
                facts.push(Task { definition, state });
            }
        }
        self.count_all_evidence(status, accepted, &mut facts)?;
        let values = params![self.settings.project, status];
        self.each("task_review_routes", "SELECT r.task_id, r.reviewer", "ORDER BY r.id", values, |row| {
            let reviewer: String = row.get(1)?;
            facts.of(&row.get::<_, String>(0)?, |fact| {
                if !fact.wanted.contains(&reviewer) {
                    fact.wanted.push(reviewer);
                }
            });
            Ok(())
        })?;
        self.each("task_reviews", "SELECT r.*", "ORDER BY r.id", values, |row| {
            let review = reviews::read(row)?;
            facts.of(&review.task_id.clone(), |fact| fact.reviews.push(review));
            Ok(())
        })?;
        let latest = "AND r.acknowledged_at IS NOT NULL GROUP BY r.task_id, r.to_role";
        self.each("task_handoffs", "SELECT r.task_id, r.to_role, MAX(r.id)", latest, values, |row| {
            let (role, number) = (row.get(1)?, row.get(2)?);
            facts.of(&row.get::<_, String>(0)?, |fact| {
                fact.acknowledged.insert(role, number);
            });
            Ok(())
        })?;
        Ok(facts.of_tasks)
    }

    fn count_all_evidence(&self, status: &str, accepted: &[String], facts: &mut Facts) -> Result<()> {
        let accepted = serde_json::Value::from(accepted.to_vec()).to_string();
        self.each(
            "task_evidence",
            "SELECT r.task_id, COUNT(*)",
            "AND r.result IN (SELECT value FROM json_each(?3)) GROUP BY r.task_id",
            params![self.settings.project, status, accepted],
            |row| {
                let count = row.get(1)?;
                facts.of(&row.get::<_, String>(0)?, |fact| fact.evidence = count);
                Ok(())
            },
        )
    }

    /// Goes over the rows of a table that belong to tasks in a status.
    fn each(
        &self,
        table: &str,
        select: &str,
        rest: &str,
        values: impl Params,
        mut body: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let sql = format!("{select} {} {rest}", OF_TASKS.replace("{}", table));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            body(row)?;
        }
        Ok(())
    }

    fn definitions_in(&self, status: &str) -> Result<Vec<crate::model::Definition>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "{} JOIN task_state s INDEXED BY task_state_status ON s.project_id = d.project_id AND s.task_id = d.id
             WHERE s.project_id = ?1 AND s.status = ?2
             ORDER BY d.file_order IS NULL, d.file_order, d.created_at, d.id",
            definitions::SELECT
        ))?;
        let rows = statement.query_map(params![self.settings.project, status], DefinitionRow::read)?;
        rows.map(|row| row?.complete()).collect()
    }

    fn states_in(&self, status: &str) -> Result<HashMap<String, crate::model::task::TaskState>> {
        state::of(
            self,
            "FROM task_state INDEXED BY task_state_status WHERE project_id = ?1 AND status = ?2",
            params![self.settings.project, status],
        )
    }
}
