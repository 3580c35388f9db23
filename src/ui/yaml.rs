//! JSON as a YAML document in block style that every reader of YAML takes for the same, those of YAML 1.1 included.
//!
//! To Ruby's Psych a plain `no` is false, `12:30` a number and `2026-02-27` a date; the emitters of the YAML crates leave
//! such texts plain. Here a text is plain only when no version could take it for anything else, and otherwise stands in
//! double quotes, whose escapes are those of JSON.

use std::fmt::Write;

use serde_json::{Map, Value};

/// Texts that a version of YAML takes for a boolean or for nothing, in lower case.
const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none"];

/// The document.
pub fn to_yaml(document: &Map<String, Value>) -> String {
    let mut out = String::new();
    if document.is_empty() {
        return "{}\n".to_owned();
    }
    map(&mut out, document, 0);
    out
}

fn map(out: &mut String, fields: &Map<String, Value>, depth: usize) {
    for (at, (key, value)) in fields.iter().enumerate() {
        // The first one of a map that is an item of a list stands on the line of its dash.
        if at > 0 || !out.ends_with("- ") {
            indent(out, depth);
        }
        text(out, key);
        out.push(':');
        below(out, value, depth);
    }
}

/// What stands after a key.
fn below(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            out.push('\n');
            map(out, fields, depth + 1);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            list(out, items, depth);
        }
        _ => {
            out.push(' ');
            scalar(out, value);
        }
    }
}

fn list(out: &mut String, items: &[Value], depth: usize) {
    for item in items {
        indent(out, depth);
        out.push_str("- ");
        match item {
            Value::Object(fields) if !fields.is_empty() => map(out, fields, depth + 1),
            // A list in a list, and all else, is rare enough to stand on one line.
            Value::Array(_) => {
                let _ = writeln!(out, "{}", flow(item));
            }
            _ => scalar(out, item),
        }
    }
}

/// A value on one line, as JSON whose texts are escaped for YAML.
fn flow(value: &Value) -> String {
    match value {
        Value::String(string) => quoted(string),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let pairs: Vec<String> =
                fields.iter().map(|(key, value)| format!("{}: {}", quoted(key), flow(value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        _ => value.to_string(),
    }
}

fn scalar(out: &mut String, value: &Value) {
    match value {
        Value::String(string) => text(out, string),
        _ => out.push_str(&flow(value)),
    }
    out.push('\n');
}

fn text(out: &mut String, string: &str) {
    if is_plain(string) {
        out.push_str(string);
    } else {
        out.push_str(&quoted(string));
    }
}

/// Whether every reader takes the text for itself when it stands plain.
fn is_plain(string: &str) -> bool {
    string.starts_with(|first: char| first.is_ascii_alphabetic())
        && !string.ends_with(' ')
        && string.chars().all(|letter| letter.is_ascii_alphanumeric() || " _-./@".contains(letter))
        && !WORDS.contains(&string.to_ascii_lowercase().as_str())
}

/// The text between double quotes. What YAML does not count as printable is escaped.
fn quoted(string: &str) -> String {
    let mut out = String::from("\"");
    for letter in string.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::to_yaml;
    use crate::legacy::yaml;

    fn values() -> impl Strategy<Value = Value> {
        let texts = prop_oneof![
            4 => any::<String>(),
            4 => "[ -~\n\t]{0,12}",
            2 => prop::sample::select(vec![
                "no", "Yes", "on", "~", "null", "0123", "12:30", "2026-02-27", "2026-02-27T16:00:00.000Z", "1e3", ".inf",
                "- a", "a: b", "# c", "a #b", "a:", "<<", "=", "!x", "&a", "*a", "%a", "@a", "`a", "", " ", "a ", "---", "...",
                "\u{feff}", "\u{85}", "\u{2028}", "0x1f", "0b1", "1_000", "NaN", "None",
            ]).prop_map(str::to_owned),
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            texts.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                // Ruby merges what stands under the key `<<`, even where it is quoted.
                prop::collection::vec((texts.clone().prop_filter("merges", |key| key != "<<"), inner), 0..5)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        /// YAML 1.2 as the maintained crate reads it, and YAML 1.1 as Ruby does.
        #[test]
        fn it_reads_as_it_was_written(value in values()) {
            let document = json!({ "a": value }).as_object().unwrap().clone();
            let text = to_yaml(&document);
            let newer: Value = serde_yaml::from_str(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            prop_assert_eq!(&newer, &Value::Object(document.clone()), "{}", text);
            let older = yaml::load(text.as_bytes()).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            let older = yaml::ruby_text::plain(&older.value).map_err(|e| TestCaseError::fail(format!("{e:?}\n{text}")))?;
            prop_assert_eq!(older, Value::Object(document), "{}", text);
        }
    }

    #[test]
    fn it_is_made_to_be_read() {
        let document = json!({
            "title": "Rotate the key", "when": "12:30", "none": null, "list": [], "map": {},
            "tasks": [{ "id": "A-1", "depends_on": ["A-2", "no"], "extra": { "a": { "b": 1 } } }, "A-3"],
        });
        let text = to_yaml(document.as_object().unwrap());
        insta::assert_snapshot!(text, @r#"
        title: Rotate the key
        when: "12:30"
        "none": null
        list: []
        map: {}
        tasks:
        - id: A-1
          depends_on:
          - A-2
          - "no"
          extra:
            a:
              b: 1
        - A-3
        "#);
    }
}
