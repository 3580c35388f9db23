//! One node and everything below it, as written: what Psych keeps in its `Nodes` tree.

use libyaml_safer::{Event, EventData};

use super::MAX_DEPTH;
use super::error::{Refusal, YamlError};
use super::events::{Events, mark};
use super::node::Mark;

/// A node before Ruby's rules are applied.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    pub(super) kind: Kind,
    /// Tag and anchor; most nodes have neither.
    pub(super) properties: Option<Box<Properties>>,
    pub(super) mark: Mark,
}

/// What stands before a node's content.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    pub(super) tag: Option<String>,
    pub(super) anchor: Option<String>,
}

/// The shape of a node.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// `quoted` is libyaml's flag: not plain, and without a tag (`! "x"` is not quoted in this sense).
    Scalar { text: String, quoted: bool },
    /// The children in order.
    Seq(Vec<Raw>),
    /// The pairs in order, repeated keys included.
    Map(Vec<(Raw, Raw)>),
    /// The name after `*`.
    Alias(String),
}

impl Raw {
    pub(super) fn tag(&self) -> Option<&str> {
        self.properties.as_ref().and_then(|properties| properties.tag.as_deref())
    }
}

/// Tag and anchor of a node that has any.
pub(super) fn properties(tag: Option<String>, anchor: Option<String>) -> Option<Box<Properties>> {
    (tag.is_some() || anchor.is_some()).then(|| Box::new(Properties { tag, anchor }))
}

/// The node that `event` opens, `depth` collections below the document.
pub(super) fn compose(events: &mut Events<'_>, event: Event, depth: usize) -> Result<Raw, YamlError> {
    let mark = mark(event.start_mark);
    let (kind, properties) = match event.data {
        EventData::Scalar { anchor, tag, value, quoted_implicit, .. } => {
            (Kind::Scalar { text: value, quoted: quoted_implicit }, properties(tag, anchor))
        }
        EventData::Alias { anchor } => (Kind::Alias(anchor), None),
        EventData::SequenceStart { anchor, tag, .. } => {
            (Kind::Seq(items(events, below(depth, mark)?)?), properties(tag, anchor))
        }
        EventData::MappingStart { anchor, tag, .. } => {
            (Kind::Map(pairs(events, below(depth, mark)?)?), properties(tag, anchor))
        }
        // The parser opens a node with no other event.
        _ => return Err(YamlError::new(Refusal::Syntax, mark, "did not find expected node content")),
    };
    Ok(Raw { kind, properties, mark })
}

/// The depth inside a collection that begins at `mark`.
pub(super) fn below(depth: usize, mark: Mark) -> Result<usize, YamlError> {
    if depth < MAX_DEPTH {
        Ok(depth + 1)
    } else {
        Err(YamlError::new(Refusal::TooDeep, mark, format!("nested deeper than {MAX_DEPTH} levels")))
    }
}

fn items(events: &mut Events<'_>, depth: usize) -> Result<Vec<Raw>, YamlError> {
    let mut items = Vec::new();
    loop {
        let event = events.next()?;
        if matches!(event.data, EventData::SequenceEnd) {
            return Ok(items);
        }
        items.push(compose(events, event, depth)?);
    }
}

fn pairs(events: &mut Events<'_>, depth: usize) -> Result<Vec<(Raw, Raw)>, YamlError> {
    let mut pairs = Vec::new();
    loop {
        let event = events.next()?;
        if matches!(event.data, EventData::MappingEnd) {
            return Ok(pairs);
        }
        let key = compose(events, event, depth)?;
        let event = events.next()?;
        pairs.push((key, compose(events, event, depth)?));
    }
}
