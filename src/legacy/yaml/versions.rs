//! Values that a reader of YAML 1.2 takes for something else than this one does, which reads YAML 1.1 as Ruby has it.
//!
//! Only plain scalars without a tag can differ: `yes`, `0755`, `1_000`, `12:30`, a date. What YAML 1.2 makes of them is
//! its core schema (chapter 10.3.2 of the specification).

use std::fmt::Write as _;
use std::sync::LazyLock;

use libyaml_safer::{EventData, ScalarStyle};
use regex::Regex;

use super::error::YamlError;
use super::events::{Events, mark};
use super::node::{Mark, Value};
use super::scalar;

/// A value that the two versions read differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionDifference {
    /// Where it is in the document, such as `tasks[3].title`; a key is named with a trailing colon.
    pub path: String,
    /// Where it stands in the file.
    pub mark: Mark,
    /// As it is written.
    pub text: String,
    /// What YAML 1.1 makes of it: a type, and the value.
    pub old: (&'static str, String),
    /// What YAML 1.2 makes of it.
    pub new: (&'static str, String),
}

/// A collection that is being read.
enum Open {
    Seq { next: usize },
    Map { key: Option<String> },
}

/// Goes over the first document and tells of every plain scalar that YAML 1.1 and 1.2 read differently, in the order of
/// the file.
///
/// # Errors
/// When the file is no YAML.
pub fn version_differences(bytes: &[u8], tell: &mut dyn FnMut(VersionDifference)) -> Result<(), YamlError> {
    let mut events = Events::new(bytes);
    let Some(mut event) = events.open_document()? else { return Ok(()) };
    let mut open: Vec<Open> = Vec::new();
    loop {
        let at = mark(event.start_mark);
        match event.data {
            EventData::Scalar { tag, value, style, .. } => {
                let is_key = matches!(open.last(), Some(Open::Map { key: None }));
                if tag.is_none()
                    && style == ScalarStyle::Plain
                    && let Some((old, new)) = readings(&value)
                {
                    let path = if is_key { path_of(&open, Some(&value)) } else { path_of(&open, None) };
                    tell(VersionDifference { path, mark: at, text: value.clone(), old, new });
                }
                if is_key {
                    if let Some(Open::Map { key }) = open.last_mut() {
                        *key = Some(value);
                    }
                } else {
                    advance(&mut open);
                }
            }
            EventData::Alias { anchor } => match open.last_mut() {
                Some(Open::Map { key: key @ None }) => *key = Some(format!("*{anchor}")),
                _ => advance(&mut open),
            },
            EventData::SequenceStart { .. } => open.push(Open::Seq { next: 0 }),
            EventData::MappingStart { .. } => open.push(Open::Map { key: None }),
            EventData::SequenceEnd | EventData::MappingEnd => {
                open.pop();
                // A collection as a key has no name.
                match open.last_mut() {
                    Some(Open::Map { key: key @ None }) => *key = Some("?".to_owned()),
                    _ => advance(&mut open),
                }
            }
            _ => {}
        }
        if open.is_empty() {
            return events.close_document();
        }
        event = events.next()?;
    }
}

/// A value ends: the next item, or the next key.
fn advance(open: &mut [Open]) {
    match open.last_mut() {
        Some(Open::Seq { next }) => *next += 1,
        Some(Open::Map { key }) => *key = None,
        None => {}
    }
}

fn path_of(open: &[Open], own_key: Option<&str>) -> String {
    let mut path = String::new();
    for level in open {
        match level {
            Open::Seq { next } => {
                let _ = write!(path, "[{next}]");
            }
            Open::Map { key } => {
                if let Some(key) = key.as_deref().or(own_key) {
                    let _ = write!(path, "{}{key}", if path.is_empty() { "" } else { "." });
                }
            }
        }
    }
    if own_key.is_some() {
        path.push(':');
    }
    path
}

type Reading = (&'static str, String);

/// What the two make of a plain scalar, when that differs.
fn readings(text: &str) -> Option<(Reading, Reading)> {
    if text == "<<" {
        return Some((("merge key", text.to_owned()), ("text", text.to_owned())));
    }
    // A word that begins with a letter that no other value begins with is text to both.
    if text.as_bytes().first().is_some_and(|first| {
        first.is_ascii_alphabetic() && !b"ytonfYTONF".contains(first) || *first == b'_' || *first == b'/'
    }) {
        return None;
    }
    let old = scalar::tokenize(text.to_owned()).ok()?;
    let new = core(text);
    if same(&old, &new) { None } else { Some((shown(&old, text), new.shown(text))) }
}

/// What YAML 1.2's core schema makes of a plain scalar.
#[derive(Debug, PartialEq)]
enum Core {
    Null,
    Bool(bool),
    /// In decimal; more than 64 bits stay text here.
    Int(Option<i64>),
    Float(f64),
    Text,
}

fn core(text: &str) -> Core {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Core::Null,
        "true" | "True" | "TRUE" => return Core::Bool(true),
        "false" | "False" | "FALSE" => return Core::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Core::Float(f64::NAN),
        _ => {}
    }
    if let Some(octal) = text.strip_prefix("0o") {
        if !octal.is_empty() && octal.bytes().all(|byte| (b'0'..=b'7').contains(&byte)) {
            return Core::Int(i64::from_str_radix(octal, 8).ok());
        }
    } else if let Some(hex) = text.strip_prefix("0x") {
        if !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Core::Int(i64::from_str_radix(hex, 16).ok());
        }
    } else if INT.is_match(text) {
        return Core::Int(text.parse().ok());
    } else if let Some(sign) = INFINITE.captures(text) {
        return Core::Float(if sign.get(1).is_some() { f64::NEG_INFINITY } else { f64::INFINITY });
    } else if FLOAT.is_match(text) {
        return text.parse().map_or(Core::Text, Core::Float);
    }
    Core::Text
}

