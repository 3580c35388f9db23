//! Psych's merge keys: when `<<` adds the pairs of its value to the Hash around it, and when it is a key like any other.

use super::compose::{Kind, Raw};
use super::hash::HashBuilder;
use super::node::{Mapping, Node, Value};

/// What the merge rules ask about a node as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// A scalar under `!!str`, which keeps `<<` from merging.
    CoreText,
    /// Any other scalar.
    Scalar,
    /// A sequence.
    Sequence,
    /// A mapping or an alias.
    MappingOrAlias,
}

impl Written {
    pub(super) fn of(raw: &Raw) -> Self {
        match raw.kind {
            Kind::Scalar { .. } if raw.tag() == Some("tag:yaml.org,2002:str") => Self::CoreText,
            Kind::Scalar { .. } => Self::Scalar,
            Kind::Seq(_) => Self::Sequence,
            Kind::Map(_) | Kind::Alias(_) => Self::MappingOrAlias,
        }
    }
}

/// Writes one pair. Psych merges under any key that is the text `<<`, quoted, aliased or not, unless it is tagged `!!str`;
/// what Ruby's `merge!` does not take stays under that key.
pub(super) fn write_pair(hash: &mut HashBuilder, key: (Node, Written), value: (Node, Written)) {
    let (key, key_written) = key;
    let (value, value_written) = value;
    let merges = key.value.as_str() == Some("<<") && key_written != Written::CoreText;
    let added = match value_written {
        Written::Sequence if merges => merged_list(value),
        Written::MappingOrAlias if merges => merged(value),
        _ => Err(value),
    };
    match added {
        Ok(mapping) => hash.merge(mapping, key.mark),
        Err(value) => hash.set(key, value),
    }
}

fn merged(value: Node) -> Result<Mapping, Node> {
    match value.value {
        Value::Map(map) => Ok(*map),
        other => Err(Node { value: other, mark: value.mark }),
    }
}

/// Earlier mappings of a list win over later ones. An `!!omap` is written as a sequence but yields pairs, not mappings.
fn merged_list(value: Node) -> Result<Mapping, Node> {
    match value.value {
        Value::Seq(items) if items.iter().all(|item| matches!(item.value, Value::Map(_))) => {
            let mut all = HashBuilder::default();
            for item in items.into_iter().rev() {
                if let Value::Map(map) = item.value {
                    all.merge(*map, item.mark);
                }
            }
            Ok(all.finish())
        }
        Value::Map(map) if map.entries.is_empty() => Ok(*map),
        other => Err(Node { value: other, mark: value.mark }),
    }
}
