//! Times in a form that an adapter names, such as seconds since 1970.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::datafile::Node;

/// The form that a file names, checked as far as one can without a time.
pub(in crate::adapter) fn form(node: &Node<'_>) -> String {
    let text = node.text();
    if let Err(error) = strtime::format(&text, Timestamp::UNIX_EPOCH) {
        node.problem(
            format!("not a form of time: {error}"),
            Some("expected letters of strftime, such as `%s`".to_owned()),
        );
    }
    text
}

/// The time as the canonical types read it; null and the empty text stay nothing. `None` when it is of another form.
/// Without a zone it is UTC.
pub(super) fn read(value: &Value, form: &str) -> Option<Value> {
    let text = match value {
        Value::Null => return Some(Value::Null),
        Value::String(text) if text.is_empty() => return Some(Value::Null),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let parsed = strtime::parse(form, &text).ok()?;
    let at = parsed.to_timestamp().ok().or_else(|| {
        let civil: DateTime = parsed.to_datetime().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    })?;
    Some(Value::from(at.to_string()))
}
