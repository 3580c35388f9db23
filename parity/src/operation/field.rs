//! The types of canonical values, and how a raw value becomes one.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

/// The type of a canonical value. `null` is a value of every type but a list and a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// Text; the empty text is `null`.
    Text,
    /// A whole number.
    Integer,
    /// True or false; 0 and 1 are read too.
    Boolean,
    /// A time, to the second in UTC.
    Time,
    /// A time, or text that is none and stays as it is: a queue file may say anything.
    TimeOrText,
    /// Any JSON.
    Json,
    /// A list whose order means something, or (`ordered` false) one whose order means nothing.
    List {
        /// The type of each item.
        items: Box<FieldType>,
        /// Whether the order is compared.
        ordered: bool,
    },
    /// Records in lists by what some of their fields say: the order counts within a list, and not between them.
    Groups {
        /// The fields of each record.
        fields: Vec<Field>,
        /// The fields by whose values they are grouped.
        by: Vec<String>,
    },
    /// Named fields.
    Record(Vec<Field>),
}

/// A named field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its canonical name.
    pub name: String,
    /// Its type.
    pub kind: FieldType,
    /// Whether it may be absent, which then is `null`.
    pub optional: bool,
}

/// A value is not of the type it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: expected {wanted}, found {found}")]
pub struct Unreadable {
    /// JSON pointer of the value inside what was read.
    pub path: String,
    /// What it should have been.
    pub wanted: String,
    /// What it is.
    pub found: String,
}

impl FieldType {
    /// The canonical form of a raw value.
    ///
    /// # Errors
    /// The value, or one inside it, is not of this type. Nothing is replaced by a default.
    pub fn canonical(&self, raw: &Value) -> Result<Value, Unreadable> {
        self.at(raw, "")
    }

    fn at(&self, raw: &Value, path: &str) -> Result<Value, Unreadable> {
        let wrong = |wanted: &str| Unreadable {
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            wanted: wanted.to_owned(),
            found: show(raw),
        };
        match (self, raw) {
            (Self::Json, value) => Ok(value.clone()),
            (Self::List { items, ordered }, Value::Array(list)) => list_of(items, *ordered, list, path),
            (Self::Groups { fields, by }, Value::Array(list)) => groups(fields, by, list, path),
            (Self::Groups { fields, by }, Value::Object(groups_of)) => {
                let lists =
                    groups_of.values().map(|list| list.as_array().ok_or_else(|| wrong("lists by name")));
                let all = lists.collect::<Result<Vec<_>, _>>()?;
                groups(fields, by, &all.into_iter().flatten().cloned().collect::<Vec<_>>(), path)
            }
            (Self::Record(fields), Value::Object(object)) => record(fields, object, path),
            (Self::List { .. } | Self::Groups { .. }, _) => Err(wrong("a list")),
            (Self::Record(_), _) => Err(wrong("an object")),
            (_, Value::Null) => Ok(Value::Null),
            (Self::Text, Value::String(text)) => Ok(text_or_null(text)),
            (Self::Text, _) => Err(wrong("text")),
            (Self::Integer, Value::Number(number)) if number.is_i64() => Ok(raw.clone()),
            (Self::Integer, Value::String(text)) => {
                text.trim().parse::<i64>().map(Value::from).map_err(|_| wrong("a whole number"))
            }
            (Self::Integer, _) => Err(wrong("a whole number")),
            (Self::Boolean, Value::Bool(_)) => Ok(raw.clone()),
            (Self::Boolean, Value::Number(number)) => match number.as_i64() {
                Some(flag @ (0 | 1)) => Ok(Value::Bool(flag == 1)),
                _ => Err(wrong("true or false")),
            },
            (Self::Boolean, _) => Err(wrong("true or false")),
            (Self::Time | Self::TimeOrText, Value::String(text)) if text.is_empty() => Ok(Value::Null),
            (Self::Time, Value::String(text)) => {
                seconds(text).map(Value::from).ok_or_else(|| wrong("a time"))
            }
            (Self::TimeOrText, Value::String(text)) => {
                Ok(seconds(text).unwrap_or_else(|| text.clone()).into())
            }
            (Self::Time | Self::TimeOrText, _) => Err(wrong("a time")),
        }
    }
}

fn text_or_null(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text) }
}

fn list_of(items: &FieldType, ordered: bool, list: &[Value], path: &str) -> Result<Value, Unreadable> {
    let mut found = Vec::with_capacity(list.len());
    for (index, raw) in list.iter().enumerate() {
        found.push(items.at(raw, &format!("{path}/{index}"))?);
    }
    if !ordered {
        found.sort_by_cached_key(Value::to_string);
    }
    Ok(Value::Array(found))
}

