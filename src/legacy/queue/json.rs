//! A JSON queue, in the shape that the YAML reader gives.
//!
//! `serde_json` decides what is JSON; the trees with positions come from `jsonc-parser`, one for each item of the list,
//! so that a long list never exists as one tree.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

use jsonc_parser::ast::{Object, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions};
use serde::de::IgnoredAny;

use super::LIST_KEY;
use super::builder::{Builder, ListKey};
use super::json_parts::parts;
use super::source::Source;
use crate::legacy::yaml::{Duplicate, Mapping, Mark, Node, Value};
use crate::model::Diagnostic;

/// Where in the text something is wrong, and what.
type Wrong = (usize, String);

/// Turns trees with byte offsets into nodes with marks.
struct Reading<'s, 'a> {
    source: &'s Source<'a>,
    body: &'s str,
    /// How many bytes stand before the text that is read.
    skipped: usize,
    /// The last place that was asked for: the next one is mostly a little further, and a file may be one line.
    cursor: Cell<(usize, Mark)>,
}

impl Builder<'_> {
    /// Reads a whole JSON file.
    ///
    /// # Errors
    /// The problem of a file that is no JSON.
    pub(super) fn read_json(&mut self, text: &str, source: &Source<'_>) -> Result<(), Box<Diagnostic>> {
        let body = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let skipped = text.len() - body.len();
        let reading = Reading { source, body, skipped, cursor: Cell::new((0, Mark::START)) };
        let read = reading.check().and_then(|()| self.json_top(&reading));
        read.map_err(|(offset, message)| {
            let mark = reading.mark(offset);
            Box::new(self.problems.fixed("json-syntax", &message, "expected JSON, without comments", mark))
        })
    }

    fn json_top(&mut self, reading: &Reading<'_, '_>) -> Result<(), Wrong> {
        let body = reading.body;
        let start = body.len() - body.trim_start().len();
        match body.as_bytes().get(start) {
            Some(b'[') => {
                let mark = reading.mark(start);
                self.json_items(start, reading)?;
                self.bare_list(mark);
            }
            Some(b'{') => self.json_envelope(start, reading)?,
            _ => self.no_queue(reading.value(start..body.len())?.mark),
        }
        Ok(())
    }

    fn json_envelope(&mut self, start: usize, reading: &Reading<'_, '_>) -> Result<(), Wrong> {
        let mark = reading.mark(start);
        let mut pairs = Vec::new();
        let mut children = parts(reading.body, start);
        while let (Some(key), Some(value)) = (children.next(), children.next()) {
            pairs.push((reading.name(key.clone())?, key.start, value));
        }
        // The last of equal keys counts.
        let (mut lists, rest): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, ..)| name == LIST_KEY);
        let list = lists.pop().map(|(_, _, value)| value);
        let other = match &list {
            Some(value) if reading.body.as_bytes().get(value.start) == Some(&b'[') => {
                self.json_items(value.start, reading)?;
                None
            }
            Some(value) => Some(reading.value(value.clone())?),
            None => None,
        };
        let mut mapping = MappingBuilder::default();
        for (name, key, value) in rest {
            let mark = reading.mark(key);
            mapping.set(name, mark, reading.value(value)?);
        }
        let mut rest = mapping.mapping;
        rest.duplicates.extend(lists.iter().map(|(_, key, _)| {
            let mark = reading.mark(*key);
            Duplicate { key: LIST_KEY.to_owned(), first: mark, last: mark }
        }));
        let key = match (&other, list) {
            (Some(node), _) => ListKey::Other(node),
            (None, Some(_)) => ListKey::Read,
            (None, None) => ListKey::Missing,
        };
        self.envelope(mark, &rest, key);
        Ok(())
    }

    fn json_items(&mut self, start: usize, reading: &Reading<'_, '_>) -> Result<(), Wrong> {
        for (index, item) in parts(reading.body, start).enumerate() {
            self.item(index, &reading.value(item)?);
        }
        Ok(())
    }
}

