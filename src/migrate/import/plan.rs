//! What an import does, as it is shown: the same for equal sources and an equal store.

use serde::Serialize;

use super::{Import, ImportError};
use crate::legacy::queue::{Format, UnknownField};
use crate::model::{Diagnostic, Severity};

/// What an import does, or would do.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
pub struct Plan {
    /// How many tasks the file has.
    pub tasks: usize,
    /// Where it comes from.
    pub source: SourceFacts,
    /// The database that goes with it.
    pub snapshot: Option<SnapshotFacts>,
    /// What becomes of definitions.
    pub definitions: TaskCounts,
    /// Where tasks get their state from.
    pub states: StateSeeds,
    /// Rows, by table.
    pub tables: Vec<TablePlan>,
    /// Fields that the file leaves open, and what they become.
    pub defaults: Vec<DefaultTaken>,
    /// Where file and database disagree on state; the database wins.
    pub drift: Vec<Drift>,
    /// Where file and database disagree on what a task is; the file wins.
    pub definition_drift: Vec<Drift>,
    /// Fields that Fairway does not know; they are kept with their task.
    pub unknown_fields: Vec<UnknownField>,
    /// What stands in the file beside its tasks; it is kept, and an export gives it back.
    pub envelope: serde_json::Map<String, serde_json::Value>,
    /// Tables and columns of the database without a place in the store; their rows are kept as JSON.
    pub unmapped: Vec<Unmapped>,
    /// Tables of the database that carry nothing over.
    pub ignored: Vec<Ignored>,
    /// Everything that is wrong with the sources.
    pub problems: Vec<Diagnostic>,
}

/// The queue file.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
pub struct SourceFacts {
    /// Its path, as it was given.
    pub path: String,
    /// What it is written in.
    pub format: Option<Format>,
    /// Of its bytes.
    pub sha256: String,
}

/// The snapshot.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct SnapshotFacts {
    /// The database's path, as it was given.
    pub path: String,
    /// Its schema version.
    pub schema: i64,
    /// Of its rows.
    pub sha256: String,
}

/// What becomes of definitions.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
pub struct TaskCounts {
    /// Tasks of the file that the store does not have.
    pub arrived: usize,
    /// Tasks whose definition or dependencies differ.
    pub changed: usize,
    /// Tasks that only stand elsewhere in the file.
    pub moved: usize,
    /// Tasks that are as they were.
    pub unchanged: usize,
    /// Tasks that the file had and has no more; their state and records stay.
    pub left: Vec<String>,
    /// Tasks that only the database has; they come in as having left the file.
    pub only_in_snapshot: Vec<String>,
}

/// Where tasks get their state from.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
pub struct StateSeeds {
    /// Tasks that arrive in `todo`.
    pub todo: usize,
    /// Tasks that arrive in the state that the file names.
    pub from_file: usize,
    /// Tasks that get the state of the database.
    pub from_snapshot: usize,
    /// Tasks that keep the state that the store has.
    pub kept: usize,
    /// Of those, tasks whose state in the database is another one: they have moved in the store since.
    pub moved_since: Vec<String>,
}

/// Rows on their way from one table to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TablePlan {
    /// The table of the database, or `file`.
    pub source: String,
    /// The store's table.
    pub target: String,
    /// Rows of the source.
    pub read: usize,
    /// Rows that are new in the store.
    pub added: usize,
    /// Rows of the store that change.
    pub changed: usize,
    /// Rows that the store has already.
    pub kept: usize,
    /// Rows, or parts of rows, that are kept as JSON.
    pub preserved: usize,
}

/// A field that was left open.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct DefaultTaken {
    /// The field.
    pub field: &'static str,
    /// What it becomes.
    pub value: serde_json::Value,
    /// For how many tasks.
    pub tasks: usize,
}

/// A disagreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Drift {
    /// The task.
    pub task: String,
    /// The field, by the file's name for it.
    pub field: &'static str,
    /// What the file says.
    pub file: Option<String>,
    /// What the database says.
    pub db: Option<String>,
    /// Whose word counts.
    pub wins: Side,
}

/// One of the two that can disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The queue file.
    File,
    /// The database.
    Database,
}

/// What has no place in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Unmapped {
    /// The database's table.
    pub table: String,
    /// Its columns without a place; none when the whole table has none.
    pub columns: Vec<String>,
    /// How many rows are kept as JSON.
    pub rows: usize,
}

/// A table that carries nothing over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Ignored {
    /// The database's table.
    pub table: String,
    /// Why.
    pub reason: String,
}

impl Plan {
    /// What the sources alone say, without the digest of the snapshot: [`Plan::seal`] has that.
    pub(super) fn new(import: &Import<'_>) -> Self {
        let queue = import.queue;
        let snapshot = import.snapshot.map(|snapshot| SnapshotFacts {
            path: snapshot.path().display().to_string(),
            schema: snapshot.schema(),
            sha256: String::new(),
        });
        Self {
            tasks: queue.tasks.len(),
            source: SourceFacts {
                path: import.stamp.path().to_owned(),
                format: Some(queue.format),
                sha256: queue.digest.clone(),
            },
            snapshot,
            unknown_fields: queue.unknown_fields.clone(),
            envelope: queue.envelope.clone(),
            problems: queue.problems.clone(),
            ..Self::default()
        }
    }

    /// Names the rows of the snapshot by their digest. It decides nothing, so that it may come last: somebody may be making it
    /// meanwhile.
    pub(super) fn seal(&mut self, import: &Import<'_>) -> Result<(), ImportError> {
        if let (Some(facts), Some(snapshot)) = (&mut self.snapshot, import.snapshot) {
            facts.sha256 = snapshot.digest()?;
        }
        Ok(())
    }

    /// Whether nothing may be written.
    pub fn is_broken(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Takes over what another part of the plan found.
    pub(super) fn absorb(&mut self, other: Self) {
        for row in other.tables {
            let ours = self.table(&row.source, &row.target);
            ours.read += row.read;
            ours.added += row.added;
            ours.changed += row.changed;
            ours.kept += row.kept;
            ours.preserved += row.preserved;
        }
        self.definition_drift.extend(other.definition_drift);
        self.unmapped.extend(other.unmapped);
        self.ignored.extend(other.ignored);
        self.problems.extend(other.problems);
    }

    /// The row of a table, made when it is not there.
    pub(super) fn table(&mut self, source: &str, target: &str) -> &mut TablePlan {
        let found = self.tables.iter().position(|row| row.source == source && row.target == target);
        let place = found.unwrap_or_else(|| {
            self.tables.push(TablePlan {
                source: source.to_owned(),
                target: target.to_owned(),
                ..TablePlan::default()
            });
            self.tables.len() - 1
        });
        &mut self.tables[place]
    }
}
