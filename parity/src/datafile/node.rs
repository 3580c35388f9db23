//! A cursor over a TOML document that remembers where everything stands and which keys were asked for.
//!
//! A getter that finds something wrong records it and answers an empty value: the document is refused as a
//! whole in the end, so the empty value is never used, and one pass finds every problem.

use std::cell::RefCell;

use regex::{Regex, RegexBuilder};
use toml::Spanned;
use toml::de::DeValue;

use super::{Problem, Source, Table, suggest};

pub(super) type Sink = RefCell<Vec<Problem>>;

/// One value of the document.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) value: &'a Spanned<DeValue<'a>>,
    pub(super) source: &'a Source,
    pub(super) sink: &'a Sink,
}

impl<'a> Node<'a> {
    /// Records a problem with this value.
    pub fn problem(&self, message: impl Into<String>, expected: Option<String>) {
        self.sink.borrow_mut().push(self.source.problem(self.value.span(), message, expected));
    }

    fn wrong(&self, wanted: &str) {
        let found = self.value.get_ref().type_str();
        self.problem(format!("expected {wanted}, found {found}"), None);
    }

    /// Text.
    pub fn text(&self) -> String {
        let Some(text) = self.value.get_ref().as_str() else {
            self.wrong("text");
            return String::new();
        };
        text.to_owned()
    }

    /// Text, when it is text at all.
    pub fn as_text(&self) -> Option<&'a str> {
        self.value.get_ref().as_str()
    }

    /// A whole number.
    pub fn integer(&self) -> i64 {
        let parsed =
            self.value.get_ref().as_integer().and_then(|number| {
                i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
            });
        parsed.unwrap_or_else(|| {
            self.wrong("a whole number");
            0
        })
    }

    /// `true` or `false`.
    pub fn boolean(&self) -> bool {
        self.value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong("true or false");
            false
        })
    }

    /// A list.
    pub fn list(&self) -> Vec<Node<'a>> {
        let Some(list) = self.value.get_ref().as_array() else {
            self.wrong("a list");
            return Vec::new();
        };
        list.iter().map(|value| Node { value, ..*self }).collect()
    }

    /// A list of texts.
    pub fn texts(&self) -> Vec<String> {
        self.list().iter().map(Node::text).collect()
    }

    /// A table, when it is one at all.
    pub fn as_table(&self) -> Option<Table<'a>> {
        let table = self.value.get_ref().as_table()?;
        Some(Table::new(table, self.value.span(), self.source, self.sink))
    }

    /// Reads a table with `build`; keys that `build` does not ask for are problems.
    pub fn table<T>(&self, build: impl FnOnce(&Table<'a>) -> T) -> Option<T> {
        let Some(table) = self.as_table() else {
            self.wrong("a table");
            return None;
        };
        let found = build(&table);
        table.finish();
        Some(found)
    }

    /// A regular expression, where `^` and `$` also match at line ends.
    pub fn regex(&self) -> Option<Regex> {
        let text = self.value.get_ref().as_str();
        if text.is_none() {
            self.wrong("a regular expression");
        }
        match RegexBuilder::new(text?).multi_line(true).build() {
            Ok(regex) => Some(regex),
            Err(error) => {
                let line = error.to_string().lines().last().unwrap_or_default().to_owned();
                self.problem(format!("not a regular expression: {line}"), None);
                None
            }
        }
    }

    /// One of the allowed names.
    pub fn one_of<'n>(&self, what: &str, allowed: impl IntoIterator<Item = &'n str>) -> String {
        let text = self.text();
        let allowed: Vec<&str> = allowed.into_iter().collect();
        if !allowed.contains(&text.as_str()) && !text.is_empty() {
            self.problem(format!("unknown {what} `{text}`"), Some(suggest(&text, &allowed)));
        }
        text
    }

    /// The value as JSON; times become text.
    pub fn json(&self) -> serde_json::Value {
        use serde_json::Value;
        match self.value.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(_) => Value::from(self.integer()),
            DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
            DeValue::Boolean(flag) => Value::Bool(*flag),
            DeValue::Datetime(time) => Value::String(time.to_string()),
            DeValue::Array(_) => self.list().iter().map(Node::json).collect(),
            DeValue::Table(table) => table
                .iter()
                .map(|(key, value)| (key.get_ref().to_string(), Node { value, ..*self }.json()))
                .collect(),
        }
    }
}
