//! A value as text, as Ruby's `to_s` and `inspect` print it, and as the legacy's `QueueFile.text` and `.plain` do.
//!
//! One thing depends on the machine in Ruby and not here: a time without a zone that stands inside a list or a mapping
//! prints in the machine's zone there, and as `+0000` here.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use num_bigint::BigUint;
use regex::Regex;

use super::civil::{Date, Time, Zone, clock_face};
use super::node::{Mapping, Value};

/// Why a value has no JSON form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotJson {
    /// JSON has no NaN and no infinity.
    #[error("{0} has no JSON form")]
    Float(String),
    /// Beyond 64 bits.
    #[error("the integer {0} is beyond 64 bits")]
    Integer(String),
    /// Bytes that are not UTF-8.
    #[error("binary data {0} has no JSON form")]
    Bytes(String),
}

/// `QueueFile.text`: the text that the database and the reports carry. nil has none.
pub fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        Value::Time(time) => {
            let (date, clock) = clock_face(time.seconds, 0);
            Some(format!("{date}T{clock}Z").into())
        }
        Value::Date(date) => Some(format!("{date}T00:00:00Z").into()),
        other => Some(to_s(other)),
    }
}

/// `QueueFile.plain`: the value with text for keys, dates and times. Of keys with the same text the last counts.
///
/// # Errors
///
/// A value inside has no JSON form.
pub fn plain(value: &Value) -> Result<serde_json::Value, NotJson> {
    use serde_json::Value as Json;
    Ok(match value {
        Value::Null => Json::Null,
        Value::Bool(yes) => Json::Bool(*yes),
        Value::Int(int) => Json::from(*int),
        Value::BigInt(int) => {
            int.parse::<u64>().map(Json::from).map_err(|_| NotJson::Integer(int.to_string()))?
        }
        Value::Float(float) => serde_json::Number::from_f64(*float)
            .map(Json::Number)
            .ok_or_else(|| NotJson::Float(float_to_s(*float)))?,
        Value::Str(text) => Json::from(&**text),
        Value::Bytes(bytes) => {
            std::str::from_utf8(bytes).map(Json::from).map_err(|_| NotJson::Bytes(inspect(value)))?
        }
        Value::Date(_) | Value::Time(_) => text(value).map_or(Json::Null, Json::from),
        Value::Seq(items) => {
            Json::Array(items.iter().map(|item| plain(&item.value)).collect::<Result<_, _>>()?)
        }
        Value::Map(map) => {
            let pairs = map
                .entries
                .iter()
                .map(|(key, value)| Ok((to_s(&key.value).into_owned(), plain(&value.value)?)));
            Json::Object(pairs.collect::<Result<_, _>>()?)
        }
    })
}

/// `value.to_s`. Bytes that are not UTF-8 come as replacement characters.
pub fn to_s(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "".into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Int(int) => int.to_string().into(),
        Value::BigInt(int) => (&**int).into(),
        Value::Float(float) => float_to_s(*float).into(),
        Value::Str(text) => (&**text).into(),
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes),
        Value::Date(date) => date.to_string().into(),
        Value::Time(time) => time_to_s(time, false).into(),
        Value::Seq(_) | Value::Map(_) => inspect(value).into(),
    }
}

/// `value.inspect`
pub fn inspect(value: &Value) -> String {
    let mut out = String::new();
    write_inspect(value, &mut out);
    out
}

fn write_inspect(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("nil"),
        Value::Str(text) => inspect_str(text, out),
        Value::Bytes(bytes) => inspect_bytes(bytes, out),
        Value::Date(date) => out.push_str(&inspect_date(*date)),
        Value::Time(time) => out.push_str(&time_to_s(time, true)),
        Value::Seq(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                write_inspect(&item.value, out);
            }
            out.push(']');
        }
        Value::Map(map) => inspect_map(map, out),
        other => out.push_str(&to_s(other)),
    }
}

fn inspect_map(map: &Mapping, out: &mut String) {
    out.push('{');
    for (at, (key, value)) in map.entries.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        write_inspect(&key.value, out);
        out.push_str("=>");
        write_inspect(&value.value, out);
    }
    out.push('}');
}

/// What Ruby 3.1 (Unicode 13) does not print as it is.
#[expect(clippy::expect_used, reason = "a constant pattern; the tests compile it")]
static ESCAPED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[[\p{Cc}--\x{85}]\p{Zl}\p{Zp}\p{Cn}[^\p{Age:13.0}]]").expect("a valid pattern")
});

fn inspect_str(text: &str, out: &mut String) {
    out.push('"');
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '#' if rest[1..].starts_with(['{', '$', '@']) => write!(out, "\\#"),
            ' '..='~' => write!(out, "{c}"),
            _ => match named_escape(c) {
                Some(escape) => write!(out, "{escape}"),
                None if !ESCAPED.is_match(rest) => write!(out, "{c}"),
                None if c <= '\u{FFFF}' => write!(out, "\\u{:04X}", u32::from(c)),
                None => write!(out, "\\u{{{:X}}}", u32::from(c)),
            },
        };
    }
    out.push('"');
}

