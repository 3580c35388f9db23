//! What answers and state sections refer to by name, so that it is written down once.

use serde_json::Value;

use crate::datafile::{Node, Table, suggest};

use super::{Classifier, entries};

/// Texts that stand for other values: two systems may name the same thing differently.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(Vec<(String, Value)>);

/// The classifiers and the tables of values of one adapter.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    pub(super) classifiers: Vec<Classifier>,
    pub(super) values: Vec<(String, Values)>,
}

impl Values {
    /// A table of them, in place or by its name.
    pub(super) fn parse(node: &Node<'_>, shared: &Shared) -> Self {
        let Some(name) = node.as_text() else { return Self::table(node) };
        let known: Vec<&str> = shared.values.iter().map(|(name, _)| name.as_str()).collect();
        let found = shared.values.iter().find(|(known, _)| known == name);
        if found.is_none() {
            node.problem(format!("unknown table of values `{name}`"), Some(suggest(name, &known)));
        }
        found.map(|(_, values)| values.clone()).unwrap_or_default()
    }

    fn table(node: &Node<'_>) -> Self {
        let pairs = node.table(Table::entries).unwrap_or_default();
        Self(pairs.into_iter().map(|(name, node)| (name, node.json())).collect())
    }

    /// What a text stands for, when it is in the table.
    pub(crate) fn of(&self, text: &str) -> Option<&Value> {
        self.0.iter().find(|(from, _)| from == text).map(|(_, to)| to)
    }

    /// The text that stands for a value, when one does.
    pub(super) fn name_of(&self, value: &str) -> Option<&str> {
        self.0.iter().find(|(_, to)| to.as_str() == Some(value)).map(|(from, _)| from.as_str())
    }
}

impl Shared {
    pub(super) fn parse(root: &Table<'_>) -> Self {
        let classifiers = entries(root.get("classifiers"));
        let values = entries(root.get("values"));
        Self {
            classifiers: classifiers.into_iter().map(|(name, node)| Classifier::parse(name, &node)).collect(),
            values: values.into_iter().map(|(name, node)| (name, Values::table(&node))).collect(),
        }
    }
}
