//! Turns a message into a kind and what it mentions, so that two systems may word it differently.

use regex::Regex;
use serde_json::{Map, Value};

use crate::datafile::Node;

use super::Misplaced;

/// A list of message patterns, each with the kind it stands for.
#[derive(Debug, Clone)]
pub struct Classifier {
    /// Its name, by which places refer to it.
    pub name: String,
    patterns: Vec<(Regex, String)>,
}

impl Classifier {
    pub(in crate::adapter) fn parse(name: String, node: &Node<'_>) -> Self {
        let patterns = node
            .list()
            .iter()
            .filter_map(|node| {
                node.table(|table| {
                    let regex = table.need("pattern").and_then(|node| node.regex());
                    (regex, table.need_text("kind"))
                })
            })
            .filter_map(|(regex, kind)| Some((regex?, kind)))
            .collect();
        Self { name, patterns }
    }

    /// The kind and the named groups of a message, in place of the message.
    pub(super) fn apply(&self, item: &mut Map<String, Value>, message: &str) -> Result<(), Misplaced> {
        let found =
            self.patterns.iter().find_map(|(regex, kind)| Some((regex.captures(message)?, regex, kind)));
        let (captures, regex, kind) = found.ok_or_else(|| Misplaced::Unclassified {
            classifier: self.name.clone(),
            message: message.to_owned(),
        })?;
        item.insert("kind".to_owned(), Value::from(kind.as_str()));
        for name in regex.capture_names().flatten() {
            let value = captures.name(name).map_or(Value::Null, |group| Value::from(group.as_str()));
            item.insert(name.to_owned(), value);
        }
        Ok(())
    }
}
