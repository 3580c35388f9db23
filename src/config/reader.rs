//! Reading a parsed TOML document into typed sections while keeping every problem.
//!
//! The document is parsed once, generically. Sections then ask for their keys; an unknown key, a wrong type
//! or a missing key is noted with its place and reading goes on, so that one run reports everything.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::schema::home_of;
use super::source::Source;
use crate::model::diagnostic::{Diagnostic, closest};

/// A value of the document and the dotted path to it, such as `roles[2].name`.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) path: &'a str,
    pub(super) value: &'a Spanned<DeValue<'a>>,
}

/// What can be read from a TOML value.
pub(super) trait FromToml: Sized {
    /// Reads the value, or notes what is wrong with it and answers `None`.
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self>;

    /// The value of a key that is not there; `None` when the key is required.
    fn absent() -> Option<Self> {
        None
    }
}

/// Collects problems and remembers where each value stands.
pub(super) struct Reader<'a> {
    source: Source<'a>,
    spans: HashMap<String, Range<usize>>,
    problems: Vec<(String, Diagnostic)>,
    /// Keys that were probably meant where an unknown one stands, so that their defaults mean little.
    suspects: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        Self { source, spans: HashMap::new(), problems: Vec::new(), suspects: Vec::new() }
    }

    /// Notes a problem with the value at `path`, or with the nearest thing around it that is in the file.
    pub(super) fn note(&mut self, path: &str, problem: Diagnostic) {
        let span = self.nearest(path);
        self.note_at(path, &span, problem);
    }

    /// Notes a problem at a byte range.
    pub(super) fn note_at(&mut self, path: &str, span: &Range<usize>, mut problem: Diagnostic) {
        if !path.is_empty() && problem.subject.is_none() {
            problem = problem.about(path);
        }
        self.problems.push((path.to_owned(), problem.at(self.source.place(span))));
    }

    /// Notes that a value is not of the type that its key takes.
    pub(super) fn wrong_type(&mut self, node: Node<'_>, expected: &str) {
        let found = describe(node.value.get_ref());
        let message = format!("`{}` must be {expected}, found {found}", node.path);
        self.note(node.path, Diagnostic::error("wrong-type", message));
    }

    /// Whether the file has a value at `path`; keys that took their default are not in the file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.spans.contains_key(path)
    }

    /// Whether nothing at or below `path` has a problem yet, so that a check across sections may rely on it.
    pub(super) fn intact(&self, path: &str) -> bool {
        let below = |other: &str| {
            other.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        !self.problems.iter().map(|(at, _)| at).chain(&self.suspects).any(|at| below(at))
    }

    /// All problems, in the order of the file.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut problems: Vec<Diagnostic> = self.problems.into_iter().map(|(_, problem)| problem).collect();
        problems.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.line, place.column)));
        problems
    }

    pub(super) fn remember(&mut self, node: Node<'_>) {
        self.spans.insert(node.path.to_owned(), node.value.span());
    }

    fn nearest(&self, path: &str) -> Range<usize> {
        let mut path = path;
        loop {
            if let Some(span) = self.spans.get(path) {
                return span.clone();
            }
            match path.rfind(['.', '[']) {
                Some(cut) => path = &path[..cut],
                None => return 0..0,
            }
        }
    }
}

/// What came of asking for a key.
enum Found<T> {
    Nothing,
    Wrong,
    Value(T),
}

/// A table that is being read, key by key.
pub(super) struct Section<'a> {
    path: &'a str,
    table: &'a DeTable<'a>,
}

impl<'a> Section<'a> {
    /// Opens a table and notes every key of it that is not in `known`.
    pub(super) fn open(node: Node<'a>, known: &[&'static str], reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = node.value.get_ref() else {
            reader.wrong_type(node, "a table");
            return None;
        };
        let section = Self { path: node.path, table };
        for key in table.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                section.unknown(key, known, reader);
            }
        }
        Some(section)
    }

    /// The value of a key, or `default` when it is absent or wrong.
    pub(super) fn or<T: FromToml>(
        &self,
        key: &str,
        reader: &mut Reader<'_>,
        default: impl FnOnce() -> T,
    ) -> T {
        match self.read(key, reader) {
            Found::Value(value) => value,
            Found::Nothing | Found::Wrong => default(),
        }
    }

    /// The value of a key that has no default; its absence is noted.
    pub(super) fn required<T: FromToml>(&self, key: &str, reader: &mut Reader<'_>) -> Option<T> {
        match self.read(key, reader) {
            Found::Value(value) => return Some(value),
            Found::Wrong => return None,
            Found::Nothing => {}
        }
        let absent = T::absent();
        if absent.is_none() {
            let path = self.join(key);
            reader.note(&path, Diagnostic::error(MISSING_KEY, format!("`{path}` is missing")));
        }
        absent
    }

    fn read<T: FromToml>(&self, key: &str, reader: &mut Reader<'_>) -> Found<T> {
        let Some(value) = self.table.get(key) else { return Found::Nothing };
        let path = self.join(key);
        let node = Node { path: &path, value };
        reader.remember(node);
        T::from_toml(node, reader).map_or(Found::Wrong, Found::Value)
    }

    fn unknown(&self, key: &Spanned<Cow<'_, str>>, known: &[&'static str], reader: &mut Reader<'_>) {
        let word = key.get_ref().as_ref();
        if RETIRED.contains(&(self.path, word)) {
            let message = format!("`{}` has no effect", self.join(word));
            let problem = Diagnostic::warning("retired-key", message).expecting("leave it out");
            reader.note_at(&self.join(word), &key.span(), problem);
            return;
        }
        let expected = match (closest(word, known.iter().copied()), home_of(word)) {
            (Some(near), _) => {
                reader.suspects.push(self.join(near));
                format!("did you mean `{near}`?")
            }
            (None, Some(home)) => format!("`{word}` belongs to {home}"),
            (None, None) => format!("one of {}", known.join(", ")),
        };
        let message = match self.path {
            "" => format!("unknown key `{word}`"),
            path => format!("unknown key `{word}` in `{path}`"),
        };
        let problem = Diagnostic::error("unknown-key", message).expecting(expected);
        reader.note_at(&self.join(word), &key.span(), problem);
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// Keys that files of the prototype have, and that never meant anything: section and key.
const RETIRED: [(&str, &str); 2] =
    [("coordinator", "max_sidecar_tracks"), ("coordinator", "max_review_tracks")];

/// The code of a required key that is not there: after a syntax error it may be a consequence only.
pub(super) const MISSING_KEY: &str = "missing-key";

/// A value as an error message names it.
fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.chars().count() <= 40 => format!("the text {:?}", text.as_ref()),
        DeValue::String(_) => "a text".to_owned(),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => format!("the time {time}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
