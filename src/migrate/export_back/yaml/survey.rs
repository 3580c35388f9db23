//! What a queue file says, as far as an edit has to know it: the state of each task, and a digest of all the rest.

use sha2::{Digest, Sha256};

use super::rounds::StateKey;
use crate::legacy::queue::{LIST_KEY, is_blank};
use crate::legacy::yaml::ruby_text::text;
use crate::legacy::yaml::{Mapping, Mark, Node, Sink, Top, Value, YamlError, stream};

/// A whole file.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) tasks: Vec<TaskSurvey>,
    /// Of what stands beside the tasks.
    rest: Vec<u8>,
}

/// One item of the list.
#[derive(Debug)]
pub(super) struct TaskSurvey {
    pub(super) id: Option<String>,
    pub(super) mark: Mark,
    /// One for each state key, in the order of the keys.
    pub(super) state: Vec<Cell>,
    /// Of everything but the state keys.
    rest: [u8; 32],
}

/// The value of a state key.
#[derive(Debug)]
pub(super) struct Cell {
    /// Which of the key's names counts, by its place.
    pub(super) name: usize,
    /// The text that the legacy takes it for; none when it is blank or absent and the key has no default.
    pub(super) text: Option<String>,
    /// Its class in Ruby; none when the key is absent.
    pub(super) class: Option<&'static str>,
}

struct Reading<'k> {
    keys: &'k [StateKey],
    tasks: Vec<TaskSurvey>,
}

impl Sink for Reading<'_> {
    fn restart(&mut self) {
        self.tasks.clear();
    }

    fn item(&mut self, _index: usize, item: Node) {
        let mark = item.mark;
        let task = match &item.value {
            Value::Map(mapping) => self.task(mapping, mark),
            other => TaskSurvey { id: None, mark, state: Vec::new(), rest: digest(&[other.identity()]) },
        };
        self.tasks.push(task);
    }
}

impl Reading<'_> {
    fn task(&self, mapping: &Mapping, mark: Mark) -> TaskSurvey {
        let state: Vec<Cell> = self.keys.iter().map(|key| cell(key, mapping)).collect();
        let names: Vec<&str> =
            self.keys.iter().zip(&state).map(|(key, cell)| key.names[cell.name].as_str()).collect();
        let mut rest = Vec::new();
        for (key, value) in &mapping.entries {
            if !key.value.as_str().is_some_and(|name| names.contains(&name)) {
                rest.extend([key.value.identity(), value.value.identity()]);
            }
        }
        let id = mapping.get("id").and_then(|node| text(&node.value)).map(std::borrow::Cow::into_owned);
        TaskSurvey { id, mark, state, rest: digest(&rest) }
    }
}

fn cell(key: &StateKey, mapping: &Mapping) -> Cell {
    // A key's own name comes before another, whichever stands first; of the others the first in the file counts.
    let own = mapping.get(&key.names[0]).map(|node| (0, node));
    let found = own.or_else(|| {
        mapping.entries.iter().find_map(|(name, node)| {
            let name = name.value.as_str()?;
            key.names.iter().position(|known| known == name).map(|place| (place, node))
        })
    });
    let value = found.and_then(|(_, node)| text(&node.value)).map(std::borrow::Cow::into_owned);
    Cell {
        name: found.map_or(0, |(place, _)| place),
        text: key.settled(value),
        class: found.map(|(_, node)| node.value.class_name()),
    }
}

impl StateKey {
    /// A value as the legacy compares it: blank is the default, or nothing.
    pub(super) fn settled(&self, value: Option<String>) -> Option<String> {
        value.filter(|text| !is_blank(text)).or_else(|| self.default.clone())
    }
}

impl Survey {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is no YAML, or none that Ruby reads.
    pub(super) fn of(bytes: &[u8], keys: &[StateKey]) -> Result<Self, YamlError> {
        let mut reading = Reading { keys, tasks: Vec::new() };
        let rest = match stream(bytes, LIST_KEY, &mut reading)? {
            Top::List(_) => Vec::new(),
            Top::Mapping { rest, list, .. } => {
                let mut bytes = Value::Map(Box::new(rest)).identity();
                bytes.extend(list.map_or(0, |list| list.slot + 1).to_le_bytes());
                bytes
            }
            Top::Other(node) => node.value.identity(),
        };
        Ok(Self { tasks: reading.tasks, rest })
    }

    /// The first task of which more differs than state, or `usize::MAX` for what stands beside the tasks.
    pub(super) fn first_other_difference(&self, other: &Self) -> Option<usize> {
        if self.rest != other.rest || self.tasks.len() != other.tasks.len() {
            return Some(usize::MAX);
        }
        self.tasks.iter().zip(&other.tasks).position(|(ours, theirs)| ours.rest != theirs.rest)
    }
}

fn digest(parts: &[Vec<u8>]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}