fn groups(fields: &[Field], by: &[String], list: &[Value], path: &str) -> Result<Value, Unreadable> {
    let mut groups: Map<String, Value> = Map::new();
    for (index, raw) in list.iter().enumerate() {
        let path = format!("{path}/{index}");
        let Value::Object(object) = raw else {
            return Err(Unreadable { path, wanted: "an object".to_owned(), found: show(raw) });
        };
        let record = record(fields, object, &path)?;
        let value = |name: &String| match &record[name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let group = by.iter().map(value).collect::<Vec<_>>().join(" ");
        if let Value::Array(list) = groups.entry(group).or_insert_with(|| Value::Array(Vec::new())) {
            list.push(record);
        }
    }
    groups.sort_keys();
    Ok(Value::Object(groups))
}

fn record(fields: &[Field], object: &Map<String, Value>, path: &str) -> Result<Value, Unreadable> {
    let mut found = Map::new();
    for field in fields {
        let path = format!("{path}/{}", field.name);
        let value = match object.get(&field.name) {
            Some(Value::Null) | None if field.optional => Value::Null,
            Some(raw) => field.kind.at(raw, &path)?,
            None => {
                return Err(Unreadable { path, wanted: "a value".to_owned(), found: "nothing".to_owned() });
            }
        };
        found.insert(field.name.clone(), value);
    }
    if let Some(name) = object.keys().find(|name| fields.iter().all(|field| field.name != **name)) {
        let found = format!("`{name}`");
        return Err(Unreadable { path: format!("{path}/{name}"), wanted: "no such field".to_owned(), found });
    }
    Ok(Value::Object(found))
}

fn show(raw: &Value) -> String {
    let mut text = raw.to_string();
    if text.chars().count() > 80 {
        text = text.chars().take(77).collect::<String>() + "...";
    }
    text
}

/// A time in any of the forms that queues store, cut to the second, as `YYYY-MM-DDTHH:MM:SSZ`.
/// Text without a zone is UTC, a date alone is its midnight.
pub(crate) fn seconds(text: &str) -> Option<String> {
    let at = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| in_utc(text.parse::<DateTime>().ok()?))
        .or_else(|| in_utc(text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight())))?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn in_utc(civil: DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(civil).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn empty_text_is_none_and_times_are_cut_to_seconds() {
        assert_eq!(FieldType::Text.canonical(&json!("")).unwrap(), Value::Null);
        for text in ["2026-02-27T16:00:00.987Z", "2026-02-27 16:00:00", "2026-02-27T17:00:00+01:00"] {
            let time = FieldType::Time.canonical(&json!(text)).unwrap();
            assert_eq!(time, json!("2026-02-27T16:00:00Z"), "{text}");
        }
        assert_eq!(FieldType::Time.canonical(&json!("2026-02-28")).unwrap(), json!("2026-02-28T00:00:00Z"));
    }

    #[test]
    fn what_is_not_of_the_type_is_refused() {
        assert!(FieldType::Time.canonical(&json!("soon")).is_err());
        assert_eq!(FieldType::TimeOrText.canonical(&json!("soon")).unwrap(), json!("soon"));
        assert!(FieldType::Integer.canonical(&json!("1.5")).is_err());
        assert!(FieldType::Text.canonical(&json!(7)).is_err());
        let field = Field { name: "id".into(), kind: FieldType::Text, optional: false };
        let record = FieldType::Record(vec![field]);
        assert!(record.canonical(&json!({})).is_err());
        assert!(record.canonical(&json!({"id": "A", "other": 1})).is_err());
    }

    #[test]
    fn records_are_grouped_and_their_order_counts_within_a_group() {
        let text = |name: &str| Field { name: name.into(), kind: FieldType::Text, optional: true };
        let kind = FieldType::Groups { fields: vec![text("kind"), text("id")], by: vec!["kind".into()] };
        let item = |kind: &str, id: &str| json!({ "kind": kind, "id": id });
        let of = |items: &[Value]| kind.canonical(&json!(items)).unwrap();
        let one = of(&[item("b", "1"), item("a", "2"), item("b", "3")]);
        assert_eq!(one, json!({ "a": [item("a", "2")], "b": [item("b", "1"), item("b", "3")] }));
        assert_eq!(one, of(&[item("a", "2"), item("b", "1"), item("b", "3")]));
        assert_ne!(one, of(&[item("b", "3"), item("a", "2"), item("b", "1")]));
        assert_eq!(kind.canonical(&one).unwrap(), one);
        assert!(kind.canonical(&json!(["x"])).is_err());
    }

    proptest! {
        #[test]
        fn a_bag_has_no_order(mut items in proptest::collection::vec("[a-c]{1,2}", 0..6)) {
            let bag = FieldType::List { items: Box::new(FieldType::Text), ordered: false };
            let one = bag.canonical(&json!(items)).unwrap();
            items.reverse();
            prop_assert_eq!(one, bag.canonical(&json!(items)).unwrap());
        }

        #[test]
        fn canonical_is_a_fixed_point(text in "\\PC{0,12}", number in any::<i64>()) {
            for kind in [FieldType::Text, FieldType::TimeOrText, FieldType::Json] {
                let once = kind.canonical(&json!(text)).unwrap();
                prop_assert_eq!(kind.canonical(&once).unwrap(), once);
            }
            prop_assert_eq!(FieldType::Integer.canonical(&json!(number.to_string())).unwrap(), json!(number));
        }
    }
}