impl Reading<'_, '_> {
    fn mark(&self, offset: usize) -> Mark {
        let (before, mut mark) = self.cursor.get();
        let Some(between) = self.body.get(before..offset) else {
            return self.source.mark_at(self.skipped + offset);
        };
        if between.contains(['\n', '\r']) {
            mark = self.source.mark_at(self.skipped + offset);
        } else {
            mark.column += u32::try_from(between.chars().count()).unwrap_or(u32::MAX);
        }
        self.cursor.set((offset, mark));
        mark
    }

    /// Whether the whole text is JSON.
    fn check(&self) -> Result<(), Wrong> {
        let body = self.body;
        let Err(error) = serde_json::from_str::<IgnoredAny>(body) else { return Ok(()) };
        let start =
            body.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let mut offset = (start + error.column().saturating_sub(1)).min(body.len());
        while !body.is_char_boundary(offset) {
            offset -= 1;
        }
        let words = error.to_string();
        let message = words.rsplit_once(" at line ").map_or(words.as_str(), |(head, _)| head);
        Err((offset, message.to_owned()))
    }

    /// The value that is written at a place.
    fn value(&self, at: Range<usize>) -> Result<Node, Wrong> {
        let options = ParseOptions { allow_comments: false, ..ParseOptions::default() };
        let text = self.body.get(at.clone()).unwrap_or_default();
        let parsed = jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &options)
            .map_err(|error| (at.start + error.range().start, error.kind().to_string()))?;
        let ast = parsed.value.ok_or_else(|| (at.start, "the file is empty".to_owned()))?;
        Ok(self.node(ast, at.start))
    }

    /// The key that is written at a place.
    fn name(&self, at: Range<usize>) -> Result<String, Wrong> {
        let text = self.body.get(at.clone()).unwrap_or_default();
        serde_json::from_str(text).map_err(|error| (at.start, error.to_string()))
    }

    /// A tree as a node; `base` is where its text begins.
    fn node(&self, ast: Ast<'_>, base: usize) -> Node {
        let mark = self.mark(base + ast.start());
        let value = match ast {
            Ast::NullKeyword(_) => Value::Null,
            Ast::BooleanLit(literal) => Value::Bool(literal.value),
            Ast::NumberLit(literal) => number(literal.value),
            Ast::StringLit(literal) => Value::Str(literal.value.into_owned().into()),
            Ast::Array(list) => {
                Value::Seq(list.elements.into_iter().map(|item| self.node(item, base)).collect())
            }
            Ast::Object(object) => Value::Map(Box::new(self.mapping(object, base))),
        };
        Node { value, mark }
    }

    fn mapping(&self, object: Object<'_>, base: usize) -> Mapping {
        let mut builder = MappingBuilder::default();
        for property in object.properties {
            let mark = self.mark(base + property.start());
            let name = property.name.into_string();
            builder.set(name, mark, self.node(property.value, base));
        }
        builder.mapping
    }
}

/// A mapping in the order of first mention, each key with the value written last.
#[derive(Default)]
struct MappingBuilder {
    mapping: Mapping,
    places: HashMap<String, usize>,
}

impl MappingBuilder {
    fn set(&mut self, name: String, mark: Mark, value: Node) {
        if let Some(place) = self.places.get(&name) {
            let (first, old) = &mut self.mapping.entries[*place];
            self.mapping.duplicates.push(Duplicate { key: name, first: first.mark, last: mark });
            *old = value;
            return;
        }
        self.places.insert(name.clone(), self.mapping.entries.len());
        self.mapping.entries.push((Node { value: Value::Str(name.into()), mark }, value));
    }
}

/// JSON numbers are integers unless they have a fraction or an exponent.
fn number(text: &str) -> Value {
    if text.contains(['.', 'e', 'E']) {
        return text.parse().map_or_else(|_| Value::Str(text.into()), Value::Float);
    }
    text.parse().map_or_else(|_| Value::BigInt(text.into()), Value::Int)
}
