//! Both sides' canonical states, held against each other row by row, with the lane that each row belongs to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fairway_parity::library::Systems;
use fairway_parity::system::state_of;
use serde_json::Value;

use super::OWN_ADAPTER;
use super::error::PilotError;
use crate::migrate::verify::Canonical;

/// The sections of the canonical state, and the store's table of each.
const TABLES: [(&str, &str); 9] = [
    ("tasks", "task_definitions"),
    ("history", "task_state_history"),
    ("evidence", "task_evidence"),
    ("handoffs", "task_handoffs"),
    ("reviews", "task_reviews"),
    ("review_routes", "task_review_routes"),
    ("sessions", "agent_sessions"),
    ("watchers", "task_watchers"),
    ("checkpoints", "task_checkpoints"),
];

/// A row that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The lane; empty for what belongs to no task.
    pub lane: String,
    /// The store's table.
    pub table: &'static str,
    /// The row.
    pub key: String,
    /// The task that it is about; empty for none.
    pub task: String,
    /// Whether only Fairway has the row.
    pub ours_alone: bool,
    /// What differs, in words.
    pub why: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { table, key, task, why, .. } = self;
        let section = TABLES.iter().find(|(_, known)| known == table).map_or(*table, |(section, _)| *section);
        if task.is_empty() || task == key {
            write!(out, "{section} {key}: {why}")
        } else {
            write!(out, "{section} {key} of {task}: {why}")
        }
    }
}

/// The canonical state of a store.
///
/// # Errors
/// It cannot be read.
pub fn canonical(systems: &Systems, checkout: &Path, store: &Path) -> Result<Canonical, PilotError> {
    let own = systems.adapter(OWN_ADAPTER);
    let own = own.ok_or_else(|| PilotError::Unreadable(format!("there is no adapter `{OWN_ADAPTER}`")))?;
    let state = state_of(checkout, Some(store), own, &systems.schema)
        .map_err(|error| PilotError::Unreadable(error.to_string()))?;
    // Rows of texts, numbers, lists and objects under text keys always serialise.
    Ok(serde_json::to_value(state).and_then(serde_json::from_value).unwrap_or_default())
}

/// Every row in which two states differ.
pub fn differences(theirs: &Canonical, ours: &Canonical) -> Vec<Difference> {
    let lanes = [theirs, ours].map(lanes_of);
    let none = BTreeMap::new();
    let mut found = Vec::new();
    for (section, table) in TABLES {
        let (one, two) = (theirs.get(section).unwrap_or(&none), ours.get(section).unwrap_or(&none));
        let keys: BTreeSet<&String> = one.keys().chain(two.keys()).collect();
        for key in keys {
            let (left, right) = (one.get(key), two.get(key));
            if left == right {
                continue;
            }
            let row = left.or(right);
            let text = |column: &str| row.and_then(|row| row.get(column)?.as_str()).unwrap_or_default();
            let task = match section {
                "tasks" => key.as_str(),
                "checkpoints" => text("track"),
                _ => text("task"),
            };
            let of_task = lanes.iter().find_map(|lanes| lanes.get(task).copied());
            let lane = if section == "sessions" { Some(text("role")) } else { of_task };
            found.push(Difference {
                lane: lane.unwrap_or_default().to_owned(),
                table,
                key: key.clone(),
                task: task.to_owned(),
                ours_alone: left.is_none(),
                why: why(left, right),
            });
        }
    }
    found
}

type Row = serde_json::Map<String, Value>;

fn why(theirs: Option<&Row>, ours: Option<&Row>) -> String {
    match (theirs, ours) {
        (Some(theirs), Some(ours)) => {
            let columns: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
            let differ = columns.into_iter().filter(|column| theirs.get(*column) != ours.get(*column));
            let shown = |value: Option<&Value>| fairway_parity::report::value(value, 40);
            let list: Vec<String> = differ
                .map(|column| {
                    let (one, two) = (shown(theirs.get(column)), shown(ours.get(column)));
                    format!("{column} is {one} there and {two} here")
                })
                .collect();
            list.join(", ")
        }
        (Some(row), None) => format!("only the scripts have it{}", by(row)),
        (_, Some(row)) => format!("only Fairway has it{}", by(row)),
        (None, None) => String::new(),
    }
}

fn by(row: &Row) -> String {
    match row.get("actor").and_then(Value::as_str) {
        Some(actor) => format!(", by {actor}"),
        None => String::new(),
    }
}

/// The lane of each task.
fn lanes_of(state: &Canonical) -> BTreeMap<&str, &str> {
    let tasks = state.get("tasks").into_iter().flatten();
    tasks.filter_map(|(id, row)| Some((id.as_str(), row.get("role")?.as_str()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_difference_knows_its_lane() {
        let theirs: Canonical = serde_json::from_value(json!({
            "tasks": { "a": { "role": "x", "status": "todo" } },
            "history": { "1": { "task": "a", "actor": "me" } },
            "sessions": { "s": { "role": "y", "task": "a" } },
            "checkpoints": { "7": { "track": "release" } },
        }))
        .unwrap();
        let found = differences(&theirs, &Canonical::new());
        let told: Vec<String> = found.iter().map(|one| format!("{}|{one}", one.lane)).collect();
        assert_eq!(
            told,
            [
                "x|tasks a: only the scripts have it",
                "x|history 1 of a: only the scripts have it, by me",
                "y|sessions s of a: only the scripts have it",
                "|checkpoints 7 of release: only the scripts have it",
            ]
        );
        let mut ours = theirs.clone();
        assert_eq!(differences(&theirs, &ours), []);
        ours.get_mut("tasks").unwrap().get_mut("a").unwrap().insert("status".to_owned(), json!("done"));
        assert!(differences(&theirs, &ours)[0].to_string().contains("status is"));
    }
}
