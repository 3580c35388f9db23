//! A pack's values as JSON, as Ruby's `JSON.generate` writes them: dates and times as their text.

use serde_json::{Map, Value as Json};

use crate::legacy::yaml::ruby_text::{plain, to_s};
use crate::legacy::yaml::{Mapping, Value};

/// A value for people and programs.
pub fn shown(value: &Value) -> Json {
    match value {
        Value::Date(_) | Value::Time(_) => Json::String(to_s(value).into_owned()),
        Value::Seq(items) => items.iter().map(|item| shown(&item.value)).collect(),
        Value::Map(map) => Json::Object(fields(map)),
        other => plain(other).unwrap_or_else(|_| Json::String(to_s(other).into_owned())),
    }
}

/// A mapping, with text for keys.
pub(super) fn fields(map: &Mapping) -> Map<String, Json> {
    map.entries.iter().map(|(key, value)| (to_s(&key.value).into_owned(), shown(&value.value))).collect()
}
