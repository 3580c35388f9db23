//! What a tag makes Psych do under `safe_load`: the `case o.tag` of its `ToRuby`, reduced to what may be loaded.

use super::error::Unplaced;

const CORE: &str = "tag:yaml.org,2002:";

/// How a tagged scalar is read.
#[derive(Debug)]
pub(super) enum ScalarTag {
    /// As if it had no tag. Most tags do nothing: `!!int x` is text, `!!timestamp` or `!foo` change nothing.
    Ignored,
    /// Base 64.
    Binary,
    /// Its text, whatever it looks like.
    Text,
    /// A Float.
    Float,
    /// The value names a class.
    Class,
}

/// How a tagged sequence is read.
#[derive(Debug)]
pub(super) enum SeqTag {
    /// An Array.
    Array,
    /// An ordered Hash from pairs.
    Omap,
}

/// How a tagged mapping is read.
#[derive(Debug)]
pub(super) enum MapTag {
    /// A Hash.
    Hash,
    /// A String from the value under `str`.
    Text,
    /// Refused once its content is read, for the sake of this class.
    RefusedLater(Unplaced),
}

/// Psych's patterns are anchored at lines, so each line of a tag is looked at.
fn after<'a>(tag: &'a str, prefix: &str) -> Option<&'a str> {
    tag.split('\n').find_map(|line| line.strip_prefix(prefix))
}

/// The class name behind `prefix:`, empty when there is just the prefix.
fn named<'a>(tag: &'a str, prefix: &str) -> Option<&'a str> {
    tag.split('\n').find_map(|line| match line.strip_prefix(prefix)? {
        "" => Some(""),
        rest => rest.strip_prefix(':'),
    })
}

/// The class name of a tag such as `!ruby/object:Foo`, where the colon may be missing.
fn loosely_named<'a>(tag: &'a str, prefix: &str) -> Option<&'a str> {
    after(tag, prefix).map(|rest| rest.strip_prefix(':').unwrap_or(rest))
}

/// Why a class that a tag names cannot be loaded.
pub(super) fn refused_class(name: &str) -> Unplaced {
    match name {
        "" => Unplaced::ruby("NoMethodError", "undefined method `allocate' for nil:NilClass"),
        "Date" | "Time" => Unplaced::unusable(format!("the tag makes Ruby build an empty {name}")),
        _ => Unplaced::disallowed(name),
    }
}

/// `!str`, `!ruby/string`, with or without a class, and `!!str`.
fn text(tag: &str) -> Option<Result<(), Unplaced>> {
    if tag.strip_prefix(CORE) == Some("str") {
        return Some(Ok(()));
    }
    let class = named(tag, "!str").or_else(|| named(tag, "!ruby/string"))?;
    Some(if class.is_empty() { Ok(()) } else { Err(refused_class(class)) })
}

/// The rule for a scalar.
pub(super) fn scalar(tag: &str) -> Result<ScalarTag, Unplaced> {
    let refused = |class| Err(Unplaced::disallowed(class));
    if let Some(text) = text(tag) {
        return text.map(|()| ScalarTag::Text);
    }
    match tag {
        _ if is(tag, "binary") => Ok(ScalarTag::Binary),
        _ if is(tag, "float") => Ok(ScalarTag::Float),
        "!ruby/object:BigDecimal" => refused("BigDecimal"),
        "!ruby/object:DateTime" => refused("DateTime"),
        "!ruby/object:Complex" => refused("Complex"),
        "!ruby/object:Rational" => refused("Rational"),
        "!ruby/encoding" => Err(Unplaced::unusable("the tag makes Ruby build an Encoding")),
        "!ruby/class" | "!ruby/module" => Ok(ScalarTag::Class),
        "!ruby/regexp" => refused("Regexp"),
        "!ruby/range" => refused("Range"),
        _ if after(tag, "!ruby/sym").is_some() => refused("Symbol"),
        _ => Ok(ScalarTag::Ignored),
    }
}

/// The rule for a sequence.
pub(super) fn sequence(tag: &str) -> Result<SeqTag, Unplaced> {
    if is(tag, "omap") {
        return Ok(SeqTag::Omap);
    }
    match after(tag, "!seq:").or_else(|| after(tag, "!ruby/array:")) {
        Some(class) => Err(refused_class(class)),
        None => Ok(SeqTag::Array),
    }
}

/// The rule for a mapping.
pub(super) fn mapping(tag: &str) -> Result<MapTag, Unplaced> {
    let or = |name: &'static str, class: &str| {
        if class.is_empty() { refused_class(name) } else { refused_class(class) }
    };
    if let Some(class) = loosely_named(tag, "!ruby/struct") {
        return Err(or("Struct", class));
    }
    if let Some(class) = loosely_named(tag, "!ruby/object") {
        return if class == "Hash" { Ok(MapTag::Hash) } else { Err(or("Object", class)) };
    }
    if let Some(text) = text(tag) {
        return text.map(|()| MapTag::Text);
    }
    if let Some(class) = after(tag, "!ruby/array:") {
        return Err(refused_class(class));
    }
    if tag == "!ruby/range" {
        return Err(Unplaced::disallowed("Range"));
    }
    if let Some(class) = loosely_named(tag, "!ruby/exception") {
        return Ok(MapTag::RefusedLater(or("Exception", class)));
    }
    if is(tag, "set") {
        return Err(Unplaced::disallowed("Psych::Set"));
    }
    if named(tag, "!ruby/hash-with-ivars").is_some() {
        return Err(Unplaced::unusable("the tag makes Ruby build a Hash with instance variables"));
    }
    if let Some(class) = ["!map:", "!ruby/hash:"].iter().find_map(|prefix| after(tag, prefix)) {
        return Err(refused_class(class));
    }
    if is(tag, "omap") {
        return Err(Unplaced::disallowed("Psych::Omap"));
    }
    match after(tag, "!ruby/marshalable:") {
        Some(class) => Err(refused_class(class)),
        None => Ok(MapTag::Hash),
    }
}

/// `!name` or `!!name`.
fn is(tag: &str, name: &str) -> bool {
    [CORE, "!"].iter().any(|prefix| tag.strip_prefix(prefix) == Some(name))
}
