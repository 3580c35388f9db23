//! Where a canonical field stands in what a reader found.

use serde_json::{Map, Value};

use crate::datafile::{Node, Table, suggest};

use super::{Classifier, times};
use crate::adapter::Values;
use crate::adapter::shared::Shared;

/// A field is not where the adapter says it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misplaced {
    /// There is nothing at the pointer.
    #[error("the answer has nothing at `{0}`")]
    Missing(String),
    /// Something of another form is there.
    #[error("the answer has no {wanted} at `{at}`")]
    Form {
        /// The pointer.
        at: String,
        /// What should be there.
        wanted: &'static str,
    },
    /// No pattern fits a message.
    #[error("no pattern of `{classifier}` fits the message: {message}")]
    Unclassified {
        /// The classifier.
        classifier: String,
        /// The message.
        message: String,
    },
}

/// A place in a raw answer, and what to make of what is there.
#[derive(Debug, Clone, Default)]
pub(in crate::adapter) struct Place {
    at: String,
    /// Where to look when nothing, or null, is at `at`.
    otherwise: Option<String>,
    default: Option<Value>,
    optional: bool,
    /// Nothing, whatever was found: this queue does not keep such a thing.
    null: bool,
    /// The form of a time, in the letters of `strftime`.
    time: Option<String>,
    values: Values,
    split: Option<String>,
    quoted: bool,
    /// A text of lines that each begin with `- `: the items after it.
    bullets: bool,
    only: Vec<(String, Value)>,
    classify: Option<(String, Classifier)>,
    items: Option<Box<Place>>,
    fields: Option<Vec<(String, Place)>>,
}

impl Place {
    /// A record whose fields each have a place.
    pub(in crate::adapter) fn fields(node: &Node<'_>, shared: &Shared) -> Self {
        Self { fields: Some(field_list(node, shared)), ..Self::default() }
    }

    /// A pointer alone, or a table.
    fn parse(node: &Node<'_>, shared: &Shared) -> Self {
        if let Some(at) = node.as_text() {
            if !at.is_empty() && !at.starts_with('/') {
                node.problem("not a JSON pointer", Some("expected `/name`, or the empty text".to_owned()));
            }
            return Self { at: at.to_owned(), ..Self::default() };
        }
        node.table(|table| Self::parse_table(table, shared)).unwrap_or_default()
    }

    fn parse_table(table: &Table<'_>, shared: &Shared) -> Self {
        let pairs = |key: &str| -> Vec<(String, Value)> {
            let entries = table.get(key).and_then(|node| node.table(Table::entries)).unwrap_or_default();
            entries.into_iter().map(|(name, node)| (name, node.json())).collect()
        };
        let classify = table.get("classify").and_then(|node| {
            node.table(|table| {
                let by = table.need("by")?;
                let classifiers = &shared.classifiers;
                let names: Vec<&str> = classifiers.iter().map(|known| known.name.as_str()).collect();
                let name = by.text();
                let known = classifiers.iter().find(|known| known.name == name).cloned();
                if known.is_none() {
                    by.problem(format!("unknown classifier `{name}`"), Some(suggest(&name, &names)));
                }
                Some((table.need_text("at"), known?))
            })
        });
        Self {
            at: table.text("at").unwrap_or_default(),
            otherwise: table.text("otherwise"),
            default: table.get("default").map(|node| node.json()),
            optional: table.get("optional").is_some_and(|node| node.boolean()),
            null: table.get("null").is_some_and(|node| node.boolean()),
            time: table.get("time").map(|node| times::form(&node)),
            values: table.get("values").map(|node| Values::parse(&node, shared)).unwrap_or_default(),
            split: table.text("split"),
            quoted: table.get("quoted").is_some_and(|node| node.boolean()),
            bullets: table.get("bullets").is_some_and(|node| node.boolean()),
            only: pairs("only"),
            classify: classify.flatten(),
            items: table.get("items").map(|node| Box::new(Self::fields(&node, shared))),
            fields: table.get("fields").map(|node| field_list(&node, shared)),
        }
    }

