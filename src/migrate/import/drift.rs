//! Where file and database disagree: on state the database wins, on definitions the file.

use serde_json::{Value, json};

use super::plan::{Drift, Side};
use super::snapshot_tasks::TaskTable;
use crate::legacy::queue::{QueueDocument, QueueTask, Seed};
use crate::legacy::snapshot::RawRow;
use crate::model::task::TaskState;

/// Lists where they disagree on where a task stands.
pub(super) fn of_state(task: &QueueTask, state: &TaskState, list: &mut Vec<Drift>) {
    let none = Seed::default();
    let seed = task.seed.as_deref().unwrap_or(&none);
    let fields = [
        ("status", Some(seed.status()), Some(state.status.as_str())),
        ("owner", seed.owner.as_deref(), state.owner.as_deref()),
        ("branch", seed.branch.as_deref(), state.branch.as_deref()),
        ("commit", seed.commit.as_deref(), state.commit_sha.as_deref()),
        ("completed_at", seed.completed_at.as_deref(), state.completed_at.as_deref()),
    ];
    for (field, file, db) in fields.into_iter().filter(|(_, file, db)| file != db) {
        let (file, db) = (file.map(str::to_owned), db.map(str::to_owned));
        list.push(Drift { task: task.id.to_string(), field, file, db, wins: Side::Database });
    }
}

/// Lists where they disagree on what a task is. A column that the database does not have disagrees with nothing.
pub(super) fn of_definition(
    task: &QueueTask,
    table: &TaskTable<'_>,
    row: &RawRow<'_>,
    list: &mut Vec<Drift>,
) {
    let mut add = |field, file, db| {
        list.push(Drift { task: task.id.to_string(), field, file, db, wins: Side::File });
    };
    let texts = [
        ("title", "title", Some(&*task.title)),
        ("role", "role", Some(&*task.role)),
        ("kind", "kind", task.kind.as_deref()),
        ("parent", "parent_id", task.parent.as_deref()),
        ("notes", "notes", task.notes.as_deref()),
    ];
    for (field, ours, file) in texts.into_iter().filter(|(_, ours, _)| table.has(ours)) {
        let (file, db) = (file.filter(|text| !text.is_empty()), table.text(row, ours));
        if file != db.as_deref() {
            add(field, file.map(str::to_owned), db);
        }
    }
    for (field, file) in [("priority", task.priority), ("sequence", task.sequence)] {
        let db = table.integer(row, field);
        if table.has(field) && file != db {
            add(field, file.map(|number| number.to_string()), db.map(|number| number.to_string()));
        }
    }
    let lists =
        [("acceptance_checks", &*task.acceptance_checks, json!([])), ("extra", &*task.extra, json!({}))];
    for (field, file, none) in lists.into_iter().filter(|(field, ..)| table.has(field)) {
        let db = table.text(row, field);
        let read = |text: &str| serde_json::from_str::<Value>(text).ok();
        let said = db.as_deref().map_or(Some(none), read);
        if said.is_none() || said != read(file) {
            add(field, Some(file.to_owned()), db);
        }
    }
}

/// The disagreement on what a task depends on, when there is one. The order counts.
pub(super) fn of_dependencies(queue: &QueueDocument, task: &QueueTask, db: &[String]) -> Option<Drift> {
    if queue.depends_on(task).eq(db.iter().map(String::as_str)) {
        return None;
    }
    let file = queue.depends_on(task).collect::<Vec<_>>().join(", ");
    let shown = |text: String| (!text.is_empty()).then_some(text);
    Some(Drift {
        task: task.id.to_string(),
        field: "depends_on",
        file: shown(file),
        db: shown(db.join(", ")),
        wins: Side::File,
    })
}
