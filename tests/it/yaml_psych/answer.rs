//! This reader's answer to a document, in the form that `psych.rb` gives Ruby's.

use std::fmt::Write as _;

use fairway::legacy::yaml::ruby_text::{inspect, plain, text};
use fairway::legacy::yaml::{self, Refusal, Value, YamlError, Zone};

/// One line.
pub(crate) fn answer(bytes: &[u8]) -> String {
    match yaml::load(bytes) {
        Ok(node) => {
            let said = text(&node.value).map_or("nil".into(), |said| match &node.value {
                Value::Bytes(_) => typed(&node.value),
                _ => quoted(&said),
            });
            let plain = plain(&node.value).map_or("-".into(), |json| typed_json(&json));
            format!("ok\t{}\t{said}\t{}\t{plain}", typed(&node.value), quoted(&inspect(&node.value)))
        }
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &YamlError) -> String {
    let problem = bare(&error.problem);
    match error.refusal {
        Refusal::Syntax => {
            let mark = error.psych_mark;
            let context = error.context.as_ref().map_or("-", |context| context.text);
            format!("error\tPsych::SyntaxError\t{}\t{}\t{problem}\t{context}", mark.line, mark.column)
        }
        Refusal::DisallowedClass => format!("error\tPsych::DisallowedClass\t-\t-\t{problem}\t-"),
        Refusal::BadAlias => format!("error\tPsych::BadAlias\t-\t-\t{problem}\t-"),
        // Ruby goes on to describe the receiver at length.
        Refusal::Ruby("NoMethodError") => {
            let method = problem.split(" for ").next().unwrap_or_default();
            format!("error\tNoMethodError\t-\t-\t{method}\t-")
        }
        Refusal::Ruby(class) => format!("error\t{class}\t-\t-\t{problem}\t-"),
        here => format!("only here\t{here:?}"),
    }
}

/// The text without quotation marks, everything but printable ASCII escaped.
fn bare(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let _ = match c {
            '\'' | '\\' => write!(out, "\\u{{{:x}}}", u32::from(c)),
            ' '..='~' => write!(out, "{c}"),
            _ => write!(out, "\\u{{{:x}}}", u32::from(c)),
        };
    }
    out
}

fn quoted(text: &str) -> String {
    format!("'{}'", bare(text))
}

fn float(float: f64) -> String {
    if float.is_nan() { "float nan".into() } else { format!("float {:016x}", float.to_bits()) }
}

fn typed(value: &Value) -> String {
    match value {
        Value::Null => "nil".into(),
        Value::Bool(yes) => yes.to_string(),
        Value::Int(int) => format!("int {int}"),
        Value::BigInt(int) => format!("int {int}"),
        Value::Float(value) => float(*value),
        Value::Str(text) => quoted(text),
        Value::Bytes(bytes) if bytes.is_ascii() => quoted(&String::from_utf8_lossy(bytes)),
        Value::Bytes(bytes) => {
            let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("bytes'{}'", hex.concat())
        }
        Value::Date(date) => format!("date {date} {}", date.jd()),
        Value::Time(time) => {
            let zone = match time.zone {
                Zone::Utc => "utc".into(),
                Zone::Local => "local".into(),
                Zone::Offset(seconds) => seconds.to_string(),
            };
            format!("time {} {} {zone}", time.seconds, time.nanoseconds())
        }
        Value::Seq(items) => list(items.iter().map(|item| typed(&item.value))),
        Value::Map(map) => {
            let pairs = map.entries.iter().map(|(key, value)| (typed(&key.value), typed(&value.value)));
            format!("{}{}", if map.omap { "omap" } else { "" }, mapping(pairs))
        }
    }
}

fn typed_json(json: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    match json {
        Json::Null => "nil".into(),
        Json::Bool(yes) => yes.to_string(),
        Json::Number(number) if number.is_f64() => float(number.as_f64().unwrap()),
        Json::Number(number) => format!("int {number}"),
        Json::String(text) => quoted(text),
        Json::Array(items) => list(items.iter().map(typed_json)),
        Json::Object(pairs) => mapping(pairs.iter().map(|(key, value)| (quoted(key), typed_json(value)))),
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn mapping(pairs: impl Iterator<Item = (String, String)>) -> String {
    format!("{{{}}}", pairs.map(|(key, value)| format!("{key} => {value}")).collect::<Vec<_>>().join(", "))
}
