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
    /// Keys and values in turn, repeated keys included.
    Map(Vec<Raw>),
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
///
/// Written with a stack of its own: a deep document must not use up the thread's.
pub(super) fn compose(events: &mut Events<'_>, event: Event, depth: usize) -> Result<Raw, YamlError> {
    let mut open: Vec<Open> = Vec::new();
    let mut event = event;
    loop {
        let mark = mark(event.start_mark);
        let finished = match event.data {
            EventData::Scalar { anchor, tag, value, quoted_implicit, .. } => {
                let kind = Kind::Scalar { text: value, quoted: quoted_implicit };
                Some(Raw { kind, properties: properties(tag, anchor), mark })
            }
            EventData::Alias { anchor } => Some(Raw { kind: Kind::Alias(anchor), properties: None, mark }),
            EventData::SequenceStart { anchor, tag, .. } => {
                check_depth(depth + open.len(), mark)?;
                open.push(Open {
                    mapping: false,
                    children: Vec::new(),
                    properties: properties(tag, anchor),
                    mark,
                });
                None
            }
            EventData::MappingStart { anchor, tag, .. } => {
                check_depth(depth + open.len(), mark)?;
                open.push(Open {
                    mapping: true,
                    children: Vec::new(),
                    properties: properties(tag, anchor),
                    mark,
                });
                None
            }
            EventData::SequenceEnd | EventData::MappingEnd => open.pop().map(Open::close),
            _ => None,
        };
        match (finished, open.last_mut()) {
            (Some(node), Some(parent)) => parent.children.push(node),
            (Some(node), None) => return Ok(node),
            (None, Some(_)) => {}
            // The parser opens a node with no other event.
            (None, None) => {
                return Err(YamlError::new(Refusal::Syntax, mark, "did not find expected node content"));
            }
        }
        event = events.next()?;
    }
}

/// A collection whose end is not reached.
struct Open {
    mapping: bool,
    /// Items, or keys and values in turn.
    children: Vec<Raw>,
    properties: Option<Box<Properties>>,
    mark: Mark,
}

impl Open {
    fn close(self) -> Raw {
        let kind = if self.mapping { Kind::Map(self.children) } else { Kind::Seq(self.children) };
        Raw { kind, properties: self.properties, mark: self.mark }
    }
}

fn check_depth(depth: usize, mark: Mark) -> Result<(), YamlError> {
    if depth < MAX_DEPTH {
        Ok(())
    } else {
        Err(YamlError::new(Refusal::TooDeep, mark, format!("nested deeper than {MAX_DEPTH} levels")))
    }
}
