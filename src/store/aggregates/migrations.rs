//! Migrations of a legacy queue into this store. Rows are only ever added, and change once: when rolled back.

use rusqlite::types::Type;
use rusqlite::{Row, params};
use serde::Serialize;
use serde_json::{Map, Value};

use super::get;
use crate::store::{Reader, Result, Writer};

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MigrationState {
    /// Its rows are in the store.
    Applied,
    /// The store is as it was before.
    RolledBack,
}

/// A migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MigrationRow {
    /// The name of its folder beside the store.
    pub id: String,
    /// Where it stands.
    pub state: MigrationState,
    /// The digest of its plan.
    pub plan_sha256: String,
    /// The digests of its sources, by source.
    pub sources: Map<String, Value>,
    /// The digest of the copy of the store as it was before; none when it held nothing.
    pub before_sha256: Option<String>,
    /// The last number of each table that counts, as the migration left it.
    pub marks: Map<String, Value>,
    /// Why it was applied without a rehearsal, when it was.
    pub no_rehearsal_reason: Option<String>,
    /// When it was applied.
    pub applied_at: String,
    /// Who applied it.
    pub applied_by: String,
    /// When it was rolled back.
    pub rolled_back_at: Option<String>,
    /// Who rolled it back.
    pub rolled_back_by: Option<String>,
}

/// A migration to record; actor and time are the writer's.
#[derive(Debug)]
pub struct NewMigration<'a> {
    /// The name of its folder beside the store.
    pub id: &'a str,
    /// The digest of its plan.
    pub plan_sha256: &'a str,
    /// The digests of its sources, by source.
    pub sources: &'a Map<String, Value>,
    /// The digest of the copy of the store as it was before; none when it held nothing.
    pub before_sha256: Option<&'a str>,
    /// Why it was applied without a rehearsal, when it was.
    pub no_rehearsal_reason: Option<&'a str>,
}

/// Something that was done in the store, other than bringing a queue into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OwnWork {
    /// What was done, by its verb.
    pub action: String,
    /// How often.
    pub times: usize,
    /// A task that it was done to, when it was done to one.
    pub task: Option<String>,
}

/// The actions that bring a queue in, take it out again, or only look at its file.
const OF_IMPORTS: &str = "('import', 'migrate-apply', 'migrate-rollback', 'source-touched')";

/// The tables whose rows are numbered and only ever added.
pub(in crate::store) const COUNTED: [&str; 7] = [
    "task_state_history",
    "task_handoffs",
    "task_evidence",
    "task_reviews",
    "task_review_routes",
    "task_checkpoints",
    "audit_events",
];

impl Reader<'_> {
    /// Every migration, in the order in which they were applied.
    pub fn migrations(&self) -> Result<Vec<MigrationRow>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM migrations WHERE project_id = ?1 ORDER BY applied_at, id")?;
        let rows = statement.query_map([&self.settings.project], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What was done in the store other than bringing a queue into it, by verb: work that a migration would overwrite.
    pub fn own_work(&self) -> Result<Vec<OwnWork>> {
        let sql = format!(
            "SELECT action, COUNT(*), MIN(task_id) FROM audit_events
             WHERE project_id = ?1 AND action NOT IN {OF_IMPORTS} GROUP BY action
             UNION ALL
             SELECT 'rows that no verb accounts for', COUNT(*), MIN(task_id) FROM task_state_history h
             WHERE project_id = ?1 AND command_source NOT IN ('legacy', 'import', 'migrate-apply') AND NOT EXISTS (
               SELECT 1 FROM audit_events a WHERE a.project_id = h.project_id AND a.action = h.command_source)
             HAVING COUNT(*) > 0
             ORDER BY 1"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([&self.settings.project], |row| {
            let times: i64 = row.get(1)?;
            Ok(OwnWork {
                action: row.get(0)?,
                times: usize::try_from(times).unwrap_or_default(),
                task: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether the store holds nothing of any project: no task, no record, no event.
    pub fn holds_nothing(&self) -> Result<bool> {
        let tables = ["task_definitions", "agent_sessions", "preserved_rows", "migrations"];
        for table in tables.iter().chain(&COUNTED) {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {table})");
            if self.connection.query_row(&sql, [], |row| row.get::<_, bool>(0))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The last number that each counting table gave out.
    pub fn marks(&self) -> Result<Map<String, Value>> {
        COUNTED.iter().map(|table| Ok(((*table).to_owned(), self.last_number(table)?.into()))).collect()
    }
}

impl Writer<'_> {
    /// Records a migration as applied, with the numbers as they are now.
    pub fn record_migration(&self, new: &NewMigration<'_>) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO migrations (project_id, id, state, plan_sha256, sources, before_sha256, marks,
                   no_rehearsal_reason, applied_at, applied_by)
                 VALUES (?1, ?2, 'applied', ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                self.settings.project,
                new.id,
                new.plan_sha256,
                Value::Object(new.sources.clone()).to_string(),
                new.before_sha256,
                Value::Object(self.marks()?).to_string(),
                new.no_rehearsal_reason,
                self.at,
                self.actor,
            ])?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<MigrationRow> {
    Ok(MigrationRow {
        id: get(row, "id")?,
        state: state(row)?,
        plan_sha256: get(row, "plan_sha256")?,
        sources: object(row, "sources")?,
        before_sha256: get(row, "before_sha256")?,
        marks: object(row, "marks")?,
        no_rehearsal_reason: get(row, "no_rehearsal_reason")?,
        applied_at: get(row, "applied_at")?,
        applied_by: get(row, "applied_by")?,
        rolled_back_at: get(row, "rolled_back_at")?,
        rolled_back_by: get(row, "rolled_back_by")?,
    })
}

fn state(row: &Row<'_>) -> rusqlite::Result<MigrationState> {
    let index = row.as_ref().column_index("state")?;
    match row.get::<_, String>(index)?.as_str() {
        "applied" => Ok(MigrationState::Applied),
        "rolled_back" => Ok(MigrationState::RolledBack),
        other => Err(unreadable(index, format!("state holds {other:?}"))),
    }
}

fn object(row: &Row<'_>, column: &str) -> rusqlite::Result<Map<String, Value>> {
    let index = row.as_ref().column_index(column)?;
    let text: String = row.get(index)?;
    serde_json::from_str(&text).map_err(|_| unreadable(index, format!("{column} holds no JSON object")))
}

fn unreadable(index: usize, why: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, why.into())
}
