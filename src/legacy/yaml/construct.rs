//! From nodes to Ruby values: Psych's `ToRuby` visitor with its restricted class loader.

use std::collections::HashMap;

use super::MAX_DEPTH;
use super::building::Building;
use super::compose::{Kind, Properties, Raw};
use super::error::{Refusal, Unplaced, YamlError};
use super::node::{Mark, Node, Value};
use super::tag::{self, ScalarTag};
use super::{binary, number, scalar};

/// How much the aliases of one document may copy, in nodes; 64 bytes of text count as one more. Ruby shares what an
/// alias names, this reader copies it, and a few lines can name an astronomic amount.
const MAX_COPIED: usize = 4_000_000;

/// Holds the anchors of one document.
#[derive(Debug, Default)]
pub(super) struct Constructor {
    anchors: HashMap<String, Anchored>,
    copied: usize,
    opened: usize,
}

/// What an anchor stands for.
#[derive(Debug)]
enum Anchored {
    /// The collection with this number, whose end is not reached.
    Open(usize),
    /// A finished node.
    Done { node: Node, size: Size },
}

impl Anchored {
    fn done(node: &Node) -> Self {
        Self::Done { size: size(&node.value), node: node.clone() }
    }
}

/// How deep and how much.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    depth: usize,
    weight: usize,
}

/// What a node is at first sight.
enum Begun {
    Whole(Node),
    Collection(Box<Building>),
}

impl Constructor {
    /// The value of `raw`, which stands `depth` collections below the document.
    ///
    /// Written with a stack of its own: a deep document must not use up the thread's.
    pub(super) fn construct(&mut self, raw: Raw, depth: usize) -> Result<Node, YamlError> {
        let mut open: Vec<Box<Building>> = Vec::new();
        let mut next = raw;
        loop {
            let mut finished = match self.begin(next, open.last().map_or(depth, |around| around.depth))? {
                Begun::Whole(node) => Some(node),
                Begun::Collection(building) => {
                    open.push(building);
                    None
                }
            };
            next = loop {
                let Some(mut around) = open.pop() else {
                    // Nothing is open, so a node has just been finished.
                    return finished.ok_or_else(|| Unplaced::unusable("no value").at(Mark::START));
                };
                if let Some(node) = finished.take() {
                    around.take(node)?;
                }
                if let Some(child) = around.next_child() {
                    open.push(around);
                    break child;
                }
                finished = Some(self.end(*around)?);
            };
        }
    }

    fn begin(&mut self, raw: Raw, depth: usize) -> Result<Begun, YamlError> {
        let Raw { kind, properties, mark } = raw;
        let Properties { tag, anchor } = properties.map(|boxed| *boxed).unwrap_or_default();
        let tag = tag.as_deref();
        let building = match kind {
            Kind::Alias(name) => return self.alias(&name, depth, mark).map(Begun::Whole),
            Kind::Scalar { text, quoted } => {
                let value = scalar_value(text, quoted, tag).map_err(|error| error.at(mark))?;
                let node = Node { value, mark };
                if let Some(name) = anchor {
                    self.anchors.insert(name, Anchored::done(&node));
                }
                return Ok(Begun::Whole(node));
            }
            Kind::Seq(items) => Building::sequence(items, tag, mark, depth + 1),
            Kind::Map(children) => Building::mapping(children, tag, mark, depth + 1),
        };
        let mut building = building.map_err(|error| error.at(mark))?;
        building.anchor = anchor.map(|name| {
            self.opened += 1;
            self.anchors.insert(name.clone(), Anchored::Open(self.opened));
            (name, self.opened)
        });
        Ok(Begun::Collection(Box::new(building)))
    }

    /// Psych registers a collection before its content, so a node inside that takes the same name keeps it.
    fn end(&mut self, mut building: Building) -> Result<Node, YamlError> {
        let anchor = building.anchor.take();
        let node = building.finish()?;
        if let Some((name, number)) = anchor
            && matches!(self.anchors.get(&name), Some(Anchored::Open(current)) if *current == number)
        {
            self.anchors.insert(name, Anchored::done(&node));
        }
        Ok(node)
    }

    fn alias(&mut self, name: &str, depth: usize, mark: Mark) -> Result<Node, YamlError> {
        let refuse = |refusal, problem: String| Err(YamlError::new(refusal, mark, problem));
        match self.anchors.get(name) {
            None => refuse(Refusal::BadAlias, format!("Unknown alias: {name}")),
            Some(Anchored::Open(_)) => {
                refuse(Refusal::Recursive, format!("the alias {name} stands inside the node that it names"))
            }
            Some(Anchored::Done { size, .. }) if depth + size.depth > MAX_DEPTH => {
                refuse(Refusal::TooDeep, format!("the alias {name} nests deeper than {MAX_DEPTH} levels"))
            }
            Some(Anchored::Done { size, .. }) if self.copied + size.weight > MAX_COPIED => {
                refuse(Refusal::TooLarge, format!("aliases up to {name} copy more than {MAX_COPIED} values"))
            }
            Some(Anchored::Done { node, size }) => {
                self.copied += size.weight;
                Ok(Node { value: node.value.clone(), mark })
            }
        }
    }
}

fn scalar_value(text: String, quoted: bool, tag: Option<&str>) -> Result<Value, Unplaced> {
    if quoted {
        return Ok(Value::Str(text.into()));
    }
    let Some(tag) = tag else { return scalar::tokenize(text) };
    match tag::scalar(tag)? {
        ScalarTag::Ignored => scalar::tokenize(text),
        ScalarTag::Text => Ok(Value::Str(text.into())),
        ScalarTag::Binary => Ok(binary::unpack(&text)),
        ScalarTag::Float => number::to_float(scalar::tokenize(text)?).map(Value::Float),
        ScalarTag::Class if text.is_empty() => Ok(Value::Null),
        ScalarTag::Class => match text.as_str() {
            "Date" | "Time" => Err(Unplaced::unusable(format!("the tag makes Ruby give the class {text}"))),
            _ => Err(Unplaced::disallowed(&text)),
        },
    }
}

fn size(value: &Value) -> Size {
    let inside = |sizes: &mut dyn Iterator<Item = Size>| {
        let all = sizes.fold(Size::default(), |sum, next| Size {
            depth: sum.depth.max(next.depth),
            weight: sum.weight + next.weight,
        });
        Size { depth: all.depth + 1, weight: all.weight + 1 }
    };
    match value {
        Value::Seq(items) => inside(&mut items.iter().map(|item| size(&item.value))),
        Value::Map(map) => {
            inside(&mut map.entries.iter().flat_map(|(k, v)| [size(&k.value), size(&v.value)]))
        }
        Value::Str(text) => Size { depth: 0, weight: 1 + text.len() / 64 },
        Value::Bytes(bytes) => Size { depth: 0, weight: 1 + bytes.len() / 64 },
        _ => Size { depth: 0, weight: 1 },
    }
}
