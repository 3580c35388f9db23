//! The canonical state of both sides, lane by lane.
//!
//! Either side is read by the harness, through the adapter of its own: neither by the importer's reader, nor by the store's.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::account::{Loss, Losses};
use crate::legacy::hex;

/// A canonical state, as the harness writes it: rows by section and key.
pub type Canonical = BTreeMap<String, BTreeMap<String, Map<String, Value>>>;

/// The digests of one lane: its tasks, and what gathered on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LaneDigest {
    /// The role; empty for what belongs to none.
    pub lane: String,
    /// How many rows of all sections belong to it, in the source.
    pub rows: usize,
    /// SHA-256 of the source's rows.
    pub source: String,
    /// SHA-256 of the store's rows.
    pub store: String,
}

impl LaneDigest {
    /// Whether both sides are one.
    pub fn is_equal(&self) -> bool {
        self.source == self.store
    }
}

/// Compares two states lane by lane; every difference is a loss with both values.
pub(super) fn compare(source: &Canonical, store: &Canonical, losses: &mut Losses) -> Vec<LaneDigest> {
    let digests = lane_digests(source, store);
    if digests.iter().any(|lane| !lane.is_equal()) {
        differences(source, store, losses);
    }
    digests
}

/// The digests of both states, lane by lane.
pub fn lane_digests(source: &Canonical, store: &Canonical) -> Vec<LaneDigest> {
    let lanes = [source, store].map(lanes_of);
    let (theirs, ours) = (by_lane(source, &lanes), by_lane(store, &lanes));
    let none = Rows::new();
    let names: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    let digests = names.into_iter().map(|lane| {
        let (one, two) = (theirs.get(lane).unwrap_or(&none), ours.get(lane).unwrap_or(&none));
        LaneDigest { lane: lane.clone(), rows: one.len(), source: digest(one), store: digest(two) }
    });
    digests.collect()
}

/// Rows by section and key.
type Rows<'s> = BTreeMap<(&'s str, &'s str), &'s Map<String, Value>>;

/// The lane of each task.
fn lanes_of(state: &Canonical) -> BTreeMap<&str, &str> {
    let tasks = state.get("tasks").into_iter().flatten();
    tasks.filter_map(|(id, row)| Some((id.as_str(), row.get("role")?.as_str()?))).collect()
}

fn by_lane<'s>(state: &'s Canonical, lanes: &[BTreeMap<&str, &str>; 2]) -> BTreeMap<String, Rows<'s>> {
    let mut found: BTreeMap<String, Rows<'s>> = BTreeMap::new();
    for (section, rows) in state {
        for (key, row) in rows {
            let text = |column: &str| row.get(column).and_then(Value::as_str);
            let task = if section == "tasks" { Some(key.as_str()) } else { text("task") };
            let of_task = task.and_then(|task| lanes.iter().find_map(|lanes| lanes.get(task).copied()));
            let lane = of_task.or_else(|| text("role")).unwrap_or_default();
            found.entry(lane.to_owned()).or_default().insert((section, key), row);
        }
    }
    found
}

fn digest(rows: &Rows<'_>) -> String {
    let mut hasher = Sha256::new();
    for ((section, key), row) in rows {
        let sorted: BTreeMap<&String, &Value> = row.iter().collect();
        let text = serde_json::to_string(&(section, key, sorted)).unwrap_or_default();
        hasher.update(text);
        hasher.update(b"\n");
    }
    hex(&hasher.finalize())
}

fn differences(source: &Canonical, store: &Canonical, losses: &mut Losses) {
    let none = BTreeMap::new();
    let sections: BTreeSet<&String> = source.keys().chain(store.keys()).collect();
    for section in sections {
        let (theirs, ours) = (source.get(section).unwrap_or(&none), store.get(section).unwrap_or(&none));
        let keys: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
        for key in keys {
            let loss = |field: Option<&String>, source: Option<Value>, store: Option<Value>| Loss {
                table: section.clone(),
                row: key.clone(),
                field: field.cloned(),
                source: source.unwrap_or_default(),
                store: store.unwrap_or_default(),
            };
            match (theirs.get(key), ours.get(key)) {
                (Some(one), Some(two)) => {
                    let columns: BTreeSet<&String> = one.keys().chain(two.keys()).collect();
                    for column in columns.into_iter().filter(|column| one.get(*column) != two.get(*column)) {
                        losses.add(loss(Some(column), one.get(column).cloned(), two.get(column).cloned()));
                    }
                }
                (one, two) => {
                    losses.add(loss(None, one.cloned().map(Value::Object), two.cloned().map(Value::Object)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state(value: Value) -> Canonical {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_difference_is_in_the_digest_of_its_lane_alone() {
        let source = state(json!({
            "tasks": { "a": { "role": "x", "title": "A" }, "b": { "role": "y", "title": "B" } },
            "history": { "1": { "task": "b", "reason": "é" } },
        }));
        let mut store = source.clone();
        let mut losses = Losses::default();
        assert!(compare(&source, &store, &mut losses).iter().all(LaneDigest::is_equal));
        store.get_mut("history").unwrap().get_mut("1").unwrap().insert("reason".into(), json!("e\u{301}"));
        let lanes = compare(&source, &store, &mut losses);
        let equal: Vec<(&str, bool)> =
            lanes.iter().map(|lane| (lane.lane.as_str(), lane.is_equal())).collect();
        assert_eq!(equal, [("x", true), ("y", false)]);
        assert_eq!(losses.count, 1);
        let loss = &losses.shown[0];
        assert_eq!(
            (loss.table.as_str(), loss.row.as_str(), loss.field.as_deref()),
            ("history", "1", Some("reason"))
        );
    }

    #[test]
    fn a_missing_row_is_a_difference() {
        let source = state(json!({ "tasks": { "a": { "role": "x" } } }));
        let mut losses = Losses::default();
        assert!(!compare(&source, &Canonical::new(), &mut losses)[0].is_equal());
        assert_eq!((losses.count, losses.shown[0].field.as_deref()), (1, None));
    }
}