    /// Whether it, or a place inside it, looks below this name at the top.
    pub(in crate::adapter) fn reads(&self, name: &str) -> bool {
        let first = |at: &str| at.split('/').nth(1) == Some(name);
        first(&self.at)
            || self.otherwise.as_deref().is_some_and(first)
            || self.fields.iter().flatten().any(|(_, place)| place.reads(name))
    }

    /// What is there; `None` when there is nothing and that is allowed.
    pub(in crate::adapter) fn take(&self, raw: &Value) -> Result<Option<Value>, Misplaced> {
        if self.null {
            return Ok(Some(Value::Null));
        }
        let there = |at: &str| raw.pointer(at).filter(|value| !value.is_null());
        let second = self.otherwise.as_deref().filter(|_| there(&self.at).is_none()).and_then(there);
        let Some(found) = second.or_else(|| raw.pointer(&self.at)) else {
            return match &self.default {
                Some(default) => Ok(Some(default.clone())),
                None if self.optional => Ok(None),
                None => Err(Misplaced::Missing(self.at.clone())),
            };
        };
        if let Some(items) = &self.items {
            return self.take_items(found, items).map(Some);
        }
        let mut value =
            self.fields.as_ref().map_or_else(|| Ok(found.clone()), |fields| record(fields, found))?;
        if let Some(form) = &self.time {
            value = times::read(&value, form)
                .ok_or_else(|| Misplaced::Form { at: self.at.clone(), wanted: "time of this form" })?;
        }
        if let Some(text) = value.as_str() {
            if let Some(mapped) = self.values.of(text) {
                value = mapped.clone();
            } else if let Some(split) = &self.split {
                let part = |part| self.values.of(part).cloned().unwrap_or_else(|| Value::from(part));
                value = text.split(split.as_str()).map(part).collect();
            } else if self.bullets {
                let wrong = || Misplaced::Form { at: self.at.clone(), wanted: "list of lines with dashes" };
                let items =
                    text.lines().map(|line| line.strip_prefix("- ").map(Value::from).ok_or_else(wrong));
                value = items.collect::<Result<_, _>>()?;
            } else if self.quoted {
                let wrong = |_| Misplaced::Form { at: self.at.clone(), wanted: "text as between quotes" };
                value = serde_json::from_str(&format!("\"{text}\"")).map_err(wrong)?;
            }
        }
        Ok(Some(value))
    }

    fn take_items(&self, found: &Value, items: &Place) -> Result<Value, Misplaced> {
        let wrong = || Misplaced::Form { at: self.at.clone(), wanted: "list" };
        let mut taken = Vec::new();
        for item in found.as_array().ok_or_else(wrong)? {
            if self.only.iter().any(|(key, value)| item.get(key) != Some(value)) {
                continue;
            }
            let mut item = item.clone();
            if let Some((at, classifier)) = &self.classify {
                let message = item.pointer(at).and_then(Value::as_str).map(str::to_owned);
                let message = message.ok_or_else(|| Misplaced::Missing(at.clone()))?;
                if let Some(item) = item.as_object_mut() {
                    classifier.apply(item, &message)?;
                }
            }
            taken.extend(items.take(&item)?);
        }
        Ok(Value::Array(taken))
    }
}

fn record(fields: &[(String, Place)], raw: &Value) -> Result<Value, Misplaced> {
    let mut taken = Map::new();
    for (name, place) in fields {
        if let Some(value) = place.take(raw)? {
            taken.insert(name.clone(), value);
        }
    }
    Ok(Value::Object(taken))
}

