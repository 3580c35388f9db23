//! A JSON queue, in the shape that the YAML reader gives.
//!
//! `serde_json` decides what is JSON; the tree with positions comes from `jsonc-parser`.

use std::cell::Cell;
use std::collections::HashMap;

use jsonc_parser::ast::{Array, Object, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions};
use serde::de::IgnoredAny;

use super::LIST_KEY;
use super::builder::{Builder, ListKey};
use super::source::Source;
use crate::legacy::yaml::{Duplicate, Mapping, Mark, Node, Value};
use crate::model::Diagnostic;

/// Turns a tree with byte offsets into nodes with marks.
struct Reading<'s, 'a> {
    source: &'s Source<'a>,
    body: &'s str,
    /// How many bytes stand before the text that was parsed.
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
        match reading.parse().map_err(|(offset, message)| {
            let mark = reading.mark(offset);
            Box::new(self.problems.fixed("json-syntax", &message, "expected JSON, without comments", mark))
        })? {
            Ast::Array(list) => {
                let mark = reading.mark(list.start());
                self.items(list, &reading);
                self.bare_list(mark);
            }
            Ast::Object(object) => self.json_envelope(object, &reading),
            other => self.no_queue(reading.node(other).mark),
        }
        Ok(())
    }

    fn json_envelope(&mut self, mut object: Object<'_>, reading: &Reading<'_, '_>) {
        let mark = reading.mark(object.start());
        // The last of equal keys counts.
        let place = object.properties.iter().rposition(|property| property.name.as_str() == LIST_KEY);
        let list = place.map(|place| object.properties.remove(place).value);
        let repeated: Vec<_> = object
            .properties
            .iter()
            .filter(|property| place.is_some() && property.name.as_str() == LIST_KEY)
            .map(Ranged::start)
            .collect();
        object.properties.retain(|property| place.is_none() || property.name.as_str() != LIST_KEY);
        let other = match list {
            Some(Ast::Array(items)) => {
                self.items(items, reading);
                None
            }
            Some(other) => Some(reading.node(other)),
            None => None,
        };
        let mut rest = reading.mapping(object);
        rest.duplicates.extend(repeated.iter().map(|start| {
            let mark = reading.mark(*start);
            Duplicate { key: LIST_KEY.to_owned(), first: mark, last: mark }
        }));
        let key = match (&other, place) {
            (Some(node), _) => ListKey::Other(node),
            (None, Some(_)) => ListKey::Read,
            (None, None) => ListKey::Missing,
        };
        self.envelope(mark, &rest, key);
    }

    fn items(&mut self, list: Array<'_>, reading: &Reading<'_, '_>) {
        for (index, item) in list.elements.into_iter().enumerate() {
            self.item(index, &reading.node(item));
        }
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

    /// The tree, or the offset and the words of what is wrong.
    fn parse(&self) -> Result<Ast<'_>, (usize, String)> {
        let body = self.body;
        if let Err(error) = serde_json::from_str::<IgnoredAny>(body) {
            let start =
                body.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
            let mut offset = (start + error.column().saturating_sub(1)).min(body.len());
            while !body.is_char_boundary(offset) {
                offset -= 1;
            }
            let words = error.to_string();
            let message = words.rsplit_once(" at line ").map_or(words.as_str(), |(head, _)| head);
            return Err((offset, message.to_owned()));
        }
        let options = ParseOptions { allow_comments: false, ..ParseOptions::default() };
        let parsed = jsonc_parser::parse_to_ast(body, &CollectOptions::default(), &options)
            .map_err(|error| (error.range().start, error.kind().to_string()))?;
        parsed.value.ok_or_else(|| (0, "the file is empty".to_owned()))
    }

    fn node(&self, ast: Ast<'_>) -> Node {
        let mark = self.mark(ast.start());
        let value = match ast {
            Ast::NullKeyword(_) => Value::Null,
            Ast::BooleanLit(literal) => Value::Bool(literal.value),
            Ast::NumberLit(literal) => number(literal.value),
            Ast::StringLit(literal) => Value::Str(literal.value.into_owned().into()),
            Ast::Array(list) => Value::Seq(list.elements.into_iter().map(|item| self.node(item)).collect()),
            Ast::Object(object) => Value::Map(Box::new(self.mapping(object))),
        };
        Node { value, mark }
    }

    /// A mapping in the order of first mention, each key with the value written last.
    fn mapping(&self, object: Object<'_>) -> Mapping {
        let mut mapping = Mapping::default();
        let mut places: HashMap<String, usize> = HashMap::new();
        for property in object.properties {
            let mark = self.mark(property.start());
            let name = property.name.into_string();
            let value = self.node(property.value);
            if let Some(place) = places.get(&name) {
                let (first, old) = &mut mapping.entries[*place];
                mapping.duplicates.push(Duplicate { key: name, first: first.mark, last: mark });
                *old = value;
                continue;
            }
            places.insert(name.clone(), mapping.entries.len());
            mapping.entries.push((Node { value: Value::Str(name.into()), mark }, value));
        }
        mapping
    }
}

/// JSON numbers are integers unless they have a fraction or an exponent.
fn number(text: &str) -> Value {
    if text.contains(['.', 'e', 'E']) {
        return text.parse().map_or_else(|_| Value::Str(text.into()), Value::Float);
    }
    text.parse().map_or_else(|_| Value::BigInt(text.into()), Value::Int)
}
