//! A Ruby Hash under construction: which keys are one key, what keeps its place, what was replaced.

use std::collections::HashMap;

use super::node::{Duplicate, Mapping, Mark, Node, Value};
use super::ruby_text::to_s;

/// Up to so many pairs a key is looked for one by one.
const INDEXED_FROM: usize = 16;

/// A Hash being filled.
#[derive(Debug, Default)]
pub(super) struct HashBuilder {
    map: Mapping,
    /// The slot of each duplicate, in step with `map.duplicates`.
    duplicate_slots: Vec<usize>,
    /// Slots that a merge filled and nothing else has touched; writing there replaces nothing that stood here.
    merged: Vec<usize>,
    index: Option<HashMap<Vec<u8>, usize>>,
}

impl HashBuilder {
    /// `hash[key] = value`
    pub(super) fn set(&mut self, key: Node, value: Node) {
        match self.find(&key.value) {
            Some(slot) => {
                if let Some(at) = self.merged.iter().position(|merged| *merged == slot) {
                    self.merged.swap_remove(at);
                } else {
                    self.note_duplicate(slot, key.mark);
                }
                self.map.entries[slot].1 = value;
            }
            None => {
                self.push(key, value);
            }
        }
    }

    /// `hash.merge!(other)` for a merge key at `mark`: Psych lets the merged value win over one written before.
    pub(super) fn merge(&mut self, other: Mapping, mark: Mark) {
        for (key, value) in other.entries {
            if let Some(slot) = self.find(&key.value) {
                if !self.merged.contains(&slot) {
                    self.note_duplicate(slot, mark);
                }
                self.map.entries[slot].1 = value;
            } else {
                let slot = self.push(key, value);
                self.merged.push(slot);
            }
        }
    }

    /// The finished Hash.
    pub(super) fn finish(self) -> Mapping {
        self.map
    }

    fn push(&mut self, key: Node, value: Node) -> usize {
        let slot = self.map.entries.len();
        if let Some(index) = &mut self.index {
            index.insert(identity(&key.value), slot);
        }
        self.map.entries.push((key, value));
        if self.index.is_none() && slot + 1 == INDEXED_FROM {
            let keys = self.map.entries.iter().enumerate();
            self.index = Some(keys.map(|(at, (key, _))| (identity(&key.value), at)).collect());
        }
        slot
    }

    fn find(&self, key: &Value) -> Option<usize> {
        if let Some(index) = &self.index {
            return index.get(&identity(key)).copied();
        }
        let mut keys = self.map.entries.iter().map(|(key, _)| &key.value);
        let wanted = match key {
            Value::Str(_) => Vec::new(),
            _ => identity(key),
        };
        keys.position(|other| match (key, other) {
            (Value::Str(key), Value::Str(other)) => key == other,
            (Value::Str(key), Value::Bytes(other)) => key.as_bytes() == &**other && key.is_ascii(),
            (Value::Str(_), _) => false,
            _ => identity(other) == wanted,
        })
    }

    fn note_duplicate(&mut self, slot: usize, last: Mark) {
        if let Some(at) = self.duplicate_slots.iter().position(|known| *known == slot) {
            self.map.duplicates[at].last = last;
        } else {
            let key = &self.map.entries[slot].0;
            let key = Duplicate { key: to_s(&key.value).into_owned(), first: key.mark, last };
            self.duplicate_slots.push(slot);
            self.map.duplicates.push(key);
        }
    }
}

/// Bytes that are equal exactly when Ruby's `eql?` holds (or both are NaN, which Psych takes from one constant).
pub(super) fn identity(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write_identity(value, &mut out);
    out
}

fn write_identity(value: &Value, out: &mut Vec<u8>) {
    let mut put = |kind: u8, content: &[u8]| {
        out.push(kind);
        out.extend(content.len().to_le_bytes());
        out.extend(content);
    };
    match value {
        Value::Null => put(b'n', b""),
        Value::Bool(yes) => put(b'?', &[u8::from(*yes)]),
        Value::Int(int) => put(b'i', int.to_string().as_bytes()),
        Value::BigInt(int) => put(b'i', int.as_bytes()),
        // -0.0 and 0.0 are one key in Ruby.
        Value::Float(float) if *float == 0.0 => put(b'f', b"0"),
        Value::Float(float) if float.is_nan() => put(b'f', b"nan"),
        Value::Float(float) => put(b'f', &float.to_bits().to_le_bytes()),
        Value::Str(text) => put(b's', text.as_bytes()),
        // To Ruby, plain ASCII is the same in any encoding.
        Value::Bytes(bytes) if bytes.is_ascii() => put(b's', bytes),
        Value::Bytes(bytes) => put(b'b', bytes),
        Value::Date(date) => put(b'd', &date.jd().to_le_bytes()),
        Value::Time(time) => put(b't', format!("{}.{}", time.seconds, time.fraction).as_bytes()),
        Value::Seq(items) => {
            put(b'[', &items.len().to_le_bytes());
            for item in items {
                write_identity(&item.value, out);
            }
        }
        Value::Map(map) => {
            put(b'{', &map.entries.len().to_le_bytes());
            // Two Hashes are eql? whatever the order of their pairs.
            let mut pairs: Vec<Vec<u8>> = map
                .entries
                .iter()
                .map(|(k, v)| {
                    let mut pair = identity(&k.value);
                    write_identity(&v.value, &mut pair);
                    pair
                })
                .collect();
            pairs.sort_unstable();
            out.extend(pairs.concat());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(value: Value, line: u32) -> Node {
        Node { value, mark: Mark { line, column: 1 } }
    }

    fn text(text: &str, line: u32) -> Node {
        node(Value::Str(text.into()), line)
    }

    #[test]
    fn the_last_value_stands_in_the_first_place() {
        let mut hash = HashBuilder::default();
        for (line, key) in (1..).zip(["a", "b", "a", "c", "a"]) {
            hash.set(text(key, line), node(Value::Int(line.into()), line));
        }
        let map = hash.finish();
        let pairs: Vec<_> =
            map.entries.iter().map(|(k, v)| (k.value.as_str().unwrap(), v.mark.line)).collect();
        assert_eq!(pairs, [("a", 5), ("b", 2), ("c", 4)]);
        let first = Mark { line: 1, column: 1 };
        assert_eq!(map.duplicates, [Duplicate { key: "a".into(), first, last: Mark { line: 5, column: 1 } }]);
    }

    #[test]
    fn many_keys_are_found_as_few_are() {
        let mut hash = HashBuilder::default();
        for round in 0..2_u32 {
            for n in 0..100_u32 {
                hash.set(node(Value::Int(n.into()), round * 100 + n), text("x", 1));
                hash.set(text(&n.to_string(), round * 100 + n), text("x", 1));
            }
        }
        let map = hash.finish();
        assert_eq!((map.entries.len(), map.duplicates.len()), (200, 200));
    }

    #[test]
    fn a_merge_over_a_written_key_is_noted_and_the_reverse_is_not() {
        let merged = || Mapping { entries: vec![(text("a", 9), text("merged", 9))], ..Mapping::default() };
        let mut before = HashBuilder::default();
        before.merge(merged(), Mark { line: 1, column: 1 });
        before.set(text("a", 2), text("own", 2));
        assert!(before.finish().duplicates.is_empty());
        let mut after = HashBuilder::default();
        after.set(text("a", 1), text("own", 1));
        after.merge(merged(), Mark { line: 2, column: 1 });
        let map = after.finish();
        assert_eq!(map.duplicates.len(), 1);
        assert_eq!(map.get("a").unwrap().value.as_str(), Some("merged"));
    }
}
