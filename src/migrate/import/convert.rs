//! One value of a legacy database, as the store takes it.

use std::collections::BTreeMap;

use rusqlite::types::Value as Sql;

use crate::model::Timestamp;
use crate::store::Column;

/// What is done to the values of one column on their way.
#[derive(Debug, Clone, Copy)]
pub(in crate::migrate) struct Rules<'a> {
    /// Whether they are times.
    pub(in crate::migrate) time: bool,
    /// Their value, our value.
    pub(in crate::migrate) values: Option<&'a BTreeMap<String, String>>,
    /// The only values that the store takes.
    pub(in crate::migrate) one_of: Option<&'a [String]>,
    /// Whether empty text is refused.
    pub(in crate::migrate) not_empty: bool,
    /// Whether numbers below zero are refused.
    pub(in crate::migrate) not_negative: bool,
}

/// A value that the store takes.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::migrate) struct Converted {
    pub(in crate::migrate) value: Sql,
    /// The text of a time that does not parse; it is kept as it is.
    pub(in crate::migrate) unparsed: Option<String>,
    /// Whether it is a time that the store holds to the millisecond only.
    pub(in crate::migrate) rounded: bool,
}

impl Converted {
    fn plain(value: Sql) -> Self {
        Self { value, unparsed: None, rounded: false }
    }
}

/// Converts a value to a column of the store.
///
/// # Errors
/// Why the store cannot take it, in words that follow the column's name.
pub(in crate::migrate) fn convert(
    value: Sql,
    target: &Column,
    rules: Rules<'_>,
) -> Result<Converted, String> {
    let plain = |value| Ok(Converted::plain(value));
    match value {
        Sql::Null => empty(target, rules, Sql::Null),
        Sql::Blob(_) => Err("is binary".to_owned()),
        Sql::Text(text) if text.is_empty() => empty(target, rules, Sql::Text(text)),
        Sql::Integer(number) if target.integer && number < 0 && rules.not_negative => {
            Err(format!("is {number}, below zero"))
        }
        Sql::Integer(number) if target.integer => plain(Sql::Integer(number)),
        Sql::Integer(number) => text(number.to_string(), rules),
        Sql::Real(number) if target.integer => Err(format!("is {number}, which is no whole number")),
        Sql::Real(number) => text(number.to_string(), rules),
        Sql::Text(words) if target.integer => match words.trim().parse() {
            Ok(number) => plain(Sql::Integer(number)),
            Err(_) => Err(format!("is {words:?}, which is no whole number")),
        },
        Sql::Text(words) => text(words, rules),
    }
}

/// Nothing, or empty text: NULL where the store allows it.
fn empty(target: &Column, rules: Rules<'_>, value: Sql) -> Result<Converted, String> {
    let value = match value {
        Sql::Text(text) if target.required && !target.integer && !rules.not_empty => Sql::Text(text),
        _ if target.required => return Err("is empty".to_owned()),
        _ => Sql::Null,
    };
    Ok(Converted::plain(value))
}

fn text(words: String, rules: Rules<'_>) -> Result<Converted, String> {
    let words = rules.values.and_then(|values| values.get(&words).cloned()).unwrap_or(words);
    if let Some(known) = rules.one_of
        && !known.contains(&words)
    {
        return Err(format!("is {words:?}, expected one of {}", known.join(", ")));
    }
    if !rules.time {
        return Ok(Converted::plain(Sql::Text(words)));
    }
    Ok(match Timestamp::parse(&words) {
        Some(time) => {
            Converted { rounded: !time.fits_the_store(), ..Converted::plain(Sql::Text(time.to_store())) }
        }
        None => Converted { unparsed: Some(words.clone()), ..Converted::plain(Sql::Text(words)) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Rules<'_> =
        Rules { time: false, values: None, one_of: None, not_empty: false, not_negative: false };

    fn column(integer: bool, required: bool) -> Column {
        Column { name: "c".to_owned(), integer, required }
    }

    fn value(from: impl Into<Sql>, target: &Column, rules: Rules<'_>) -> Result<Sql, String> {
        convert(from.into(), target, rules).map(|converted| converted.value)
    }

    #[test]
    fn empty_text_is_nothing_where_nothing_is_allowed() {
        let text = |required| column(false, required);
        assert_eq!(value(String::new(), &text(false), PLAIN), Ok(Sql::Null));
        assert_eq!(value(String::new(), &text(true), PLAIN), Ok(Sql::Text(String::new())));
        assert!(value(String::new(), &text(true), Rules { not_empty: true, ..PLAIN }).is_err());
        assert!(value(Sql::Null, &text(true), PLAIN).is_err());
        assert!(value(String::new(), &column(true, true), PLAIN).is_err());
    }

    #[test]
    fn types_follow_the_store() {
        assert_eq!(value(7, &column(false, false), PLAIN), Ok(Sql::Text("7".to_owned())));
        assert_eq!(value("42".to_owned(), &column(true, false), PLAIN), Ok(Sql::Integer(42)));
        assert!(value("soon".to_owned(), &column(true, false), PLAIN).is_err());
        assert!(value(vec![1_u8], &column(false, false), PLAIN).is_err());
        assert!(value(-1, &column(true, false), Rules { not_negative: true, ..PLAIN }).is_err());
    }

    #[test]
    fn a_time_that_does_not_parse_stays() {
        let rules = Rules { time: true, ..PLAIN };
        let time = |text: &str| convert(text.to_owned().into(), &column(false, true), rules).unwrap();
        assert_eq!(time("2026-02-27T16:00:00Z").value, Sql::Text("2026-02-27T16:00:00.000Z".to_owned()));
        assert_eq!(time("soon").unparsed.as_deref(), Some("soon"));
        assert_eq!(time("soon").value, Sql::Text("soon".to_owned()));
    }

    #[test]
    fn a_time_that_is_finer_than_the_store_is_known() {
        let rules = Rules { time: true, ..PLAIN };
        let time = |text: &str| convert(text.to_owned().into(), &column(false, true), rules).unwrap();
        assert!(!time("2026-02-27T16:00:00.120Z").rounded);
        let finer = time("2026-02-27T16:00:00.1204Z");
        assert_eq!((finer.value, finer.rounded), (Sql::Text("2026-02-27T16:00:00.120Z".to_owned()), true));
    }
}
