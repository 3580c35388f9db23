//! A queue file read item by item: the long list never exists as one tree.

use libyaml_safer::{Event, EventData};

use super::compose::{Kind, Raw, compose};
use super::construct::Constructor;
use super::error::YamlError;
use super::events::{Events, mark};
use super::hash::HashBuilder;
use super::load;
use super::merge::{Written, write_pair};
use super::node::{Mapping, Mark, Node, Value};
use super::pipe;

/// Takes the items of the list as they are read.
///
/// Items arrive before the file is known to be good. They count only once [`stream`] has returned a [`Top`].
pub trait Sink {
    /// Everything received so far is void. Called before a list begins, and when a later pair with the same key replaces
    /// a list that was already handed over.
    fn restart(&mut self);

    /// The next item; `index` counts from 0.
    fn item(&mut self, index: usize, item: Node);
}

/// What stands around the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Top {
    /// The document is a sequence; its items went to the sink.
    List(List),
    /// The document is a mapping.
    Mapping {
        /// All pairs but the list's; with the list's, when its value is no sequence.
        rest: Mapping,
        /// Where the mapping begins.
        mark: Mark,
        /// The pair whose items went to the sink.
        list: Option<ListEntry>,
    },
    /// Neither; nothing went to the sink. An empty stream is [`Value::Null`].
    Other(Node),
}

/// The pair of the top mapping that holds the list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListEntry {
    /// The key as it stands first.
    pub key: Node,
    /// Where the pair belongs among the others, in the order of the Hash.
    pub slot: usize,
    /// The list.
    pub list: List,
}

/// A list that went to the sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// Where it begins.
    pub mark: Mark,
    /// How many items it has.
    pub items: usize,
}

/// Reads the first document of `bytes`. The items of the list go to `sink` one by one: those of the document when it is
/// a sequence, those under `list_key` when it is a mapping. The values are those of [`load`].
///
/// # Errors
///
/// As [`load`].
pub fn stream(bytes: &[u8], list_key: &str, sink: &mut dyn Sink) -> Result<Top, YamlError> {
    let mut events = Events::new(bytes);
    let Some(first) = events.open_document()? else {
        return Ok(Top::Other(Node { value: Value::Null, mark: Mark::START }));
    };
    // An alias may need an anchored collection whole, and a tag may make something else of it.
    let begins = mark(first.start_mark);
    match shape(&first) {
        Shape::PlainSequence => {
            let mut reading = Reading { events, constructor: Constructor::default(), sink };
            let outcome = reading.items(begins, 1).map(Top::List);
            reading.close(outcome)
        }
        Shape::PlainMapping => {
            let mut reading = Reading { events, constructor: Constructor::default(), sink: &mut *sink };
            let outcome = reading.mapping(list_key);
            let (rest, streamed) = reading.close(outcome)?;
            Ok(settle(rest, streamed, begins, list_key, sink))
        }
        Shape::Other => Ok(hand_over(load(bytes)?, list_key, sink)),
    }
}

enum Shape {
    PlainSequence,
    PlainMapping,
    Other,
}

fn shape(event: &Event) -> Shape {
    match &event.data {
        EventData::SequenceStart { anchor: None, tag: None, .. } => Shape::PlainSequence,
        EventData::MappingStart { anchor: None, tag: None, .. } => Shape::PlainMapping,
        _ => Shape::Other,
    }
}

struct Reading<'a, 's> {
    events: Events<'a>,
    constructor: Constructor,
    sink: &'s mut dyn Sink,
}

impl Reading<'_, '_> {
    /// Reads the document to its end, whatever the outcome so far.
    fn close<T>(mut self, outcome: Result<T, YamlError>) -> Result<T, YamlError> {
        let value = self.events.syntax_first(outcome)?;
        self.events.close_document()?;
        Ok(value)
    }

    /// The items of a sequence that has just begun, each `depth` collections below the document.
    fn items(&mut self, mark: Mark, depth: usize) -> Result<List, YamlError> {
        self.sink.restart();
        let mut items = 0;
        let Self { events, constructor, sink } = self;
        pipe::items(events, depth, |raw| {
            sink.item(items, constructor.construct(raw, depth)?);
            items += 1;
            Ok(())
        })?;
        Ok(List { mark, items })
    }

    /// The pairs of the top mapping. A list that was handed over leaves an empty sequence in its place.
    fn mapping(&mut self, list_key: &str) -> Result<(Mapping, Option<List>), YamlError> {
        let mut hash = HashBuilder::default();
        let mut list = None;
        loop {
            let event = self.events.next()?;
            if matches!(event.data, EventData::MappingEnd) {
                return Ok((hash.finish(), list));
            }
            let key = compose(&mut self.events, event, 1)?;
            let event = self.events.next()?;
            if is_text(&key, list_key) && matches!(shape(&event), Shape::PlainSequence) {
                let read = self.items(mark(event.start_mark), 2)?;
                let key = self.constructor.construct(key, 1)?;
                hash.set(key, Node { value: Value::Seq(Vec::new()), mark: read.mark });
                list = Some(read);
            } else {
                let value = compose(&mut self.events, event, 1)?;
                let written = (Written::of(&key), Written::of(&value));
                let key = self.constructor.construct(key, 1)?;
                let value = self.constructor.construct(value, 1)?;
                write_pair(&mut hash, (key, written.0), (value, written.1));
            }
        }
    }
}

/// Whether a key is this text beyond doubt: without tag or anchor, and not through an alias.
fn is_text(key: &Raw, list_key: &str) -> bool {
    let text = matches!(&key.kind, Kind::Scalar { text, .. } if text == list_key);
    text && key.properties.is_none()
}

/// Splits a finished mapping into the list and the rest. `streamed` is what the sink holds, unless something replaced it.
fn settle(mut rest: Mapping, streamed: Option<List>, mark: Mark, list_key: &str, sink: &mut dyn Sink) -> Top {
    let slot = rest.entries.iter().position(|(key, _)| key.value.as_str() == Some(list_key));
    let value = slot.map(|slot| &rest.entries[slot].1);
    let current = streamed.filter(|list| value.is_some_and(|value| value.mark == list.mark));
    if streamed.is_some() && current.is_none() {
        sink.restart();
    }
    let list = match slot {
        Some(slot) if matches!(rest.entries[slot].1.value, Value::Seq(_)) => {
            let (key, value) = rest.entries.remove(slot);
            let list = current.or_else(|| hand_over_items(value, sink).ok());
            list.map(|list| ListEntry { key, slot, list })
        }
        _ => None,
    };
    Top::Mapping { rest, mark, list }
}

/// The same for a document that had to be read whole.
fn hand_over(top: Node, list_key: &str, sink: &mut dyn Sink) -> Top {
    match top.value {
        Value::Map(map) => settle(*map, None, top.mark, list_key, sink),
        _ => hand_over_items(top, sink).map_or_else(Top::Other, Top::List),
    }
}

/// The items of a sequence; any other value comes back.
fn hand_over_items(node: Node, sink: &mut dyn Sink) -> Result<List, Node> {
    match node.value {
        Value::Seq(items) => {
            let list = List { mark: node.mark, items: items.len() };
            sink.restart();
            items.into_iter().enumerate().for_each(|(index, item)| sink.item(index, item));
            Ok(list)
        }
        value => Err(Node { value, mark: node.mark }),
    }
}
