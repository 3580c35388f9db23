//! Normalisers: named rules that mask what two honest runs may differ in.
//!
//! A masked value still has to be what the rule says it is, so that a rule for times cannot hide a missing one.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::compare::pattern_matches;
use crate::datafile::{self, Problems, Source, Table};
use crate::observation::{Channel, Delta, Observation, QueueState, RowChange};
use crate::operation::FieldType;

/// What a masked value claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// A time.
    Time,
    /// A commit id of 7 to 64 hexadecimal digits.
    Sha,
    /// An absolute path.
    Path,
    /// A whole number.
    Integer,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Normaliser {
    /// Its name in the report.
    pub id: String,
    /// The behaviour it is for; `None` is all.
    pub behaviour: Option<String>,
    /// The place it masks, as the report writes it without the step; `*` stands for any text.
    pub place: String,
    /// What the value has to be.
    pub claim: Claim,
    /// Why two honest runs may differ there.
    pub reason: String,
}

/// How often each rule masked a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Masked(pub BTreeMap<String, usize>);

impl Masked {
    /// Adds the counts of another.
    pub fn add(&mut self, other: &Self) {
        for (id, count) in &other.0 {
            *self.0.entry(id.clone()).or_default() += count;
        }
    }
}

/// Reads a file of normalisers.
///
/// # Errors
/// Every problem in it.
pub fn parse(source: &Source) -> Result<Vec<Normaliser>, Problems> {
    datafile::read(source, |root| {
        let nodes = root.get("normalisers").map(|node| node.list()).unwrap_or_default();
        nodes.iter().filter_map(|node| node.table(one)).collect()
    })
}

fn one(table: &Table<'_>) -> Normaliser {
    let claim = table.need("is").map(|node| node.one_of("claim", ["time", "sha", "path", "integer"]));
    Normaliser {
        id: table.need_text("id"),
        behaviour: table.text("behaviour"),
        place: table.need_text("place"),
        claim: match claim.as_deref() {
            Some("sha") => Claim::Sha,
            Some("path") => Claim::Path,
            Some("integer") => Claim::Integer,
            _ => Claim::Time,
        },
        reason: table.need_text("reason"),
    }
}

impl Claim {
    fn holds(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Time, Value::String(text)) => !text.is_empty() && FieldType::Time.canonical(value).is_ok(),
            (Self::Sha, Value::String(text)) => {
                (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            (Self::Path, Value::String(text)) => Path::new(text).is_absolute(),
            (Self::Integer, Value::Number(number)) => number.is_i64(),
            _ => false,
        }
    }
}

/// Masks an observation of a behaviour.
pub fn observation(
    rules: &[Normaliser],
    behaviour: &str,
    observation: &mut Observation,
    masked: &mut Masked,
) {
    let rules = for_behaviour(rules, behaviour);
    if rules.is_empty() {
        return;
    }
    mask(&rules, "answer · ", "", &mut observation.answer, masked);
    for channel in Channel::ALL {
        delta(&rules, channel, observation.changes_mut(channel), masked);
    }
}

/// Masks the state after the setup.
pub fn state(rules: &[Normaliser], behaviour: &str, state: &mut QueueState, masked: &mut Masked) {
    let rules = for_behaviour(rules, behaviour);
    if rules.is_empty() {
        return;
    }
    for (section, rows) in &mut state.sections {
        for (key, row) in rows {
            for (column, value) in row {
                mask(&rules, "state · ", &format!("{section}[{key}].{column}"), value, masked);
            }
        }
    }
}

fn for_behaviour<'r>(rules: &'r [Normaliser], behaviour: &str) -> Vec<&'r Normaliser> {
    rules.iter().filter(|rule| rule.behaviour.as_deref().is_none_or(|only| only == behaviour)).collect()
}

fn delta(rules: &[&Normaliser], channel: Channel, delta: &mut Delta, masked: &mut Masked) {
    for (section, changes) in &mut delta.sections {
        for (key, change) in changes {
            let (RowChange::Added(columns) | RowChange::Changed(columns)) = change else { continue };
            for (column, value) in columns {
                mask(
                    rules,
                    &format!("{} · ", channel.name()),
                    &format!("{section}[{key}].{column}"),
                    value,
                    masked,
                );
            }
        }
    }
}

fn mask(rules: &[&Normaliser], part: &str, path: &str, value: &mut Value, masked: &mut Masked) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                mask(rules, part, &format!("{path}/{key}"), value, masked);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter_mut().enumerate() {
                mask(rules, part, &format!("{path}/{index}"), value, masked);
            }
        }
        leaf => {
            let place = format!("{part}{path}");
            let rule =
                rules.iter().find(|rule| pattern_matches(&rule.place, &place) && rule.claim.holds(leaf));
            if let Some(rule) = rule {
                *leaf = Value::from(format!("<{}>", rule.id));
                *masked.0.entry(rule.id.clone()).or_default() += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::Outcome;
    use serde_json::json;

    #[test]
    fn a_masked_value_has_to_be_what_the_rule_claims() {
        let text = "[[normalisers]]\nid = \"claim-time\"\nplace = \"answer · /rows/*/at\"\nis = \"time\"\n\
                    reason = \"the clock runs\"\n";
        let rules = parse(&Source::new("n.toml", text)).unwrap();
        let answer = json!({"rows": [{"at": "2026-01-01T00:00:00Z"}, {"at": null}, {"at": "late"}]});
        let (changes, files, git) = Default::default();
        let mut seen = Observation { outcome: Outcome::Done, answer, changes, files, git };
        let mut masked = Masked::default();
        observation(&rules, "claim", &mut seen, &mut masked);
        assert_eq!(seen.answer, json!({"rows": [{"at": "<claim-time>"}, {"at": null}, {"at": "late"}]}));
        assert_eq!(masked.0["claim-time"], 1);
    }
}
