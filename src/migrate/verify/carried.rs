//! Whether a value of the store is what a value of the source has to become.

use std::collections::BTreeMap;

use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use rusqlite::types::Value as Sql;
use serde_json::Value;

/// What a mapping says of one column.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Column<'a> {
    /// Whether it holds times.
    pub(super) time: bool,
    /// Their value, our value.
    pub(super) values: Option<&'a BTreeMap<String, String>>,
    /// Whether it holds JSON.
    pub(super) json: bool,
}

/// Whether the store's value carries the source's. Nothing and empty text are one, as the mapping files say; a number
/// and the text that it is written as are one; a time is one in every spelling.
pub(super) fn carried(source: &Sql, store: &Sql, column: Column<'_>) -> bool {
    let (Some(theirs), ours) = (words(source), words(store)) else {
        return matches!(source, Sql::Null) && words(store).is_none_or(|text| is_nothing(&text, column));
    };
    let theirs = column.values.and_then(|values| values.get(&theirs).cloned()).unwrap_or(theirs);
    match ours {
        None => theirs.is_empty() && matches!(store, Sql::Null),
        Some(ours) if ours == theirs => true,
        Some(ours) if theirs.is_empty() => is_nothing(&ours, column),
        Some(ours) if column.time => instant(&ours).is_some_and(|time| Some(time) == instant(&theirs)),
        Some(ours) if column.json => same_json(&theirs, &ours),
        Some(ours) if matches!(store, Sql::Integer(_)) => theirs.trim() == ours,
        Some(_) => false,
    }
}

/// What a column of the store holds that was given nothing.
fn is_nothing(text: &str, column: Column<'_>) -> bool {
    text.is_empty() || column.json && matches!(text, "[]" | "{}") || text == "not_required"
}

fn words(value: &Sql) -> Option<String> {
    match value {
        Sql::Null | Sql::Blob(_) => None,
        Sql::Integer(number) => Some(number.to_string()),
        Sql::Real(number) => Some(number.to_string()),
        Sql::Text(text) => Some(text.clone()),
    }
}

/// The moment that a text means; one without a zone is UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let with_zone = || strtime::parse("%Y-%m-%d %H:%M:%S%.f %z", text).ok()?.to_timestamp().ok();
    let local = || {
        let local = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" Z")).unwrap_or(text);
        let date = || local.parse::<civil::Date>().ok().map(|date| date.at(0, 0, 0, 0));
        TimeZone::UTC.to_timestamp(local.parse::<civil::DateTime>().ok().or_else(date)?).ok()
    };
    text.parse().ok().or_else(with_zone).or_else(local)
}

/// Text that is no JSON was wrapped: as the only entry of a list, or of an object.
fn same_json(theirs: &str, ours: &str) -> bool {
    let Ok(ours) = serde_json::from_str::<Value>(ours) else { return false };
    match serde_json::from_str::<Value>(theirs) {
        Ok(theirs) => theirs == ours,
        Err(_) => match ours {
            Value::Array(items) => items == [Value::from(theirs)],
            Value::Object(object) => object.len() == 1 && object.values().all(|value| value == theirs),
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Sql {
        Sql::Text(text.to_owned())
    }

    #[test]
    fn equal_in_every_spelling_and_in_no_other() {
        let plain = Column::default();
        assert!(carried(&text("a"), &text("a"), plain));
        assert!(carried(&text(""), &Sql::Null, plain));
        assert!(carried(&Sql::Null, &Sql::Null, plain));
        assert!(carried(&Sql::Integer(7), &text("7"), plain));
        assert!(carried(&text(" 7"), &Sql::Integer(7), plain));
        for (theirs, ours) in [("a", "b"), ("é", "e\u{301}"), ("7", "07"), ("a", "a ")] {
            assert!(!carried(&text(theirs), &text(ours), plain), "{theirs:?} and {ours:?}");
        }
        assert!(!carried(&text("a"), &Sql::Null, plain));
        assert!(!carried(&Sql::Null, &text("a"), plain));
        assert!(!carried(&Sql::Blob(vec![1]), &Sql::Null, plain));
    }

    #[test]
    fn a_time_is_one_in_every_spelling() {
        let time = Column { time: true, ..Column::default() };
        let stored = text("2026-02-27T16:00:00.000Z");
        assert!(carried(&text("2026-02-27T17:00:00+01:00"), &stored, time));
        for same in [
            "2026-02-27 16:00:00 +0000",
            "2026-02-27 16:00:00 UTC",
            "2026-02-27T16:00:00",
            " 2026-02-27T16:00Z",
        ] {
            assert!(carried(&text(same), &stored, time), "{same}");
        }
        assert!(carried(&text("2026-02-27"), &text("2026-02-27T00:00:00.000Z"), time));
        assert!(!carried(&text("2026-02-27T16:00:01Z"), &stored, time));
        assert!(!carried(&text("2026-02-27T16:00:00.0004Z"), &stored, time));
        assert!(carried(&text("soon"), &text("soon"), time));
        assert!(!carried(&text("soon"), &stored, time));
    }

    #[test]
    fn json_is_compared_as_what_it_says() {
        let json = Column { json: true, ..Column::default() };
        assert!(carried(&text("[1, \"a\"]"), &text("[1,\"a\"]"), json));
        assert!(carried(&text("by hand"), &text("[\"by hand\"]"), json));
        assert!(carried(&Sql::Null, &text("{}"), json));
        assert!(!carried(&text("[1]"), &text("[2]"), json));
        assert!(!carried(&text("[1]"), &text("[]"), json));
    }
}