fn field_list(node: &Node<'_>, shared: &Shared) -> Vec<(String, Place)> {
    let entries = node.table(Table::entries).unwrap_or_default();
    entries.into_iter().map(|(name, node)| (name, Place::parse(&node, shared))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datafile::{Source, read};
    use serde_json::json;

    fn take(toml: &str, raw: &Value) -> Result<Value, Misplaced> {
        let place = read(&Source::new("a.toml", toml), |root| {
            let mut shared = Shared::parse(root);
            shared.classifiers.extend(root.get("patterns").map(|node| Classifier::parse("p".into(), &node)));
            Place::fields(&root.need("fields").unwrap(), &shared)
        });
        place.unwrap().take(raw).map(Option::unwrap_or_default)
    }

    #[test]
    fn a_second_place_stands_in_for_null_and_for_nothing() {
        let toml = "[fields]\nreason = { at = '/reason', otherwise = '/verb', values = { load = 'import' } }";
        let taken = |raw| take(toml, &raw).unwrap()["reason"].clone();
        assert_eq!(taken(json!({ "reason": "why", "verb": "load" })), "why");
        assert_eq!(taken(json!({ "reason": null, "verb": "load" })), "import");
        assert_eq!(taken(json!({ "verb": "claim" })), "claim");
        assert!(taken(json!({ "reason": null })).is_null());
    }

    #[test]
    fn fields_are_renamed_mapped_split_and_filtered() {
        let toml = r#"
            fields.state = { at = "/review_status", values = { none = "" } }
            fields.path = { at = "/path", split = " -> " }
            fields.rows = { at = "/rows", only = { severity = "error" }, items = { id = "/n" } }
            fields.extra = { at = "/extra", default = 7 }
            fields.maybe = { at = "/maybe", optional = true }
            fields.said = { at = "/said", quoted = true }
            fields.list = { at = "/list", bullets = true }
        "#;
        let raw = json!({"list": "- x\n- y - z", "said": "a \\\"b\\\"", "review_status": "none", "path": "A -> B", "rows": [
            {"n": 1, "severity": "error"}, {"n": 2, "severity": "warning"}]});
        let expected = json!({"state": "", "path": ["A", "B"], "rows": [{"id": 1}], "extra": 7, "said": "a \"b\"", "list": ["x", "y - z"]});
        assert_eq!(take(toml, &raw).unwrap(), expected);
    }

    #[test]
    fn messages_become_kinds_and_unknown_ones_are_errors() {
        let toml = r#"
            patterns = [{ pattern = '^unknown role "(?P<value>.*)"', kind = "unknown-role" }]
            fields.problems = { at = "", classify = { at = "/m", by = "p" }, items = { kind = "/kind", value = "/value" } }
        "#;
        let good = take(toml, &json!([{"m": "unknown role \"X\""}])).unwrap();
        assert_eq!(good, json!({"problems": [{"kind": "unknown-role", "value": "X"}]}));
        assert!(matches!(take(toml, &json!([{"m": "else"}])), Err(Misplaced::Unclassified { .. })));
    }

    #[test]
    fn values_may_be_a_table_by_name_and_apply_to_the_parts_of_a_list() {
        let toml = "values.rule = { '^doc/' = '2' }\nfields.rule = { at = '/rule', values = 'rule' }\n\
                    fields.said = { at = '/said', split = ', ', values = { a = 'b' } }";
        let taken = take(toml, &json!({ "rule": "^doc/", "said": "a, c" })).unwrap();
        assert_eq!(taken, json!({ "rule": "2", "said": ["b", "c"] }));
        let unnamed = "values.rule = {}\nfields.rule = { at = '', values = 'rules' }";
        let read = read(&Source::new("a.toml", unnamed), |root| {
            Place::fields(&root.need("fields").unwrap(), &Shared::parse(root))
        });
        assert!(read.unwrap_err().to_string().contains("did you mean `rule`?"));
    }

    #[test]
    fn times_of_any_form_are_read_and_what_is_not_kept_is_null() {
        let toml = "[fields]\nat = { at = '/at', time = '%s' }\nbranch = { null = true }";
        let taken = take(toml, &json!({ "at": 1_772_352_000, "branch": "b" })).unwrap();
        assert_eq!(taken, json!({ "at": "2026-03-01T08:00:00Z", "branch": null }));
        assert_eq!(take(toml, &json!({ "at": "" })).unwrap()["at"], Value::Null);
        assert!(matches!(take(toml, &json!({ "at": "soon" })), Err(Misplaced::Form { .. })));
        let civil = "[fields]\nat = { at = '/at', time = '%d.%m.%Y %H:%M' }";
        assert_eq!(take(civil, &json!({ "at": "01.03.2026 08:00" })).unwrap()["at"], "2026-03-01T08:00:00Z");
    }

    #[test]
    fn nothing_at_a_place_is_an_error() {
        assert_eq!(take("fields.a = \"/b\"", &json!({})), Err(Misplaced::Missing("/b".into())));
    }
}
