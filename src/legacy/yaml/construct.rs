//! From nodes to Ruby values: Psych's `ToRuby` visitor with its restricted class loader.

use std::collections::HashMap;

use super::MAX_DEPTH;
use super::compose::{Kind, Properties, Raw};
use super::error::{Refusal, Unplaced, YamlError};
use super::hash::HashBuilder;
use super::node::{Mapping, Mark, Node, Value};
use super::tag::{self, MapTag, ScalarTag, SeqTag};
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

/// How deep and how much.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    depth: usize,
    weight: usize,
}

impl Constructor {
    /// The value of `raw`, which stands `depth` collections below the document.
    pub(super) fn construct(&mut self, raw: Raw, depth: usize) -> Result<Node, YamlError> {
        let Raw { kind, properties, mark } = raw;
        let Properties { tag, anchor } = properties.map(|boxed| *boxed).unwrap_or_default();
        let tag = tag.as_deref();
        let opened = match (&kind, &anchor) {
            (Kind::Seq(_) | Kind::Map(_), Some(name)) => Some(self.open(name)),
            _ => None,
        };
        let value = match kind {
            Kind::Alias(name) => return self.alias(&name, depth, mark),
            Kind::Scalar { text, quoted } => {
                scalar_value(text, quoted, tag).map_err(|error| error.at(mark))?
            }
            Kind::Seq(items) => self.sequence(items, tag, mark, depth + 1)?,
            Kind::Map(pairs) => self.mapping(pairs, tag, mark, depth + 1)?,
        };
        let node = Node { value, mark };
        if let Some(name) = anchor {
            self.close(name, opened, &node);
        }
        Ok(node)
    }

    fn open(&mut self, name: &str) -> usize {
        self.opened += 1;
        self.anchors.insert(name.to_owned(), Anchored::Open(self.opened));
        self.opened
    }

    /// Psych registers a collection before its content; a node inside that takes the same name keeps it.
    fn close(&mut self, name: String, opened: Option<usize>, node: &Node) {
        let ours = match (opened, self.anchors.get(&name)) {
            (Some(number), Some(Anchored::Open(current))) => number == *current,
            (Some(_), _) => false,
            (None, _) => true,
        };
        if ours {
            self.anchors.insert(name, Anchored::Done { size: size(&node.value), node: node.clone() });
        }
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

    fn sequence(
        &mut self,
        items: Vec<Raw>,
        tag: Option<&str>,
        mark: Mark,
        depth: usize,
    ) -> Result<Value, YamlError> {
        match tag.map_or(Ok(SeqTag::Array), tag::sequence).map_err(|error| error.at(mark))? {
            SeqTag::Array => {
                let items = items.into_iter().map(|item| self.construct(item, depth));
                items.collect::<Result<_, _>>().map(Value::Seq)
            }
            SeqTag::Omap => self.omap(items, depth),
        }
    }

    /// Each item gives its first and its last child as a pair, whatever stands between them.
    fn omap(&mut self, items: Vec<Raw>, depth: usize) -> Result<Value, YamlError> {
        let mut hash = HashBuilder::default();
        for item in items {
            let mark = item.mark;
            let on_nil = |problem| Unplaced::ruby("NoMethodError", problem).at(mark);
            let children: Vec<Raw> = match item.kind {
                Kind::Seq(children) => children,
                Kind::Map(pairs) => pairs.into_iter().flat_map(|(key, value)| [key, value]).collect(),
                Kind::Scalar { .. } | Kind::Alias(_) => {
                    return Err(on_nil("undefined method `first' for nil:NilClass"));
                }
            };
            let (Some(first), Some(last)) = (children.first().cloned(), children.last().cloned()) else {
                return Err(on_nil("undefined method `visit_NilClass'"));
            };
            let key = self.construct(first, depth + 1)?;
            hash.set(key, self.construct(last, depth + 1)?);
        }
        Ok(Value::Map(Box::new(Mapping { omap: true, ..hash.finish() })))
    }

    fn mapping(
        &mut self,
        pairs: Vec<(Raw, Raw)>,
        tag: Option<&str>,
        mark: Mark,
        depth: usize,
    ) -> Result<Value, YamlError> {
        let rule = tag.map_or(Ok(MapTag::Hash), tag::mapping).map_err(|error| error.at(mark))?;
        if let MapTag::Text = rule {
            return self.text_mapping(pairs, mark, depth);
        }
        let mut hash = HashBuilder::default();
        for (key, value) in pairs {
            self.pair(&mut hash, key, value, depth)?;
        }
        match rule {
            MapTag::RefusedLater(error) => Err(error.at(mark)),
            _ => Ok(Value::Map(Box::new(hash.finish()))),
        }
    }

    /// `!!str {str: text}`. With any other key Psych sets instance variables, on nil if need be.
    fn text_mapping(&mut self, pairs: Vec<(Raw, Raw)>, mark: Mark, depth: usize) -> Result<Value, YamlError> {
        let mut text = Value::Null;
        for (key, value) in pairs {
            let key = self.construct(key, depth)?;
            let value = self.construct(value, depth)?;
            if key.value.as_str() != Some("str") {
                let problem = "the tag makes Ruby build a String with instance variables";
                return Err(Unplaced::unusable(problem).at(mark));
            }
            text = value.value;
        }
        Ok(text)
    }

    /// One pair of a Hash, a merge key included. Psych merges under any key that is the text `<<`, quoted or not,
    /// unless it is tagged `!!str`; what it cannot merge stays under that key.
    pub(super) fn pair(
        &mut self,
        hash: &mut HashBuilder,
        key: Raw,
        value: Raw,
        depth: usize,
    ) -> Result<(), YamlError> {
        let plain_key = key.tag() != Some("tag:yaml.org,2002:str");
        let in_sequence = matches!(value.kind, Kind::Seq(_));
        let is_scalar = matches!(value.kind, Kind::Scalar { .. });
        let key = self.construct(key, depth)?;
        let value = self.construct(value, depth)?;
        if !plain_key || is_scalar || key.value.as_str() != Some("<<") {
            hash.set(key, value);
            return Ok(());
        }
        match mergeable(value, in_sequence) {
            Ok(mapping) => hash.merge(mapping, key.mark),
            Err(value) => hash.set(key, value),
        }
        Ok(())
    }
}

/// The pairs that a merge key adds, or the value back when Ruby's `merge!` would not take it.
fn mergeable(value: Node, in_sequence: bool) -> Result<Mapping, Node> {
    match value.value {
        Value::Map(map) if !in_sequence || map.entries.is_empty() => Ok(*map),
        Value::Seq(items) if in_sequence && items.iter().all(|item| matches!(item.value, Value::Map(_))) => {
            let mut all = HashBuilder::default();
            for item in items.into_iter().rev() {
                if let Value::Map(map) = item.value {
                    all.merge(*map, item.mark);
                }
            }
            Ok(all.finish())
        }
        other => Err(Node { value: other, mark: value.mark }),
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