static INT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[-+]?[0-9]+$"));
static INFINITE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:(-)|\+?)\.(?:inf|Inf|INF)$"));
static FLOAT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"));

fn pattern(source: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "the patterns are constants; every one is compiled by the tests")]
    Regex::new(source).expect("a valid pattern")
}

/// Whether the two readings are one value.
fn same(old: &Value, new: &Core) -> bool {
    match (old, new) {
        (Value::Null, Core::Null) | (Value::Str(_), Core::Text) | (Value::BigInt(_), Core::Int(None)) => true,
        (Value::Bool(old), Core::Bool(new)) => old == new,
        (Value::Int(old), Core::Int(new)) => Some(*old) == *new,
        (Value::Float(old), Core::Float(new)) => {
            old.to_bits() == new.to_bits() || old.is_nan() && new.is_nan()
        }
        _ => false,
    }
}

fn shown(value: &Value, text: &str) -> Reading {
    match value {
        Value::Null => ("nothing", "null".to_owned()),
        Value::Bool(value) => ("boolean", value.to_string()),
        Value::Int(value) => ("integer", value.to_string()),
        Value::BigInt(value) => ("integer", value.to_string()),
        Value::Float(value) => ("number", value.to_string()),
        Value::Str(value) => ("text", value.to_string()),
        Value::Date(value) => ("date", value.to_string()),
        Value::Time(_) => ("time", text.to_owned()),
        Value::Bytes(_) | Value::Seq(_) | Value::Map(_) => ("other", String::new()),
    }
}

impl Core {
    fn shown(&self, text: &str) -> Reading {
        match self {
            Self::Null => ("nothing", "null".to_owned()),
            Self::Bool(value) => ("boolean", value.to_string()),
            Self::Int(value) => ("integer", value.map_or_else(|| text.to_owned(), |value| value.to_string())),
            Self::Float(value) => ("number", value.to_string()),
            Self::Text => ("text", text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differences(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        version_differences(text.as_bytes(), &mut |found_one| {
            let VersionDifference { path, mark, text, old, new } = found_one;
            found.push(format!(
                "{path} {}:{} {text} {} {} / {} {}",
                mark.line, mark.column, old.0, old.1, new.0, new.1
            ));
        })
        .unwrap();
        found
    }

    #[test]
    fn what_the_versions_read_differently_is_told_with_its_place() {
        let text = "tasks:\n- id: A-1\n  title: yes\n  priority: 012\n  since: 2026-01-12\n  at: 12:30\n- {on: 1_000, note: 'no'}\n";
        assert_eq!(
            differences(text),
            [
                "tasks[0].title 3:10 yes boolean true / text yes",
                "tasks[0].priority 4:13 012 integer 10 / integer 12",
                "tasks[0].since 5:10 2026-01-12 date 2026-01-12 / text 2026-01-12",
                "tasks[0].at 6:7 12:30 integer 45000 / text 12:30",
                "tasks[1].on: 7:4 on boolean true / text on",
                "tasks[1].on 7:8 1_000 integer 1000 / text 1_000",
            ]
        );
    }

    #[test]
    fn what_both_read_alike_is_not_told() {
        let text = "a: [true, False, 12, -3, 1.5, .inf, -.INF, .nan, ~, null, '', x, 0x1F, 1e3x, 'yes']\nb: \"on\"\nc: |\n  no\nd: !!str yes\n";
        assert_eq!(differences(text), Vec::<String>::new());
    }

    #[test]
    fn numbers_that_only_one_of_them_knows() {
        let all = differences("[0o17, 1e3, 0b11, '0b11', 1., 08, +.5, 190:20:30, <<, 0755]");
        let words: Vec<&str> = all.iter().map(|line| line.split(' ').nth(2).unwrap()).collect();
        assert_eq!(words, ["0o17", "1e3", "0b11", "08", "190:20:30", "<<", "0755"]);
    }
}