fn inspect_bytes(bytes: &[u8], out: &mut String) {
    out.push('"');
    for (at, byte) in bytes.iter().enumerate() {
        let c = char::from(*byte);
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '#' if matches!(bytes.get(at + 1), Some(b'{' | b'$' | b'@')) => write!(out, "\\#"),
            ' '..='~' => write!(out, "{c}"),
            _ => match named_escape(c) {
                Some(escape) => write!(out, "{escape}"),
                None => write!(out, "\\x{byte:02X}"),
            },
        };
    }
    out.push('"');
}

fn named_escape(c: char) -> Option<&'static str> {
    Some(match c {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0C' => "\\f",
        '\x0B' => "\\v",
        '\x08' => "\\b",
        '\x07' => "\\a",
        '\x1B' => "\\e",
        _ => return None,
    })
}

fn inspect_date(date: Date) -> String {
    format!("#<Date: {date} (({}j,0s,0n),+0s,2299161j)>", date.jd())
}

/// `to_s`, and `inspect`, which adds the fraction of the second.
fn time_to_s(time: &Time, fraction: bool) -> String {
    let (offset, zone) = match time.zone {
        Zone::Utc => (0, " UTC".to_owned()),
        Zone::Local => (0, " +0000".to_owned()),
        Zone::Offset(east) => {
            let sign = if east < 0 { '-' } else { '+' };
            let minutes = east.abs() / 60;
            (east, format!(" {sign}{:02}{:02}", minutes / 60, minutes % 60))
        }
    };
    let (date, clock) = clock_face(time.seconds, offset);
    let fraction = if fraction { inspect_fraction(&time.fraction) } else { String::new() };
    format!("{date} {clock}{fraction}{zone}")
}

/// Up to nanoseconds in decimal, anything finer as a reduced fraction.
fn inspect_fraction(digits: &str) -> String {
    match digits.len() {
        0 => String::new(),
        1..=9 => format!(".{digits}"),
        length => {
            let mut numerator: BigUint = digits.parse().unwrap_or_default();
            let mut denominator = BigUint::from(10_u8).pow(u32::try_from(length).unwrap_or(u32::MAX));
            for factor in [2_u8, 5] {
                while &numerator % factor == BigUint::ZERO && &denominator % factor == BigUint::ZERO {
                    numerator /= factor;
                    denominator /= factor;
                }
            }
            format!(" {numerator}/{denominator}")
        }
    }
}

/// `Float#to_s`: the shortest digits that read back, with an exponent from 1.0e+15 up and below 0.0001.
fn float_to_s(float: f64) -> String {
    if float.is_nan() {
        return "NaN".to_owned();
    }
    if float.is_infinite() {
        return if float < 0.0 { "-Infinity" } else { "Infinity" }.to_owned();
    }
    let magnitude = float.abs();
    if magnitude == 0.0 || (1e-4..1e15).contains(&magnitude) {
        return format!("{float:?}");
    }
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
    format!("{digits}{point}e{sign}{exponent:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(yaml: &str) -> Value {
        super::super::load(yaml.as_bytes()).unwrap().value
    }

    #[test]
    fn text_is_what_the_queue_carries() {
        let cases = [
            ("~", None),
            ("2026-02-27", Some("2026-02-27T00:00:00Z")),
            ("2026-02-27 16:00:00.9 +01:30", Some("2026-02-27T14:30:00Z")),
            ("1.0e+20", Some("1.0e+20")),
            ("0.00001", Some("1.0e-05")),
            ("-0.0", Some("-0.0")),
            ("100000000000000.0", Some("100000000000000.0")),
            ("yes", Some("true")),
            ("{a: [1, ~, .inf, \"q\\\"\\e\"]}", Some(r#"{"a"=>[1, nil, Infinity, "q\"\e"]}"#)),
            ("[2026-02-27]", Some("[#<Date: 2026-02-27 ((2461099j,0s,0n),+0s,2299161j)>]")),
            ("[2026-02-27 16:00:00.50 -1]", Some("[2026-02-27 16:00:00.5 -0100]")),
            ("[!!binary w6k=]", Some(r#"["\xC3\xA9"]"#)),
            ("[\"\\u2028\\u0085#{a} #b \u{1FAE0}\"]", Some("[\"\\u2028\u{85}\\#{a} #b \\u{1FAE0}\"]")),
        ];
        for (yaml, expected) in cases {
            assert_eq!(text(&value(yaml)).as_deref(), expected, "{yaml}");
        }
    }

    #[test]
    fn plain_has_text_keys_and_the_last_of_equal_ones() {
        let json = plain(&value("{1: a, ~: b, '1': 2026-02-27, c: 1.5}")).unwrap();
        assert_eq!(json.to_string(), r#"{"1":"2026-02-27T00:00:00Z","":"b","c":1.5}"#);
        assert_eq!(plain(&value("[.nan]")), Err(NotJson::Float("NaN".into())));
    }
}
