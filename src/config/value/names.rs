//! What a queue of another kind calls things that Fairway has a name for: a table, theirs = "ours".

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value;
use toml::de::DeValue;

use crate::config::reader::{FromToml, Node, Reader};
use crate::model::diagnostic::Diagnostic;

/// What is called by other names.
pub trait Named: Debug + Clone + PartialEq {
    /// The name of the table's type.
    const TYPE: &'static str;
    /// What the names are of, as in "field names".
    const WHAT: &'static str;

    /// What is wrong with calling `ours` `theirs`, in the table's entry of that path.
    fn problem(path: &str, theirs: &str, ours: &str) -> Option<Diagnostic>;

    /// The JSON Schema of what they may stand for.
    fn schema() -> Value;
}

/// Other names: the queue's name, Fairway's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Names<K>(BTreeMap<String, String>, #[serde(skip)] PhantomData<K>);

impl<K> Default for Names<K> {
    fn default() -> Self {
        Self(BTreeMap::new(), PhantomData)
    }
}

impl<K> Names<K> {
    pub(super) fn of(names: &[(&str, &str)]) -> Self {
        let names = names.iter().map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned()));
        Self(names.collect(), PhantomData)
    }

    /// The queue's name and Fairway's name of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(theirs, ours)| (theirs.as_str(), ours.as_str()))
    }
}

impl<K: Named> FromToml for Names<K> {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = node.value.get_ref() else {
            reader.wrong_type(node, &format!("a table of {}, theirs = \"ours\"", K::WHAT));
            return None;
        };
        let mut names = BTreeMap::new();
        for (theirs, value) in table {
            let theirs: &str = theirs.get_ref().as_ref();
            let path = format!("{}.{theirs}", node.path);
            let entry = Node { path: &path, value };
            reader.remember(entry);
            let Some(ours) = String::from_toml(entry, reader) else { continue };
            match K::problem(&path, theirs, &ours) {
                Some(problem) => reader.note(&path, problem),
                None => drop(names.insert(theirs.to_owned(), ours)),
            }
        }
        Some(Self(names, PhantomData))
    }
}

impl<K: Named> JsonSchema for Names<K> {
    fn schema_name() -> Cow<'static, str> {
        K::TYPE.into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": format!("table of {}", K::WHAT),
            "type": "object",
            "additionalProperties": K::schema()
        })
    }
}
