//! Booleans, numbers, text, paths, lists and words out of a closed set.

use std::path::PathBuf;

use toml::de::DeValue;

use crate::config::reader::{FromToml, Node, Reader};
use crate::model::diagnostic::{Diagnostic, closest};
use crate::model::records::EvidenceResult;

impl FromToml for bool {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let flag = node.value.get_ref().as_bool();
        if flag.is_none() {
            reader.wrong_type(node, "true or false");
        }
        flag
    }
}

impl FromToml for i64 {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Integer(number) = node.value.get_ref() else {
            reader.wrong_type(node, "a whole number");
            return None;
        };
        let parsed = Self::from_str_radix(number.as_str(), number.radix()).ok();
        if parsed.is_none() {
            let message = format!("`{}` is beyond 64 bits", node.path);
            reader.note(node.path, Diagnostic::error("out-of-range", message));
        }
        parsed
    }
}

impl FromToml for u32 {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let number = i64::from_toml(node, reader)?;
        let narrowed = Self::try_from(number).ok();
        if narrowed.is_none() {
            let message = format!("`{}` is out of range: {number}", node.path);
            let problem = Diagnostic::error("out-of-range", message).expecting("a number from 0 up");
            reader.note(node.path, problem);
        }
        narrowed
    }
}

/// Text is never empty: a key without a value is left out instead.
impl FromToml for String {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(text) = node.value.get_ref().as_str() else {
            reader.wrong_type(node, "text");
            return None;
        };
        if text.trim().is_empty() {
            let message = format!("`{}` is empty", node.path);
            let problem = Diagnostic::error("empty-text", message).expecting("some text, or no such key");
            reader.note(node.path, problem);
            return None;
        }
        Some(text.to_owned())
    }
}

impl FromToml for PathBuf {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        String::from_toml(node, reader).map(Self::from)
    }
}

impl<T: FromToml> FromToml for Option<T> {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        T::from_toml(node, reader).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// Reads every element, and drops those that are wrong after noting why.
impl<T: FromToml> FromToml for Vec<T> {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(list) = node.value.get_ref().as_array() else {
            reader.wrong_type(node, "a list");
            return None;
        };
        let mut read = Self::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            let path = format!("{}[{index}]", node.path);
            let node = Node { path: &path, value };
            reader.remember(node);
            read.extend(T::from_toml(node, reader));
        }
        Some(read)
    }
}

impl FromToml for EvidenceResult {
    fn from_toml(node: Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        choose(node, reader, Self::VALUES, Self::as_str)
    }
}

/// Reads a word out of a closed set.
pub(in crate::config) fn choose<T: Copy>(
    node: Node<'_>,
    reader: &mut Reader<'_>,
    all: &[T],
    word_of: fn(T) -> &'static str,
) -> Option<T> {
    let words: Vec<&str> = all.iter().map(|&choice| word_of(choice)).collect();
    let Some(word) = node.value.get_ref().as_str() else {
        reader.wrong_type(node, &format!("one of {}", words.join(", ")));
        return None;
    };
    let chosen = all.iter().copied().find(|&choice| word_of(choice) == word);
    if chosen.is_none() {
        let expected = match closest(word, words.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"? One of {}", words.join(", ")),
            None => format!("one of {}", words.join(", ")),
        };
        let message = format!("`{}` cannot be {word:?}", node.path);
        reader.note(node.path, Diagnostic::error("unknown-value", message).expecting(expected));
    }
    chosen
}
