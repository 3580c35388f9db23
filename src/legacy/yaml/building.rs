//! A collection between its first child and its last.

use std::vec::IntoIter;

use super::compose::{Kind, Raw};
use super::error::{Unplaced, YamlError};
use super::hash::HashBuilder;
use super::merge::{Written, write_pair};
use super::node::{Mapping, Mark, Node, Value};
use super::tag::{self, MapTag, SeqTag};

/// A collection that waits for its children, in order.
#[derive(Debug)]
pub(super) struct Building {
    content: Content,
    rest: IntoIter<Raw>,
    /// The child that was given out last.
    waiting_for: Written,
    mark: Mark,
    /// The collections around its children.
    pub(super) depth: usize,
    /// Its anchor, with the number under which the anchor was opened.
    pub(super) anchor: Option<(String, usize)>,
}

#[derive(Debug)]
enum Content {
    List(Vec<Node>),
    /// Keys and values in turn. `refusal` ends what began well.
    Hash {
        hash: HashBuilder,
        key: Option<(Node, Written)>,
        refusal: Option<Unplaced>,
    },
    /// The same without merge keys.
    Omap {
        hash: HashBuilder,
        key: Option<Node>,
        refusal: Option<Unplaced>,
    },
    /// `!!str {str: text}`
    Text {
        key: Option<Node>,
        text: Value,
    },
}

impl Building {
    fn new(content: Content, children: Vec<Raw>, mark: Mark, depth: usize) -> Self {
        Self { content, rest: children.into_iter(), waiting_for: Written::Scalar, mark, depth, anchor: None }
    }

    /// A sequence, whose children stand `depth` collections below the document.
    pub(super) fn sequence(
        items: Vec<Raw>,
        tag: Option<&str>,
        mark: Mark,
        depth: usize,
    ) -> Result<Self, Unplaced> {
        Ok(match tag.map_or(Ok(SeqTag::Array), tag::sequence)? {
            SeqTag::Array => Self::new(Content::List(Vec::with_capacity(items.len())), items, mark, depth),
            SeqTag::Omap => {
                let (children, refusal) = pairs_of(items);
                let hash = HashBuilder::default();
                Self::new(Content::Omap { hash, key: None, refusal }, children, mark, depth + 1)
            }
        })
    }

    /// A mapping, whose keys and values stand `depth` collections below the document.
    pub(super) fn mapping(
        children: Vec<Raw>,
        tag: Option<&str>,
        mark: Mark,
        depth: usize,
    ) -> Result<Self, Unplaced> {
        let hash = |refusal| Content::Hash { hash: HashBuilder::default(), key: None, refusal };
        let content = match tag.map_or(Ok(MapTag::Hash), tag::mapping)? {
            MapTag::Hash => hash(None),
            MapTag::RefusedLater(refusal) => hash(Some(refusal)),
            MapTag::Text => Content::Text { key: None, text: Value::Null },
        };
        Ok(Self::new(content, children, mark, depth))
    }

    /// The next child to be made.
    pub(super) fn next_child(&mut self) -> Option<Raw> {
        let child = self.rest.next()?;
        self.waiting_for = Written::of(&child);
        Some(child)
    }

    /// Takes the child that was given out last.
    pub(super) fn take(&mut self, node: Node) -> Result<(), YamlError> {
        match &mut self.content {
            Content::List(list) => list.push(node),
            Content::Hash { hash, key, .. } => match key.take() {
                None => *key = Some((node, self.waiting_for)),
                Some(key) => write_pair(hash, key, (node, self.waiting_for)),
            },
            Content::Omap { hash, key, .. } => match key.take() {
                None => *key = Some(node),
                Some(key) => hash.set(key, node),
            },
            Content::Text { key, text } => match key.take() {
                None => *key = Some(node),
                Some(key) if key.value.as_str() == Some("str") => *text = node.value,
                // Psych would set it as an instance variable, on nil if need be.
                Some(_) => {
                    let problem = "the tag makes Ruby build a String with instance variables";
                    return Err(Unplaced::unusable(problem).at(self.mark));
                }
            },
        }
        Ok(())
    }

    /// The finished collection.
    pub(super) fn finish(self) -> Result<Node, YamlError> {
        let value = match self.content {
            Content::List(list) => Value::Seq(list),
            Content::Hash { refusal: Some(refusal), .. } | Content::Omap { refusal: Some(refusal), .. } => {
                return Err(refusal.at(self.mark));
            }
            Content::Hash { hash, .. } => Value::Map(Box::new(hash.finish())),
            Content::Omap { hash, .. } => Value::Map(Box::new(Mapping { omap: true, ..hash.finish() })),
            Content::Text { text, .. } => text,
        };
        Ok(Node { value, mark: self.mark })
    }
}

/// Keys and values of an `!!omap`, up to the item that Psych stumbles over: each item gives its first and its last child,
/// whatever stands between them.
fn pairs_of(items: Vec<Raw>) -> (Vec<Raw>, Option<Unplaced>) {
    let on_nil = |problem| Some(Unplaced::ruby("NoMethodError", problem));
    let mut pairs = Vec::with_capacity(2 * items.len());
    for item in items {
        let (Kind::Seq(mut children) | Kind::Map(mut children)) = item.kind else {
            return (pairs, on_nil("undefined method `first' for nil:NilClass"));
        };
        match (children.len(), children.pop()) {
            (2.., Some(last)) => pairs.extend([children.swap_remove(0), last]),
            (_, Some(Raw { kind: Kind::Seq(_) | Kind::Map(_), .. })) => {
                // Nested, this would double at each level; Ruby runs for as long as that takes.
                return (
                    pairs,
                    Some(Unplaced::unusable("a collection cannot be both key and value of an ordered pair")),
                );
            }
            (_, Some(only)) => pairs.extend([only.clone(), only]),
            (_, None) => return (pairs, on_nil("undefined method `visit_NilClass'")),
        }
    }
    (pairs, None)
}
