//! A checksum of a queue's state that is carried from step to step, so that two steps can be told to start from the
//! same state without keeping either.

use sha2::{Digest, Sha256};

use super::state::Rows;
use super::{Delta, QueueState, RowChange, RowKey};

/// A state, and the sum over the digests of its rows: equal states have equal sums, whatever led to them.
#[derive(Debug, Clone)]
pub struct StateSum {
    state: QueueState,
    sum: [u64; 4],
}

impl StateSum {
    /// The sum of a state.
    pub fn of(state: QueueState) -> Self {
        let mut sum = [0; 4];
        for (section, rows) in &state.sections {
            for (key, row) in rows {
                sum = combined(sum, digest(section, key, row), u64::wrapping_add);
            }
        }
        Self { state, sum }
    }

    /// Goes on to the state that a change leads to. What it says of rows that are not there is left out.
    pub fn advance(&mut self, delta: &Delta) {
        for (section, changes) in &delta.sections {
            let rows = self.state.sections.entry(section.clone()).or_default();
            for (key, change) in changes {
                if let Some(row) = rows.get(key) {
                    self.sum = combined(self.sum, digest(section, key, row), u64::wrapping_sub);
                }
                apply(rows, key, change);
                if let Some(row) = rows.get(key) {
                    self.sum = combined(self.sum, digest(section, key, row), u64::wrapping_add);
                }
            }
        }
    }

    /// The sum, as bytes.
    pub fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (part, word) in bytes.chunks_exact_mut(8).zip(self.sum) {
            part.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

fn apply(rows: &mut Rows, key: &RowKey, change: &RowChange) {
    match change {
        RowChange::Added(row) => {
            rows.insert(key.clone(), row.clone());
        }
        RowChange::Removed => {
            rows.remove(key);
        }
        RowChange::Changed(columns) => {
            if let Some(row) = rows.get_mut(key) {
                row.extend(columns.clone());
            }
        }
    }
}

fn combined(one: [u64; 4], two: [u64; 4], with: fn(u64, u64) -> u64) -> [u64; 4] {
    std::array::from_fn(|index| with(one[index], two[index]))
}

fn digest(section: &str, key: &RowKey, row: &serde_json::Map<String, serde_json::Value>) -> [u64; 4] {
    let mut sha = Sha256::new();
    sha.update(section);
    sha.update([0]);
    sha.update(key.to_string());
    // In whatever order a row's columns were written, it is the same row.
    let mut columns: Vec<_> = row.iter().collect();
    columns.sort_by_key(|(name, _)| *name);
    for (name, value) in columns {
        sha.update([0]);
        sha.update(name);
        sha.update([0]);
        sha.update(value.to_string());
    }
    let bytes = sha.finalize();
    std::array::from_fn(|index| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[index * 8..index * 8 + 8]);
        u64::from_le_bytes(word)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::{Map, json};

    use super::*;

    fn state(rows: &[(i64, u8)]) -> QueueState {
        let row =
            |value: &u8| Map::from_iter([("v".to_owned(), json!(value)), ("w".to_owned(), json!(null))]);
        let rows: Rows = rows.iter().map(|(key, value)| (RowKey::Number(*key), row(value))).collect();
        QueueState { sections: BTreeMap::from([("tasks".to_owned(), rows)]) }
    }

    proptest! {
        #[test]
        fn whatever_leads_to_a_state_its_sum_is_the_same(
            one in proptest::collection::vec((0..6_i64, 0..3_u8), 0..6),
            two in proptest::collection::vec((0..6_i64, 0..3_u8), 0..6),
        ) {
            let (one, two) = (state(&one), state(&two));
            let mut sum = StateSum::of(one.clone());
            sum.advance(&Delta::between(&one, &two));
            prop_assert_eq!(sum.bytes(), StateSum::of(two.clone()).bytes());
            prop_assert_eq!(StateSum::of(one.clone()).bytes() == StateSum::of(two.clone()).bytes(), one == two);
        }
    }
}
