//! Conservation: every row and every field of the kept sources is in the store, preserved, or left out for a reason that
//! is said, and the counts add up.
//!
//! Nothing here reads as the importer does. The database is read with plain SQL ([`crate::legacy::plain`]), the queue file
//! by another library ([`file`]), and the canonical states come from the harness, which knows neither ([`lanes`]). What is
//! shared is data: the mapping says which column goes where.

mod account;
mod carried;
mod fields;
mod file;
mod lanes;
mod rows;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use rusqlite::types::Value as Sql;
use serde::Serialize;

pub use account::{FieldAccount, Loss, Losses, RowAccount};
pub use file::FileAccount;
pub use lanes::{Canonical, LaneDigest, lane_digests};

use crate::legacy::plain::{PlainDatabase, PlainError, PlainRow, PlainView};
use crate::legacy::snapshot::Mapping;
use crate::migrate::plan::OPERATION;

/// What is held against the store.
#[derive(Debug, Clone, Copy)]
pub struct Verify<'a> {
    /// The queue file's bytes, and whether they are JSON.
    pub queue: Option<(&'a [u8], bool)>,
    /// The queue DB.
    pub database: Option<&'a Path>,
    /// Where its rows go.
    pub mapping: &'a Mapping,
    /// The store.
    pub store: &'a Path,
    /// The project whose rows they are.
    pub project: &'a str,
    /// Their name of a field, ours.
    pub field_names: &'a BTreeMap<String, String>,
    /// Their name of a role, ours.
    pub role_names: &'a BTreeMap<String, String>,
    /// Fields, by the place of their task in the list, whose scalars YAML 1.1 and 1.2 read differently.
    pub differently: &'a HashSet<(usize, String)>,
    /// The last audit event of the migration: what came later changed the store on purpose.
    pub since: Option<i64>,
    /// The canonical states of source and store, where there is an adapter that reads the source.
    pub states: Option<(&'a Canonical, &'a Canonical)>,
}

/// What a verification found.
#[derive(Debug, Clone, Default, Serialize, schemars::JsonSchema)]
pub struct Verification {
    /// The queue file; none when there was none.
    pub file: Option<FileAccount>,
    /// The tables of the queue DB.
    pub tables: Vec<RowAccount>,
    /// The digests of the canonical state, by lane; empty when nothing could read the source's.
    pub lanes: Vec<LaneDigest>,
    /// Everything that did not arrive.
    pub losses: Losses,
}

/// A verification could not be made.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// One of the databases cannot be read.
    #[error(transparent)]
    Database(#[from] PlainError),
}

impl Verification {
    /// Whether nothing was lost and everything adds up.
    pub fn is_sound(&self) -> bool {
        let file = self.file.as_ref().is_none_or(|file| file.lost == 0 && file.fields.adds_up());
        self.losses.count == 0
            && file
            && self.tables.iter().all(RowAccount::adds_up)
            && self.lanes.iter().all(LaneDigest::is_equal)
    }
}

impl Verify<'_> {
    /// Holds the sources against the store. Nothing is written.
    ///
    /// # Errors
    /// When one of the databases cannot be read.
    pub fn run(self) -> Result<Verification, VerifyError> {
        let store = PlainDatabase::open(self.store)?;
        let changed = Changed::since(&store, self.project, self.since)?;
        let mut found = Verification::default();
        let mut in_database = HashSet::new();
        if let Some(path) = self.database {
            let mut source = PlainDatabase::open(path)?;
            let mut tables = source.tables()?;
            tables.retain(|table| !self.mapping.is_carried(&table.name));
            for view in &self.mapping.views {
                let (name, sql, key, without) = (&view.name, &view.sql, &view.key, &view.repeats);
                tables.push(source.add_view(PlainView { name, sql, key, without })?);
            }
            let tasks = &self.mapping.tasks;
            for row in source.find(&tasks.source, &[])? {
                in_database.extend(row.get(&tasks.id).and_then(text));
            }
            let sides = rows::Sides { source: &source, store: &store, has_file: self.queue.is_some() };
            let pair = rows::Pair::new(sides, self.project, self.mapping, &changed)?;
            found.tables = pair.account(tables, &mut found.losses)?;
        }
        if let Some((bytes, is_json)) = self.queue {
            let reading = file::Reading {
                store: &store,
                project: self.project,
                field_names: self.field_names,
                role_names: self.role_names,
                differently: self.differently,
                in_database: &in_database,
                changed: &changed,
            };
            found.file = Some(reading.account(bytes, is_json, &mut found.losses)?);
        }
        // What was done since makes the states differ on purpose.
        if let Some((source, store)) = self.states.filter(|_| changed.is_empty()) {
            found.lanes = lanes::compare(source, store, &mut found.losses);
        }
        Ok(found)
    }
}

/// Whether something was done in a store since a migration, whose last audit event is given.
///
/// # Errors
/// When the store cannot be read.
pub fn is_changed(store: &Path, project: &str, since: Option<i64>) -> Result<bool, VerifyError> {
    let store = PlainDatabase::open(store)?;
    Ok(!Changed::since(&store, project, since)?.is_empty())
}

/// What was done in the store since the migration.
#[derive(Debug, Default)]
struct Changed {
    /// Tasks that a later call was about.
    tasks: HashSet<String>,
    /// The verbs of later calls.
    actions: HashSet<String>,
}

impl Changed {
    fn since(store: &PlainDatabase, project: &str, event: Option<i64>) -> Result<Self, PlainError> {
        let Some(event) = event else { return Ok(Self::default()) };
        let mut changed = Self::default();
        for row in store.find("audit_events", &[("project_id", Sql::Text(project.to_owned()))])? {
            let later = matches!(row.get("id"), Some(Sql::Integer(id)) if *id > event);
            // The event of the migration itself comes last in its transaction.
            if later && row.get("action").and_then(text).as_deref() != Some(OPERATION) {
                changed.tasks.extend(row.get("task_id").and_then(text));
                changed.actions.extend(row.get("action").and_then(text));
            }
        }
        Ok(changed)
    }

    fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    fn task(&self, id: &str) -> bool {
        self.tasks.contains(id)
    }

    /// Whether a record may have been changed on purpose: by a later call about its task, or, for a session, by one about
    /// sessions.
    fn record(&self, table: &str, task_column: Option<&str>, row: &PlainRow) -> bool {
        let task = task_column.and_then(|column| row.get(column)).and_then(text);
        let sessions =
            || self.actions.iter().any(|action| action.starts_with("session") || action == "prune-stale");
        task.is_some_and(|task| self.task(&task)) || table == "agent_sessions" && sessions()
    }
}

fn text(value: &Sql) -> Option<String> {
    match value {
        Sql::Text(text) => Some(text.clone()),
        Sql::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
