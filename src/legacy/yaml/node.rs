//! What a queue file holds once read: Ruby's values, each with its place in the file.

use super::civil::{Date, Time};

/// A place in the file. Both count from 1; the column counts characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Mark {
    /// The first character of the file.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {} column {}", self.line, self.column)
    }
}

/// A value and the place where it begins. An alias stands where it was written, and so do the keys and items of a
/// copied collection in its anchor's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What Ruby would hold.
    pub value: Value,
    /// Where it begins.
    pub mark: Mark,
}

/// What Ruby's `safe_load` makes of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `nil`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An Integer of 64 bits.
    Int(i64),
    /// An Integer that needs more than 64 bits, in decimal.
    BigInt(Box<str>),
    /// A Float, infinities and NaN included.
    Float(f64),
    /// A String.
    Str(Box<str>),
    /// A binary String (`!!binary`) that is not printable ASCII.
    Bytes(Box<[u8]>),
    /// A Date.
    Date(Date),
    /// A Time.
    Time(Box<Time>),
    /// An Array.
    Seq(Vec<Node>),
    /// A Hash, or a `Psych::Omap`.
    Map(Box<Mapping>),
}

impl Value {
    /// The text of a String; no other value is converted.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Bytes that are equal for two values exactly when Ruby's `eql?` holds.
    pub fn identity(&self) -> Vec<u8> {
        super::hash::identity(self)
    }

    /// The name of the Ruby class, as `value.class` prints it.
    pub fn class_name(&self) -> &'static str {
        match self {
            Self::Null => "NilClass",
            Self::Bool(true) => "TrueClass",
            Self::Bool(false) => "FalseClass",
            Self::Int(_) | Self::BigInt(_) => "Integer",
            Self::Float(_) => "Float",
            Self::Str(_) | Self::Bytes(_) => "String",
            Self::Date(_) => "Date",
            Self::Time(_) => "Time",
            Self::Seq(_) => "Array",
            Self::Map(map) if map.omap => "Psych::Omap",
            Self::Map(_) => "Hash",
        }
    }
}

/// A Ruby Hash: pairs in the order of first insertion, each with the value written last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    /// The pairs that count.
    pub entries: Vec<(Node, Node)>,
    /// Keys whose first value was silently replaced.
    pub duplicates: Vec<Duplicate>,
    /// Whether Ruby makes a `Psych::Omap` of it (`!!omap`), which is a Hash in all else.
    pub omap: bool,
}

impl Mapping {
    /// The value under a text key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(k, _)| k.value.as_str() == Some(key)).map(|(_, v)| v)
    }
}

/// A key written more than once in one mapping, or written and then overridden by a later merge (`<<`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The key as Ruby's `to_s` gives it.
    pub key: String,
    /// Where the key stands first.
    pub first: Mark,
    /// Where it, or the merge that overrides it, stands last; this value counts.
    pub last: Mark,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_stays_small() {
        assert!(size_of::<Node>() <= 32, "{}", size_of::<Node>());
    }
}
