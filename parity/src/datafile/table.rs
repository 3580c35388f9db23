//! A table of a data file, which knows which of its keys were asked for.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::node::Sink;
use super::{Node, Source, suggest};

/// A table of the document, which reports keys that nobody asked for.
pub struct Table<'a> {
    entries: &'a DeTable<'a>,
    span: Range<usize>,
    source: &'a Source,
    sink: &'a Sink,
    asked: RefCell<Vec<String>>,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        entries: &'a DeTable<'a>,
        span: Range<usize>,
        source: &'a Source,
        sink: &'a Sink,
    ) -> Self {
        Self { entries, span, source, sink, asked: RefCell::new(Vec::new()) }
    }

    /// The value of a key that may be absent.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        self.asked.borrow_mut().push(key.to_owned());
        let value = self.entries.get(key)?;
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
            let key: &Cow<'_, str> = key.get_ref();
            (key.to_string(), Node { value, source: self.source, sink: self.sink })
        };
        let entries: Vec<_> = self.entries.iter().map(entry).collect();
        self.asked.borrow_mut().extend(entries.iter().map(|(key, _)| key.clone()));
        entries
    }

    /// Whether the key is there.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Records a problem with this table as a whole.
    pub fn problem(&self, message: impl Into<String>, expected: Option<String>) {
        self.sink.borrow_mut().push(self.source.problem(self.span.clone(), message, expected));
    }

    /// Records a problem with a key's name.
    pub fn key_problem(&self, key: &str, message: impl Into<String>, expected: Option<String>) {
        let span = self.entries.keys().find(|k| k.get_ref() == key).map_or(self.span.clone(), Spanned::span);
        self.sink.borrow_mut().push(self.source.problem(span, message, expected));
    }

    /// Reports every key that nobody asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        let names: Vec<&str> = asked.iter().map(String::as_str).collect();
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if !names.contains(&name) {
                let message = format!("unknown key `{name}`");
                self.key_problem(name, message, Some(suggest(name, &names)));
            }
        }
    }
}
