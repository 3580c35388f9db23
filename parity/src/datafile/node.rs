//! A cursor over a TOML document that remembers where everything stands and which keys were asked for.
//!
//! A getter that finds something wrong records it and answers an empty value: the document is refused as a
//! whole in the end, so the empty value is never used, and one pass finds every problem.

use std::cell::RefCell;
use std::ops::Range;

use regex::{Regex, RegexBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Problem, Source};

type Sink = RefCell<Vec<Problem>>;

/// One value of the document.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    value: &'a Spanned<DeValue<'a>>,
    source: &'a Source,
    sink: &'a Sink,
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
        let built = build(&table);
        table.finish();
        Some(built)
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

/// A table of the document, which reports keys that nobody asked for.
pub struct Table<'a> {
    table: &'a DeTable<'a>,
    span: Range<usize>,
    source: &'a Source,
    sink: &'a Sink,
    asked: RefCell<Vec<String>>,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        table: &'a DeTable<'a>,
        span: Range<usize>,
        source: &'a Source,
        sink: &'a Sink,
    ) -> Self {
        Self { table, span, source, sink, asked: RefCell::new(Vec::new()) }
    }

    /// The value of a key that may be absent.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        self.asked.borrow_mut().push(key.to_owned());
        let value = self.table.get(key)?;
        Some(Node { value, source: self.source, sink: self.sink })
    }

    /// The value of a key that must be there.
    pub fn need(&self, key: &str) -> Option<Node<'a>> {
        let node = self.get(key);
        if node.is_none() {
            self.problem(format!("`{key}` is missing"), None);
        }
        node
    }

    /// The text of a key that must be there.
    pub fn need_text(&self, key: &str) -> String {
        self.need(key).map(|node| node.text()).unwrap_or_default()
    }

    /// The text of a key that may be absent.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).map(|node| node.text())
    }

    /// The texts of a key; none when it is absent.
    pub fn texts(&self, key: &str) -> Vec<String> {
        self.get(key).map(|node| node.texts()).unwrap_or_default()
    }

    /// Every key with its value, in the order of the file. All of them count as asked for.
    pub fn entries(&self) -> Vec<(String, Node<'a>)> {
        let entry = |(key, value): (&Spanned<_>, &'a Spanned<_>)| {
            let key: &std::borrow::Cow<'_, str> = key.get_ref();
            (key.to_string(), Node { value, source: self.source, sink: self.sink })
        };
        let entries: Vec<_> = self.table.iter().map(entry).collect();
        self.asked.borrow_mut().extend(entries.iter().map(|(key, _)| key.clone()));
        entries
    }

    /// Whether the key is there.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Records a problem with this table as a whole.
    pub fn problem(&self, message: impl Into<String>, expected: Option<String>) {
        self.sink.borrow_mut().push(self.source.problem(self.span.clone(), message, expected));
    }

    /// Records a problem with a key's name.
    pub fn key_problem(&self, key: &str, message: impl Into<String>, expected: Option<String>) {
        let span = self.table.keys().find(|k| k.get_ref() == key).map_or(self.span.clone(), Spanned::span);
        self.sink.borrow_mut().push(self.source.problem(span, message, expected));
    }

    /// Reports every key that nobody asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        let names: Vec<&str> = asked.iter().map(String::as_str).collect();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !names.contains(&name) {
                let message = format!("unknown key `{name}`");
                self.key_problem(name, message, Some(suggest(name, &names)));
            }
        }
    }
}

/// "did you mean", or the allowed names when nothing is near.
pub(crate) fn suggest(found: &str, allowed: &[&str]) -> String {
    let near = allowed
        .iter()
        .map(|name| (strsim::damerau_levenshtein(found, name), *name))
        .filter(|(distance, name)| *distance <= (name.len().max(found.len()) / 3).max(1))
        .min();
    let mut sorted: Vec<&str> = allowed.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    match near {
        Some((_, name)) => format!("did you mean `{name}`? expected one of: {}", sorted.join(", ")),
        None => format!("expected one of: {}", sorted.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Source, read};

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let source = Source::new("a.toml", "naem = \"x\"\ncount = \"three\"\n[deep]\nflag = 1\n");
        let problems = read(&source, |table| {
            table.need_text("name");
            table.get("count").map(|node| node.integer());
            table.get("deep").and_then(|node| node.table(|deep| deep.get("flag").map(|flag| flag.boolean())));
        })
        .unwrap_err();
        let found: Vec<_> = problems.all().iter().map(|p| (p.line, p.column, p.message.as_str())).collect();
        assert!(found.contains(&(1, 1, "unknown key `naem`")), "{found:?}");
        assert!(found.contains(&(2, 9, "expected a whole number, found string")), "{found:?}");
        assert!(found.contains(&(4, 8, "expected true or false, found integer")), "{found:?}");
        assert!(found.iter().any(|(_, _, message)| *message == "`name` is missing"), "{found:?}");
        assert!(problems.to_string().contains("did you mean `name`"));
    }

    #[test]
    fn a_broken_document_is_one_error_per_place() {
        let problems = read(&Source::new("a.toml", "a = \nb = ]\n"), |_| ()).unwrap_err();
        assert!(problems.all().len() >= 2, "{problems}");
    }
}
