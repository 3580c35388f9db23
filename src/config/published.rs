//! The JSON Schema of the configuration, for editors and for the tables of `docs/config-reference.md`.

use schemars::transform::{RecursiveTransform, Transform};
use schemars::{Schema, schema_for};
use serde_json::Value;

use super::schema::Config;

/// The JSON Schema of `.fairway/config.toml`, derived from the types that read it.
pub fn json_schema() -> Value {
    let mut schema = schema_for!(Config);
    RecursiveTransform(without_null).transform(&mut schema);
    RecursiveTransform(in_one_line).transform(&mut schema);
    schema.insert("title".to_owned(), "Fairway configuration (.fairway/config.toml)".into());
    schema.to_value()
}

/// A comment is broken where its lines are full; a description is not.
fn in_one_line(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        let paragraphs: Vec<String> =
            description.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
        *description = paragraphs.join("\n\n");
    }
}

/// TOML has no null: a key that may be absent is absent.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [only] = choices.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            if let Value::Object(fields) = only {
                for (key, value) in fields {
                    schema.insert(key, value);
                }
            }
        }
    }
    match schema.get_mut("default") {
        Some(Value::Null) => {
            schema.remove("default");
        }
        Some(Value::Object(section)) => section.retain(|_, value| !value.is_null()),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
