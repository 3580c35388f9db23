//! The snapshot's table of tasks: partly definition, partly state.

use std::collections::{BTreeMap, HashSet};

use rusqlite::types::Value as Sql;

use super::definitions::DefinitionActions;
use super::index::Index;
use super::plan::Plan;
use super::{Import, ImportError};
use crate::legacy::snapshot::{RawRow, Snapshot, SnapshotError, SourceTable, TasksMapping};
use crate::model::task::{ReviewStatus, TaskState};
use crate::model::time::to_store_or_keep;
use crate::model::{Diagnostic, Timestamp};
use crate::store::{DefinitionFacts, Reader, Writer};

/// The columns of the table, found once.
pub(in crate::migrate) struct TaskTable<'a> {
    pub(in crate::migrate) table: &'a SourceTable,
    mapping: &'a TasksMapping,
    id: usize,
    /// Our column: where theirs stands, and what it is called.
    places: BTreeMap<&'a str, (usize, &'a str)>,
}

impl<'a> TaskTable<'a> {
    pub(in crate::migrate) fn of(snapshot: &'a Snapshot) -> Result<Self, ImportError> {
        let mapping = &snapshot.mapping().tasks;
        let missing = || SnapshotError::NotAQueue {
            path: snapshot.path().to_owned(),
            table: format!("{}.{}", mapping.source, mapping.id),
        };
        let table = snapshot.table(&mapping.source).ok_or_else(missing)?;
        let id = table.column(&mapping.id).ok_or_else(missing)?;
        let columns = mapping.definition.iter().chain(&mapping.state);
        let places = columns
            .filter_map(|(theirs, ours)| Some((ours.as_str(), (table.column(theirs)?, theirs.as_str()))))
            .collect();
        Ok(Self { table, mapping, id, places })
    }

    pub(in crate::migrate) fn id(&self, row: &RawRow<'_>) -> String {
        row.text(self.id).unwrap_or_default()
    }

    /// Whether the database has one of our columns.
    pub(super) fn has(&self, ours: &str) -> bool {
        self.places.contains_key(ours)
    }

    /// The text under one of our columns; empty is none. Times come in the store's form when they are times.
    pub(super) fn text(&self, row: &RawRow<'_>, ours: &str) -> Option<String> {
        let (place, theirs) = self.places.get(ours)?;
        let text = row.text(*place).filter(|text| !text.is_empty())?;
        let text =
            self.mapping.values.get(*theirs).and_then(|values| values.get(&text).cloned()).unwrap_or(text);
        Some(if self.is_time(theirs) { to_store_or_keep(&text) } else { text })
    }

    fn is_time(&self, theirs: &str) -> bool {
        self.mapping.times.iter().any(|time| time == theirs)
    }

