//! What changed between two states of one queue.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::state::Rows;
use super::{QueueState, RowKey};

/// What happened to one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowChange {
    /// It is new.
    Added(Map<String, Value>),
    /// It is gone. What it held is in the state before.
    Removed,
    /// These columns have new values.
    Changed(Map<String, Value>),
}

impl RowChange {
    /// What became of a row that is there now; `None` when it is as it was.
    pub fn between(before: Option<&Map<String, Value>>, row: &Map<String, Value>) -> Option<Self> {
        let Some(before) = before else { return Some(Self::Added(row.clone())) };
        if before == row {
            return None;
        }
        let columns = row.iter().filter(|(column, value)| before.get(*column) != Some(value));
        Some(Self::Changed(columns.map(|(column, value)| (column.clone(), value.clone())).collect()))
    }
}

/// The rows that changed, by section and key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Delta {
    /// Changes by section; sections without any are left out.
    pub sections: BTreeMap<String, BTreeMap<RowKey, RowChange>>,
}

impl Delta {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// What was counted, all of it new: one section without a name, with a row for each kind.
    pub fn counted(found: impl IntoIterator<Item = String>) -> Self {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for kind in found {
            *counts.entry(kind).or_default() += 1;
        }
        if counts.is_empty() {
            return Self::default();
        }
        let row = |count: u64| Map::from_iter([("count".to_owned(), Value::from(count))]);
        let rows = counts.into_iter();
        let rows = rows.map(|(kind, count)| (RowKey::Name(kind), RowChange::Added(row(count)))).collect();
        Self { sections: [(String::new(), rows)].into() }
    }

    /// What leads from one state to the next.
    pub fn between(before: &QueueState, after: &QueueState) -> Self {
        let none = Rows::new();
        let names = before.sections.keys().chain(after.sections.keys());
        let mut sections = BTreeMap::new();
        for name in names {
            let old = before.sections.get(name).unwrap_or(&none);
            let new = after.sections.get(name).unwrap_or(&none);
            let changes = rows(old, new);
            if !changes.is_empty() {
                sections.insert(name.clone(), changes);
            }
        }
        Self { sections }
    }
}

fn rows(old: &Rows, new: &Rows) -> BTreeMap<RowKey, RowChange> {
    let mut changes = BTreeMap::new();
    for (key, row) in new {
        if let Some(change) = RowChange::between(old.get(key), row) {
            changes.insert(key.clone(), change);
        }
    }
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    changes.extend(gone.map(|key| (key.clone(), RowChange::Removed)));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn state(rows: &[(i64, u8)]) -> QueueState {
        let rows: Rows = rows
            .iter()
            .map(|(key, value)| {
                let mut row = Map::new();
                row.insert("v".into(), json!(value));
                (RowKey::Number(*key), row)
            })
            .collect();
        QueueState { sections: BTreeMap::from([("tasks".to_owned(), rows)]) }
    }

    fn apply(before: &QueueState, delta: &Delta) -> QueueState {
        let mut after = before.clone();
        for (section, changes) in &delta.sections {
            let rows = after.sections.entry(section.clone()).or_default();
            for (key, change) in changes {
                match change {
                    RowChange::Added(row) => drop(rows.insert(key.clone(), row.clone())),
                    RowChange::Removed => drop(rows.remove(key)),
                    RowChange::Changed(columns) => rows.get_mut(key).unwrap().extend(columns.clone()),
                }
            }
        }
        after
    }

    proptest! {
        #[test]
        fn a_delta_leads_from_one_state_to_the_next(
            one in proptest::collection::vec((0..6_i64, 0..3_u8), 0..6),
            two in proptest::collection::vec((0..6_i64, 0..3_u8), 0..6),
        ) {
            let (one, two) = (state(&one), state(&two));
            let delta = Delta::between(&one, &two);
            prop_assert_eq!(delta.sections.is_empty(), one == two);
            prop_assert_eq!(apply(&one, &delta), two);
        }
    }
}
