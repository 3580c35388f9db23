//! Ruby's values as the document keeps them.

use serde_json::Value as Json;

use crate::legacy::yaml::ruby_text::{inspect, plain, text};
use crate::legacy::yaml::{Node, Value};

/// Whether a value is a list or a mapping.
pub(super) fn is_collection(value: &Value) -> bool {
    matches!(value, Value::Seq(_) | Value::Map(_))
}

/// Text as Ruby's `inspect` prints it.
pub(super) fn quoted(text: &str) -> String {
    inspect(&Value::Str(text.into()))
}

/// A value as JSON, or as the text that Ruby prints for it.
pub(super) fn shown(value: &Value) -> Json {
    plain(value).unwrap_or_else(|_| Json::String(inspect(value)))
}

/// A value's text, without a detour for what is text already.
pub(super) fn boxed(value: &Value) -> Option<Box<str>> {
    match value {
        Value::Null => None,
        Value::Str(text) => Some(text.clone()),
        other => text(other).map(Into::into),
    }
}

/// A JSON list of the items' texts.
pub(super) fn texts(items: &[Node]) -> Box<str> {
    if items.is_empty() {
        return "[]".into();
    }
    let list =
        items.iter().map(|node| Json::String(text(&node.value).unwrap_or_default().into_owned())).collect();
    Json::Array(list).to_string().into()
}