    /// The integer under one of our columns.
    pub(super) fn integer(&self, row: &RawRow<'_>, ours: &str) -> Option<i64> {
        let (place, _) = self.places.get(ours)?;
        match row.value(*place) {
            Sql::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The state of a row, with what is odd about it. `statuses` are the configured states.
    pub(in crate::migrate) fn state(
        &self,
        row: &RawRow<'_>,
        id: &str,
        statuses: &[String],
    ) -> (TaskState, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let text = |ours: &str| self.text(row, ours);
        let status = text("status").unwrap_or_default();
        if !statuses.contains(&status) {
            let message = format!("the database has it in the unknown status {status:?}");
            let expected = format!("expected one of {}", statuses.join(", "));
            problems.push(Diagnostic::error("unknown-status", message).about(id).expecting(expected));
        }
        let review = text("review_status");
        let review_status = match review.as_deref().map(ReviewStatus::from_store) {
            None => ReviewStatus::default(),
            Some(Some(known)) => known,
            Some(None) => {
                let message =
                    format!("the database has the unknown review state {:?}", review.unwrap_or_default());
                problems.push(Diagnostic::error("unknown-review-state", message).about(id));
                ReviewStatus::default()
            }
        };
        let state = TaskState {
            status,
            owner: text("owner"),
            claimant: text("claimant"),
            branch: text("branch"),
            claimed_at: text("claimed_at"),
            completed_at: text("completed_at"),
            commit_sha: text("commit_sha"),
            blocked_reason: text("blocked_reason"),
            review_status,
            updated_at: text("updated_at").unwrap_or_default(),
        };
        for (ours, value) in [
            ("claimed_at", state.claimed_at.as_deref()),
            ("completed_at", state.completed_at.as_deref()),
            ("updated_at", Some(state.updated_at.as_str())),
        ] {
            if let Some(time) = value.filter(|time| Timestamp::parse(time).is_none()) {
                let message = format!("{ours} {time:?} is not a time; it is kept as it is");
                problems.push(Diagnostic::warning("unparsed-time", message).about(id));
            }
        }
        (state, problems)
    }

    /// Writes the definition of a row, as one that has left the source.
    fn write(&self, row: &RawRow<'_>, tx: &Writer<'_>) -> Result<(), ImportError> {
        let (id, text) = (self.id(row), |ours: &str| self.text(row, ours));
        let (title, role) = (text("title").unwrap_or_default(), text("role").unwrap_or_default());
        let (kind, parent, notes) = (text("kind"), text("parent_id"), text("notes"));
        let checks = as_json(text("acceptance_checks"), "[]", |text| serde_json::json!([text]));
        let extra = as_json(text("extra"), "{}", |text| serde_json::json!({ "extra": text }));
        tx.write_definition(&DefinitionFacts {
            id: &id,
            title: &title,
            role: &role,
            kind: kind.as_deref(),
            parent: parent.as_deref(),
            notes: notes.as_deref(),
            acceptance_checks: &checks,
            extra: &extra,
            priority: self.integer(row, "priority"),
            sequence: self.integer(row, "sequence"),
            // Of a task that left its file it is known that it had a place there.
            file_order: self.integer(row, "file_order").or((!self.mapping.defines).then_some(i64::MAX)),
            in_source: self.mapping.defines,
        })?;
        Ok(())
    }
}

/// JSON as it is; text that is none is wrapped, so that the store can hold it.
fn as_json(text: Option<String>, none: &str, wrap: impl Fn(&str) -> serde_json::Value) -> String {
    match text {
        None => none.to_owned(),
        Some(text) if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() => text,
        Some(text) => wrap(&text).to_string(),
    }
}

/// Finds the tasks that only the snapshot has.
pub(super) fn plan(
    snapshot: &Snapshot,
    index: &Index<'_>,
    store: &Reader<'_>,
    actions: &mut DefinitionActions,
    plan: &mut Plan,
) -> Result<(), ImportError> {
    let table = TaskTable::of(snapshot)?;
    let known: HashSet<String> = store.task_ids()?.into_iter().map(|(id, _)| id).collect();
    actions.in_snapshot = vec![false; index.tasks().len()];
    let mut row_counts = (0, 0);
    snapshot.each_row(table.table, |row| -> Result<(), ImportError> {
        row_counts.0 += 1;
        let id = table.id(&row);
        if let Some(place) = index.place(&id) {
            actions.in_snapshot[place] = true;
        } else if !known.contains(&id) {
            if !table.mapping.defines {
                plan.definitions.only_in_snapshot.push(id.clone());
            }
            actions.only_in_snapshot.insert(id);
            row_counts.1 += 1;
        }
        Ok(())
    })?;
    let row = plan.table(&table.table.name, "task_definitions");
    (row.read, row.added) = row_counts;
    row.kept = row.read - row.added;
    Ok(())
}

/// Writes the definitions of the tasks that only the snapshot has.
pub(super) fn apply(
    import: &Import<'_>,
    actions: &DefinitionActions,
    tx: &Writer<'_>,
) -> Result<(), ImportError> {
    let Some(snapshot) = import.snapshot else { return Ok(()) };
    if actions.only_in_snapshot.is_empty() {
        return Ok(());
    }
    let table = TaskTable::of(snapshot)?;
    snapshot.each_row(table.table, |row| -> Result<(), ImportError> {
        if actions.only_in_snapshot.contains(&table.id(&row)) {
            table.write(&row, tx)?;
        }
        Ok(())
    })
}
