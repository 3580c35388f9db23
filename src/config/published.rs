//! The JSON Schema of the configuration, for editors and for whoever generates one.

use schemars::transform::{RecursiveTransform, Transform};
use schemars::{Schema, schema_for};
use serde_json::Value;

use super::schema::Config;

/// The JSON Schema of `.fairway/config.toml`, derived from the types that read it.
pub fn json_schema() -> Value {
    let mut schema = schema_for!(Config);
    RecursiveTransform(without_null).transform(&mut schema);
    schema.insert("title".to_owned(), "Fairway configuration (.fairway/config.toml)".into());
    schema.to_value()
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
mod tests {
    use std::path::Path;

    use super::json_schema;

    /// `UPDATE_SCHEMAS=1 cargo test` writes the file anew.
    #[test]
    fn the_published_schema_is_that_of_the_types() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/config.schema.json");
        let generated = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, &generated).unwrap();
        }
        let published = std::fs::read_to_string(&path).unwrap();
        assert!(published == generated, "{} is out of date: UPDATE_SCHEMAS=1 cargo test", path.display());
    }

    #[test]
    fn nothing_in_it_is_null() {
        assert!(!json_schema().to_string().contains("null"));
    }
}
